// Who is at work, in which state, for how long; and pausing or signing out somebody who has left.

import { useState } from "preact/hooks";

import { post, user } from "../../api";
import { Action, Choice, Dialog, Field } from "../../parts/basics";
import { type ColumnOf, Table } from "../../parts/table";
import { duration, phone, t } from "../../text";
import { closeDialog } from "./dialogs";
import { now } from "./state";
import type { AgentState, LiveAgent } from "./types";

const signs: Record<AgentState, string> = {
  offline: "○", ready: "●", reserved: "◔", talking: "☎", wrap_up: "✎", paused: "❚❚",
};
const order: AgentState[] = ["talking", "reserved", "wrap_up", "ready", "paused", "offline"];
const PAGE = 25;

type Wanted = "at_work" | AgentState;
type Asked = { agent: LiveAgent; what: "pause" | "signOut" } | null;

const secondsIn = (agent: LiveAgent): number | null =>
  agent.since === null ? null : (now.value - Date.parse(agent.since)) / 1000;

function who(person: { number: string; name?: string }): string {
  return [person.name, phone(person.number)].filter(Boolean).join(", ");
}

function StateCell(props: { agent: LiveAgent }) {
  const { agent } = props;
  return (
    <span class="agent-state" data-of={agent.state}>
      <span aria-hidden="true">{signs[agent.state]}</span> {t(`board.agent.${agent.state}`)}
      {agent.reason && <span class="quiet"> {agent.reason}</span>}
    </span>
  );
}

function PhoneCell(props: { agent: LiveAgent }) {
  if (props.agent.phone === "registered") {
    return <>{t("board.phone.there")}</>;
  }
  const missed = props.agent.state !== "offline";
  return (
    <span class={missed ? "fault" : "quiet"}>
      {missed && <span aria-hidden="true">▲ </span>}{t("board.phone.away")}
    </span>
  );
}

function columnsOf(ask: (asked: Asked) => void): ColumnOf<LiveAgent>[] {
  const columns: ColumnOf<LiveAgent>[] = [
    { name: "name", title: t("board.agents.name"), by: (one) => one.name, cell: (one) => one.name },
    { name: "state", title: t("board.agents.state"), by: (one) => order.indexOf(one.state),
      cell: (one) => <StateCell agent={one} /> },
    { name: "for", title: t("board.agents.for"), number: true, by: secondsIn,
      cell: (one) => one.since === null || one.state === "offline" ? "–"
        : duration(secondsIn(one) ?? 0) },
    { name: "campaign", title: t("board.agents.campaign"), by: (one) => one.campaign,
      cell: (one) => one.campaign ?? "–" },
    { name: "call", title: t("board.agents.call"),
      cell: (one) => one.call ? who(one.call)
        : one.preview ? t("board.agents.looking", { who: who(one.preview) }) : "" },
    { name: "phone", title: t("board.agents.phone"), by: (one) => one.phone,
      cell: (one) => <PhoneCell agent={one} /> },
  ];
  if (user.value?.role === "supervisor" || user.value?.role === "admin") {
    columns.push({ name: "actions", title: t("board.agents.actions"),
      cell: (one) => <Buttons agent={one} ask={ask} /> });
  }
  return columns;
}

function Buttons(props: { agent: LiveAgent; ask: (asked: Asked) => void }) {
  const { agent, ask } = props;
  if (agent.state === "offline") {
    return null;
  }
  return (
    <span class="row board-buttons">
      {/* One button for both, so that the focus comes back to it. */}
      <button type="button" onClick={() => ask({ agent, what: "pause" })}>
        {t(agent.state === "paused" ? "board.pause.change" : "board.pause")} <span class="hidden-words">{agent.name}</span>
      </button>
      <button type="button" onClick={() => ask({ agent, what: "signOut" })}>
        {t("board.signOut")} <span class="hidden-words">{agent.name}</span>
      </button>
    </span>
  );
}

export function Agents(props: { agents: LiveAgent[] }) {
  const [wanted, setWanted] = useState<Wanted>("at_work");
  const [asked, setAsked] = useState<Asked>(null);
  const close = () => setAsked(null);
  const rows = props.agents.filter((one) =>
    wanted === "at_work" ? one.state !== "offline" : one.state === wanted);
  const options: [Wanted, string][] = [["at_work", t("board.agents.atWork")],
    ...order.map((state): [Wanted, string] => [state, t(`board.agent.${state}`)])];
  return (
    <section class="card" aria-labelledby="agents-title">
      <div class="row board-agents-head">
        <h2 id="agents-title">{t("board.agents.title")}</h2>
        <Choice label={t("board.agents.show")} value={wanted} options={options}
          onChange={setWanted} />
      </div>
      <Table caption={t("board.agents.caption")} rows={rows} keyOf={(one) => one.id} sort="name"
        columns={columnsOf(setAsked)} none={t("board.agents.none")} pageSize={PAGE} />
      {asked?.what === "pause" && <PauseDialog agent={asked.agent} onClose={close} />}
      {asked?.what === "signOut" && <SignOutDialog agent={asked.agent} onClose={close} />}
    </section>
  );
}

function PauseDialog(props: { agent: LiveAgent; onClose: () => void }) {
  const paused = props.agent.state === "paused";
  const [reason, setReason] = useState(paused ? props.agent.reason : t("board.pause.usual"));
  const pause = async () => {
    await post(`/api/agents/${props.agent.id}/pause`, { reason });
    closeDialog();
  };
  return (
    <Dialog title={t(paused ? "board.pause.changeTitle" : "board.pause.title",
      { name: props.agent.name })} onClose={props.onClose}>
      <p>{t(paused ? "board.pause.changeEffect" : "board.pause.effect")}</p>
      <Field label={t("board.pause.reason")} value={reason} onInput={setReason}
        hint={t("board.pause.hint")} required />
      <p>
        <Action class="main" run={pause} disabled={reason.trim() === ""}>
          {t(paused ? "board.pause.change" : "board.pause")}
        </Action>
      </p>
    </Dialog>
  );
}

function SignOutDialog(props: { agent: LiveAgent; onClose: () => void }) {
  const signOut = async () => {
    await post(`/api/agents/${props.agent.id}/sign-out`);
    closeDialog();
  };
  return (
    <Dialog title={t("board.signOut.title", { name: props.agent.name })} onClose={props.onClose}>
      <p>{t("board.signOut.effect")}</p>
      <p><Action class="main" run={signOut}>{t("board.signOut")}</Action></p>
    </Dialog>
  );
}
