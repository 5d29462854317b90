// The numbers that may be shown to people: by what right, which rest, and what was noticed of them.

import { useState } from "preact/hooks";

import { get, post } from "../../api";
import { Action, Dialog, Fault, Field, Time, useLoad } from "../../parts/basics";
import { type ColumnOf, Table } from "../../parts/table";
import { phone, t } from "../../text";
import { Badge, Done, Empty, Room, Section } from "./bits";
import { CallerIdForm } from "./caller_id_form";
import "./ops.css";
import { mayChange, useEvery, wordsFor } from "./room";
import type { CallerId, CallerIdAlarm } from "./types";

type Doing = { what: "edit"; one?: CallerId } | { what: "rest"; one: CallerId };

function StateOf({ row }: { row: CallerId }) {
  return (
    <>
      <Badge tone={row.fault ? "bad" : row.rest ? "warn" : "good"}>
        {t(row.fault ? "ops.pool.unusable" : row.rest ? "ops.pool.rests" : "ops.pool.usable")}
      </Badge>
      {row.fault && <div class="hint">{row.fault}</div>}
      {row.rest && (
        <div class="hint">
          {t("ops.pool.until")} <Time at={row.rest.until} seconds={false} />: {row.rest.why}
          {" "}({row.rest.by})
        </div>
      )}
    </>
  );
}

function Valid({ row }: { row: CallerId }) {
  const text = [row.valid_from ?? "", row.valid_to ?? ""].join(" – ");
  return <>{text === " – " ? "–" : text}</>;
}

function columns(act: (doing: Doing) => void, wake: (row: CallerId) => Promise<void>):
  ColumnOf<CallerId>[] {
  const all: ColumnOf<CallerId>[] = [
    { name: "number", title: t("ops.lead.phone"), by: (row) => row.number,
      cell: (row) => <span class="ops-nowrap">{phone(row.number)}</span> },
    { name: "name", title: t("ops.callerId.name"), by: (row) => row.name, cell: (row) => row.name },
    { name: "state", title: t("ops.state"), by: (row) => row.fault ? 2 : row.rest ? 1 : 0,
      cell: (row) => <StateOf row={row} /> },
    { name: "owner", title: t("ops.callerId.owner"), by: (row) => row.owner,
      cell: (row) => row.owner || "–" },
    { name: "proof", title: t("ops.callerId.proof"), by: (row) => row.proof, cell: (row) => (
      <>
        {t(`ops.proof.${row.proof}`)} <span class="quiet">{row.reference}</span>
        <div class="hint">
          {t(row.verified ? "ops.callerId.verified" : "ops.callerId.unverified")}
        </div>
      </>
    ) },
    { name: "valid", title: t("ops.callerId.valid"), by: (row) => row.valid_to,
      cell: (row) => <Valid row={row} /> },
    { name: "by", title: t("ops.by"), by: (row) => row.recorded_by, cell: (row) => (
      <>{row.recorded_by}<div class="hint"><Time at={row.recorded_at} seconds={false} /></div></>
    ) },
  ];
  if (mayChange()) {
    all.push({ name: "do", title: t("ops.actions"), cell: (row) => (
      <div class="row">
        <button type="button" onClick={() => act({ what: "edit", one: row })}>
          {t("ops.edit")}<span class="ops-hidden"> {phone(row.number)}</span>
        </button>
        {row.rest
          ? <Action run={() => wake(row)}>
              {t("ops.callerId.wake")}<span class="ops-hidden"> {phone(row.number)}</span>
            </Action>
          : <button type="button" onClick={() => act({ what: "rest", one: row })}>
              {t("ops.callerId.rest")}<span class="ops-hidden"> {phone(row.number)}</span>
            </button>}
      </div>
    ) });
  }
  return all;
}

