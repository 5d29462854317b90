// What an administrator does about one user: role, password, token, sessions, off and on.

import { useState } from "preact/hooks";

import { post, type Role, user as signedIn } from "../../api";
import { Action, Dialog, Field, Link } from "../../parts/basics";
import { t } from "../../text";
import { RoleFields, Secret } from "./roles";
import type { UserRow } from "./types";

export function ManageUser(props: { user: UserRow; onClose: () => void; onDone: () => void }) {
  const own = signedIn.value?.name === props.user.name;
  return (
    <Dialog title={t("people.manageOf", { name: props.user.name })} onClose={props.onClose}>
      {own ? <p>{t("people.yourself")} <Link to="/account">{t("people.account")}</Link></p>
        : <Whole user={props.user} onDone={props.onDone} />}
    </Dialog>
  );
}

function Whole({ user, onDone }: { user: UserRow; onDone: () => void }) {
  const [done, setDone] = useState("");
  const at = `/api/users/${encodeURIComponent(user.name)}`;
  const carriedOut = (text: string) => {
    setDone(text);
    onDone();
  };
  return (
    <>
      <p role="status">{done}</p>
      <RolePart at={at} user={user} onDone={carriedOut} />
      <PasswordPart at={at} onDone={carriedOut} />
      <TokenPart at={at} user={user} onDone={onDone} />
      <StatePart at={at} user={user} onDone={carriedOut} />
    </>
  );
}

interface Part {
  at: string;
  onDone: (text: string) => void;
}

function RolePart({ at, user, onDone }: Part & { user: UserRow }) {
  const [role, setRole] = useState<Role>(user.role);
  const [agent, setAgent] = useState<number | null>(user.agent?.id ?? null);
  const same = role === user.role && agent === (user.agent?.id ?? null);
  const run = async () => {
    await post(`${at}/change`, { role, ...(agent === null ? {} : { agent }) });
    onDone(t("people.roleChanged"));
  };
  return (
    <section>
      <h3>{t("people.role")}</h3>
      <RoleFields role={role} agent={agent} onChange={(chosen, desk) => {
        setRole(chosen);
        setAgent(desk);
      }} />
      <p class="hint">{t("people.endsSessions")}</p>
      <p class="row">
        <Action run={run} disabled={same || (role === "agent" && agent === null)}>
          {t("people.changeRole")}
        </Action>
      </p>
    </section>
  );
}

function PasswordPart({ at, onDone }: Part) {
  const [password, setPassword] = useState("");
  const run = async () => {
    await post(`${at}/password`, { password });
    setPassword("");
    onDone(t("people.passwordSet"));
  };
  return (
    <section>
      <h3>{t("people.password")}</h3>
      <Field label={t("people.newPassword")} value={password} onInput={setPassword} type="password"
        autocomplete="new-password" hint={t("people.passwordHint")} />
      <p class="hint">{t("people.endsSessions")}</p>
      <p class="row">
        <Action run={run} disabled={password.length < 10}>{t("people.setPassword")}</Action>
      </p>
    </section>
  );
}

function TokenPart({ at, user, onDone }: { at: string; user: UserRow; onDone: () => void }) {
  const [sure, setSure] = useState(false);
  const [token, setToken] = useState("");
  const run = async () => {
    setToken((await post<{ token: string }>(`${at}/token`)).token);
    setSure(false);
    onDone();
  };
  return (
    <section>
      <h3>{t("people.token")}</h3>
      <p class="hint">{user.token ? t("people.tokenHas") : t("people.tokenNone")}</p>
      {token && <Secret token={token} />}
      {sure
        ? <p class="row">
            <Action class="main" run={run}>{t("people.tokenYes")}</Action>
            <button type="button" onClick={() => setSure(false)}>{t("app.cancel")}</button>
          </p>
        : <p>
            <button type="button" onClick={() => setSure(true)}>{t("people.newToken")}</button>
          </p>}
    </section>
  );
}

function StatePart({ at, user, onDone }: Part & { user: UserRow }) {
  const [sure, setSure] = useState(false);
  const change = async () => {
    await post(`${at}/change`, { active: !user.active });
    setSure(false);
    onDone(user.active ? t("people.switchedOff") : t("people.switchedOn"));
  };
  const end = async () => {
    const { ended } = await post<{ ended: number }>(`${at}/sessions/end`);
    onDone(t("people.ended", { n: ended }));
  };
  return (
    <section>
      <h3>{t("people.state")}</h3>
      <p class="hint">{user.active ? t("people.offEffect") : t("people.onEffect")}</p>
      <p class="row">
        {user.active && !sure
          ? <button type="button" onClick={() => setSure(true)}>{t("people.switchOff")}</button>
          : <Action class="main" run={change}>
              {user.active ? t("people.offYes", { name: user.name }) : t("people.switchOn")}
            </Action>}
        {sure && <button type="button" onClick={() => setSure(false)}>{t("app.cancel")}</button>}
        <Action run={end} disabled={user.sessions === 0}>{t("people.endAll")}</Action>
      </p>
    </section>
  );
}
