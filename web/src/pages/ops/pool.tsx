// The numbers that a campaign shows: which of them are in use, how they fare, what keeps them from
// being shown.

import { useState } from "preact/hooks";

import { get, post } from "../../api";
import { Action, Choice, Fault, Link, Time, useLoad } from "../../parts/basics";
import { say, sayAll } from "../../said";
import { number, phone, share, t } from "../../text";
import { Badge, Done, Empty, Section } from "./bits";
import type { TabProps } from "./campaign";
import { api, mayChange, pageOf } from "./room";
import type { CallerId, CallerIdPool, ShownNumber } from "./types";

interface Known {
  pool: CallerIdPool;
  all: CallerId[];
}

async function loadKnown(name: string): Promise<Known> {
  const [pool, { caller_ids: all }] = await Promise.all([
    get<CallerIdPool>(api(name, "caller-ids")),
    get<{ caller_ids: CallerId[] }>("/api/caller-ids"),
  ]);
  return { pool, all };
}

type Pooled = CallerIdPool["pool"][number];

export function PoolTab({ name, live }: TabProps) {
  const known = useLoad(() => loadKnown(name), [name]);
  const [told, setTold] = useState("");
  if (!known.value) {
    return known.error !== null ? <Fault error={known.error} retry={known.again} />
      : <p class="quiet" role="status">{t("app.loading")}</p>;
  }
  const { pool, all } = known.value;
  const assign = async (one: Pooled) => {
    await post(api(name, "caller-ids"), one);
    setTold(t("ops.saved"));
    known.again();
  };
  return (
    <Section title={t("ops.tab.callerIds")} hint={t("ops.pool.hint")}>
      {sayAll(pool.obstacles_said, pool.obstacles).map((text) => <p key={text} class="fault" role="alert">{text}</p>)}
      {pool.pool.length === 0 ? (
        <Empty>
          <p>{t("ops.pool.none")}</p>
          <p><Link to={pageOf(name, "settings")}>{t("ops.tab.settings")}</Link></p>
        </Empty>
      ) : <Numbers pool={pool.pool} all={all} live={live?.caller_ids ?? []} assign={assign} />}
      <Done text={told} />
      {mayChange() && <Add pool={pool.pool} all={all} assign={assign} />}
      <p><Link to="/caller-ids">{t("ops.pool.all")}</Link></p>
    </Section>
  );
}

function Standing({ shown, known, active }: { shown?: ShownNumber; known?: CallerId;
  active: boolean }) {
  if (!active) {
    return <Badge tone="plain">{t("ops.notInUse")}</Badge>;
  }
  const rest = shown?.resting_until ?? known?.rest?.until;
  const fault = shown && !shown.usable ? say(shown.why_said, shown.why)
    : known?.fault && say(known.fault_said, known.fault);
  return (
    <>
      <Badge tone={fault ? "bad" : rest ? "warn" : "good"}>
        {t(fault ? "ops.pool.unusable" : rest ? "ops.pool.rests" : "ops.inUse")}
      </Badge>
      {fault && <div class="hint">{fault}</div>}
      {rest && <div class="hint">{t("ops.pool.until")} <Time at={rest} seconds={false} /></div>}
    </>
  );
}

function Numbers(props: { pool: Pooled[]; all: CallerId[]; live: ShownNumber[];
  assign: (one: Pooled) => Promise<void> }) {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={t("ops.tab.callerIds")}>
      <table>
        <caption class="ops-hidden">{t("ops.tab.callerIds")}</caption>
        <thead>
          <tr>
            <th scope="col">{t("ops.lead.phone")}</th>
            <th scope="col">{t("ops.state")}</th>
            <th scope="col">{t("ops.callerId.proof")}</th>
            <th scope="col" class="number">{t("ops.list.weight")}</th>
            <th scope="col" class="number">{t("ops.pool.calls")}</th>
            <th scope="col" class="number">{t("ops.pool.answered")}</th>
            <th scope="col" class="number">{t("ops.pool.usual")}</th>
            <th scope="col" class="number">{t("ops.pool.short")}</th>
            <th scope="col" class="number">{t("ops.pool.blocked")}</th>
            {mayChange() && <th scope="col">{t("ops.actions")}</th>}
          </tr>
        </thead>
        <tbody>
          {props.pool.map((one) => (
            <Row key={one.number} one={one} assign={props.assign}
              shown={props.live.find((other) => other.number === one.number)}
              known={props.all.find((other) => other.number === one.number)} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row(props: { one: Pooled; shown?: ShownNumber; known?: CallerId;
  assign: (one: Pooled) => Promise<void> }) {
  const { one, shown, known } = props;
  return (
    <tr>
      <th scope="row" class="ops-nowrap">
        {phone(one.number)} <span class="quiet">{known?.name}</span>
      </th>
      <td><Standing shown={shown} known={known} active={one.active} /></td>
      <td>{known ? t(`ops.proof.${known.proof}`) : "–"}</td>
      <td class="number">{number(one.weight)}</td>
      <td class="number">{shown ? number(shown.calls) : "–"}</td>
      <td class="number">
        {shown && shown.calls > 0 ? share(shown.answered / shown.calls) : "–"}
      </td>
      <td class="number">
        {shown && shown.answer_rate_usual > 0 ? share(shown.answer_rate_usual) : "–"}
      </td>
      <td class="number">{shown ? number(shown.short_calls) : "–"}</td>
      <td class="number">{shown ? number(shown.blocked) : "–"}</td>
      {mayChange() && (
        <td>
          <Action run={() => props.assign({ ...one, active: !one.active })}>
            {t(one.active ? "ops.pool.takeOut" : "ops.pool.putIn")}
            <span class="ops-hidden"> {phone(one.number)}</span>
          </Action>
        </td>
      )}
    </tr>
  );
}

function Add(props: { pool: Pooled[]; all: CallerId[]; assign: (one: Pooled) => Promise<void> }) {
  const left = props.all.filter((one) => !props.pool.some((other) => other.number === one.number));
  const [chosen, setChosen] = useState("");
  if (left.length === 0) {
    return <p class="hint">{t("ops.pool.noneLeft")}</p>;
  }
  const wanted = left.some((one) => one.number === chosen) ? chosen : left[0]?.number ?? "";
  return (
    <div class="ops-inline">
      <Choice label={t("ops.pool.add")} value={wanted} onChange={setChosen}
        options={left.map((one) => [one.number, `${phone(one.number)} ${one.name}`] as const)} />
      <Action run={() => props.assign({ number: wanted, weight: 1, active: true })}>
        {t("ops.pool.putIn")}
      </Action>
    </div>
  );
}