export default function CallerIds() {
  const found = useLoad(() => get<{ caller_ids: CallerId[] }>("/api/caller-ids"), []);
  const [doing, setDoing] = useState<Doing | null>(null);
  const [told, setTold] = useState("");
  const done = (text: string) => {
    setDoing(null);
    setTold(text);
    found.again();
  };
  const wake = async (row: CallerId) => {
    await post("/api/caller-ids/wake", { number: row.number });
    done(t("ops.callerId.woken", { number: phone(row.number) }));
  };
  const rows = found.value?.caller_ids ?? [];
  return (
    <Room>
      <div class="ops-head">
        <h1>{t("ops.callerIds")}</h1>
        {mayChange() && (
          <button type="button" class="main" onClick={() => setDoing({ what: "edit" })}>
            {t("ops.callerId.add")}
          </button>
        )}
      </div>
      <Done text={told} />
      <Section class="ops-once" title={t("ops.callerIds.all")} hint={t("ops.callerIds.hint")}>
        {found.error !== null && <Fault error={found.error} retry={found.again} />}
        {found.value && rows.length === 0 && <Empty><p>{t("ops.callerIds.none")}</p></Empty>}
        {rows.length > 0 && (
          <Table caption={t("ops.callerIds.all")} columns={columns(setDoing, wake)} rows={rows}
            keyOf={(row) => row.number} sort="number" />
        )}
      </Section>
      <Alarms />
      {doing?.what === "edit" && (
        <CallerIdForm one={doing.one} close={() => setDoing(null)}
          done={() => done(t("ops.saved"))} />
      )}
      {doing?.what === "rest" && (
        <Rest one={doing.one} close={() => setDoing(null)}
          done={() => done(t("ops.callerId.resting", { number: phone(doing.one.number) }))} />
      )}
    </Room>
  );
}

function Rest(props: { one: CallerId; close: () => void; done: () => void }) {
  const [hours, setHours] = useState("24");
  const [why, setWhy] = useState("");
  const amount = Number(hours);
  const run = async () => {
    const until = new Date(Date.now() + amount * 3_600_000).toISOString();
    await post("/api/caller-ids/rest", { number: props.one.number, until, why });
    props.done();
  };
  return (
    <Dialog title={`${t("ops.callerId.rest")}: ${phone(props.one.number)}`} onClose={props.close}>
      <p>{t("ops.callerId.restEffect")}</p>
      <Field label={t("ops.callerId.hours")} type="number" min={1} max={720} step={1} value={hours}
        onInput={setHours} />
      <Field label={t("ops.reason")} value={why} maxLength={200} required onInput={setWhy} />
      <div class="ops-do">
        <Action class="main" disabled={!why.trim() || !(amount >= 1)} run={run}>
          {t("ops.callerId.rest")}
        </Action>
      </div>
    </Dialog>
  );
}

function Alarms() {
  const found = useLoad(() => get<{ alarms: CallerIdAlarm[] }>("/api/caller-id-alarms",
    { limit: 100 }), []);
  useEvery(5000, found.again);
  const columnsOf: ColumnOf<CallerIdAlarm>[] = [
    { name: "at", title: t("ops.at"), by: (row) => row.at, cell: (row) => <Time at={row.at} /> },
    { name: "number", title: t("ops.lead.phone"), by: (row) => row.number,
      cell: (row) => <span class="ops-nowrap">{phone(row.number)}</span> },
    { name: "trunk", title: t("ops.trunk"), by: (row) => row.trunk, cell: (row) => row.trunk },
    { name: "signal", title: t("ops.alarm.signal"), by: (row) => row.signal,
      cell: (row) => wordsFor("signal", row.signal) },
    { name: "detail", title: t("ops.alarm.detail"), cell: (row) => row.detail },
    { name: "rest", title: t("ops.alarm.rest"), by: (row) => row.rest_until,
      cell: (row) => row.rest_until ? <Time at={row.rest_until} seconds={false} /> : "–" },
  ];
  return (
    <Section class="ops-once" title={t("ops.alarms")} hint={t("ops.alarms.hint")}>
      {found.error !== null && <Fault error={found.error} retry={found.again} />}
      {found.value && (
        <Table caption={t("ops.alarms")} columns={columnsOf} rows={found.value.alarms}
          keyOf={(row) => row.id} none={t("ops.alarms.none")} />
      )}
    </Section>
  );
}
