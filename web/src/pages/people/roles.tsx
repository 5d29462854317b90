// A role, and the desk of those who are agents.

import { useId } from "preact/hooks";

import { get, type Role } from "../../api";
import { Choice, Fault, useLoad } from "../../parts/basics";
import { t } from "../../text";
import type { AgentRow } from "./types";

export const roles: Role[] = ["agent", "supervisor", "ops", "compliance", "admin"];

export function RoleFields(props: { role: Role; agent: number | null;
  onChange: (role: Role, agent: number | null) => void }) {
  return (
    <>
      <Choice<Role> label={t("office.people.role")} value={props.role}
        onChange={(role) => props.onChange(role, role === "agent" ? props.agent : null)}
        options={roles.map((role) => [role, t(`role.${role}`)] as const)} />
      <p class="hint">{t(`office.people.may.${props.role}`)}</p>
      {props.role === "agent" && (
        <Desk agent={props.agent} onChange={(agent) => props.onChange("agent", agent)} />
      )}
    </>
  );
}

function Desk(props: { agent: number | null; onChange: (agent: number | null) => void }) {
  const id = useId();
  const { value, error, again } = useLoad(() => get<AgentRow[]>("/api/agents"), []);
  if (error !== null) {
    return <Fault error={error} retry={again} />;
  }
  return (
    <div class="field">
      <label for={id}>{t("office.people.desk")}</label>
      <select id={id} required value={props.agent === null ? "" : String(props.agent)}
        aria-describedby={`${id}-more`}
        onChange={(event) => props.onChange(Number(event.currentTarget.value) || null)}>
        <option value="">{t("office.people.choose")}</option>
        {(value ?? []).map((agent) => (
          <option key={agent.id} value={String(agent.id)}>{agent.name}</option>
        ))}
      </select>
      <p id={`${id}-more`} class="hint">{t("office.people.deskHint")}</p>
    </div>
  );
}

/** A secret that is shown once. */
export function Secret(props: { token: string }) {
  return (
    <div role="status">
      <p><strong>{t("office.people.shownOnce")}</strong></p>
      <p class="secret">{props.token}</p>
    </div>
  );
}
