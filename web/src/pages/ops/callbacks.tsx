// Promised calls of a campaign or of all, the next ones first; each can be cancelled with a reason.

import { useState } from "preact/hooks";

import { get, post } from "../../api";
import { Action, Choice, Dialog, Fault, Field, Link, Time, useLoad } from "../../parts/basics";
import { type ColumnOf, Table } from "../../parts/table";
import { phone, t } from "../../text";
import { Badge, Done, Room, Section } from "./bits";
import "./ops.css";
import { mayChange, pageOf, useEvery } from "./room";
import type { Callback } from "./types";

type Which = "open" | "missed" | "all";

function StatusOf({ row }: { row: Callback }) {
  if (row.status === "open") {
    return row.missed ? <Badge tone="bad">{t("ops.callbacks.missed")}</Badge>
      : <Badge tone="good">{t(row.opened ? "ops.callbacks.opened" : "ops.callbacks.open")}</Badge>;
  }
  return (
    <>
      <Badge tone="plain">{t(`ops.callbacks.${row.status}`)}</Badge>
      {row.end_reason && <div class="hint">{row.end_reason}</div>}
    </>
  );
}

function columns(all: boolean, cancel: (row: Callback) => void): ColumnOf<Callback>[] {
  const found: ColumnOf<Callback>[] = [
    { name: "due", title: t("ops.callbacks.due"), by: (row) => row.due,
      cell: (row) => <Time at={row.due} seconds={false} /> },
    { name: "who", title: t("ops.callbacks.who"), by: (row) => row.name,
      cell: (row) => <>{row.name} <span class="ops-nowrap">{phone(row.number)}</span></> },
    { name: "campaign", title: t("ops.campaign"), by: (row) => row.campaign,
      cell: (row) => <Link to={pageOf(row.campaign, "callbacks")}>{row.campaign}</Link> },
    { name: "agent", title: t("role.agent"), by: (row) => row.agent_name,
      cell: (row) => row.agent_name || t("ops.callbacks.anybody") },
    { name: "note", title: t("ops.callbacks.note"), cell: (row) => row.note },
    { name: "by", title: t("ops.by"), by: (row) => row.by,
      cell: (row) => <>{row.by}<div class="hint"><Time at={row.at} seconds={false} /></div></> },
    { name: "status", title: t("ops.state"), by: (row) => row.status,
      cell: (row) => <StatusOf row={row} /> },
    { name: "do", title: t("ops.actions"), cell: (row) => (
      <div class="row">
        <Link to={`/why?lead=${row.lead}`}>{t("ops.why.short")}</Link>
        {row.status === "open" && mayChange() && (
          <button type="button" onClick={() => cancel(row)}>
            {t("ops.callbacks.cancel")}<span class="ops-hidden"> {row.name}</span>
          </button>
        )}
      </div>
    ) },
  ];
  return all ? found : found.filter((one) => one.name !== "campaign");
}

export function Callbacks({ campaign }: { campaign: string }) {
  const [which, setWhich] = useState<Which>("open");
  const [chosen, setChosen] = useState<Callback | null>(null);
  const [told, setTold] = useState("");
  const found = useLoad(() => get<{ callbacks: Callback[] }>("/api/callbacks",
    { campaign, which, limit: 200 }), [campaign, which]);
  useEvery(5000, found.again);
  return (
    <>
      <div class="ops-narrow">
        <Choice<Which> label={t("ops.callbacks.which")} value={which} onChange={setWhich}
          options={[["open", t("ops.callbacks.whichOpen")],
            ["missed", t("ops.callbacks.whichMissed")], ["all", t("ops.all")]]} />
      </div>
      <Done text={told} />
      {found.error !== null && <Fault error={found.error} retry={found.again} />}
      {found.value && (
        <Table caption={t("ops.callbacks.caption")} rows={found.value.callbacks}
          columns={columns(campaign === "", setChosen)} keyOf={(row) => row.id}
          none={t("ops.callbacks.none")} />
      )}
      {chosen && (
        <Cancel row={chosen} close={() => setChosen(null)} done={() => {
          setChosen(null);
          setTold(t("ops.callbacks.cancelDone", { name: chosen.name || chosen.number }));
          found.again();
        }} />
      )}
    </>
  );
}

function Cancel(props: { row: Callback; close: () => void; done: () => void }) {
  const [why, setWhy] = useState("");
  const cancel = async () => {
    await post(`/api/callbacks/${props.row.id}/cancel`, { why });
    props.done();
  };
  return (
    <Dialog title={t("ops.callbacks.cancelTitle")} onClose={props.close}>
      <p>
        {props.row.name} {phone(props.row.number)}, <Time at={props.row.due} seconds={false} />
      </p>
      <p>{t("ops.callbacks.cancelEffect")}</p>
      <Field label={t("ops.reason")} value={why} maxLength={200} required onInput={setWhy} />
      <div class="ops-do">
        <Action class="main" disabled={!why.trim()} run={cancel}>
          {t("ops.callbacks.cancel")}
        </Action>
      </div>
    </Dialog>
  );
}

export default function CallbacksPage() {
  return (
    <Room>
      <h1>{t("ops.callbacks")}</h1>
      <Section title={t("ops.callbacks.caption")}><Callbacks campaign="" /></Section>
    </Room>
  );
}
