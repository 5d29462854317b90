// What an administrator does about one user: role, password, token, sessions, off and on.

import { useState } from "preact/hooks";

import { post, type Role, user as signedIn } from "../../api";
import { Action, Dialog, Field, Link } from "../../parts/basics";
import { t } from "../../text";
import { IdentityPart } from "./identity";
import { RoleFields, Secret } from "./roles";
import type { UserRow } from "./types";

export function ManageUser(props: { user: UserRow; onClose: () => void; onDone: () => void }) {
  const own = signedIn.value?.name === props.user.name;
  return (
    <Dialog title={t("office.people.manageOf", { name: props.user.name })} onClose={props.onClose}>
      {own
        ? <p>{t("office.people.yourself")}{" "}
            <Link to="/account">{t("office.people.account")}</Link></p>
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
      <IdentityPart at={at} user={user} onDone={carriedOut} />
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
    onDone(t("office.people.roleChanged"));
  };
  return (
    <section>
      <RoleFields role={role} agent={agent} onChange={(chosen, desk) => {
        setRole(chosen);
        setAgent(desk);
      }} />
      <p class="hint">{t("office.people.endsSessions")}</p>
      <div class="row">
        <Action run={run} disabled={same || (role === "agent" && agent === null)}>
          {t("office.people.changeRole")}
        </Action>
      </div>
    </section>
  );
}

function PasswordPart({ at, onDone }: Part) {
  const [password, setPassword] = useState("");
  const run = async () => {
    await post(`${at}/password`, { password });
    setPassword("");
    onDone(t("office.people.passwordSet"));
  };
  return (
    <section>
      <Field label={t("office.people.newPassword")} value={password} onInput={setPassword}
        type="password" autocomplete="new-password" hint={t("office.people.passwordHint")} />
      <p class="hint">{t("office.people.endsSessions")}</p>
      <div class="row">
        <Action run={run} disabled={password.length < 10}>{t("office.people.setPassword")}</Action>
      </div>
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
      <h3>{t("office.people.token")}</h3>
      <p class="hint">{user.token ? t("office.people.tokenHas") : t("office.people.tokenNone")}</p>
      {token && <Secret token={token} />}
      {sure
        ? <div class="row">
            <Action class="main" run={run}>{t("office.people.tokenYes")}</Action>
            <button type="button" onClick={() => setSure(false)}>{t("app.cancel")}</button>
          </div>
        : <p>
            <button type="button" onClick={() => setSure(true)}>
              {t("office.people.newToken")}
            </button>
          </p>}
    </section>
  );
}

function StatePart({ at, user, onDone }: Part & { user: UserRow }) {
  const [sure, setSure] = useState(false);
  const change = async () => {
    await post(`${at}/change`, { active: !user.active });
    setSure(false);
    onDone(user.active ? t("office.people.switchedOff") : t("office.people.switchedOn"));
  };
  const end = async () => {
    const { ended } = await post<{ ended: number }>(`${at}/sessions/end`);
    onDone(t("office.people.ended", { n: ended }));
  };
  return (
    <section>
      <h3>{t("office.people.state")}</h3>
      <p class="hint">{user.active ? t("office.people.offEffect") : t("office.people.onEffect")}</p>
      <div class="row">
        {user.active && !sure
          ? <button type="button" onClick={() => setSure(true)}>
              {t("office.people.switchOff")}
            </button>
          : <Action class="main" run={change}>
              {user.active ? t("office.people.offYes", { name: user.name })
                : t("office.people.switchOn")}
            </Action>}
        {sure && <button type="button" onClick={() => setSure(false)}>{t("app.cancel")}</button>}
        <Action run={end} disabled={user.sessions === 0}>{t("office.people.endAll")}</Action>
      </div>
    </section>
  );
}
