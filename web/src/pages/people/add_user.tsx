// Adding a user: a person with a password, a program with a token.

import { useId, useState } from "preact/hooks";

import { post, type Role } from "../../api";
import { Action, Choice, Dialog, Field } from "../../parts/basics";
import { t } from "../../text";
import { useProvider } from "./identity";
import { RoleFields, Secret } from "./roles";

type Means = "password" | "token" | "email";

export function AddUser(props: { onClose: () => void; onDone: () => void }) {
  const [token, setToken] = useState("");
  return (
    <Dialog title={t("office.people.add")} onClose={props.onClose}>
      {token ? <Secret token={token} />
        : <Form onAdded={(made) => {
            props.onDone();
            if (made) {
              setToken(made);
            } else {
              props.onClose();
            }
          }} />}
    </Dialog>
  );
}

function Form(props: { onAdded: (token: string | null) => void }) {
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("agent");
  const [agent, setAgent] = useState<number | null>(null);
  const [means, setMeans] = useState<Means>("password");
  const [password, setPassword] = useState("");
  const [email, setEmail] = useState("");
  const provider = useProvider();
  const [shown, setShown] = useState(false);
  const box = useId();
  const lacks = name.trim() === "" || (role === "agent" && agent === null) ||
    (means === "password" && password.length < 10) || (means === "email" && email.trim() === "");
  const run = async () => {
    const made = await post<{ token: string | null }>("/api/users", { name: name.trim(), role,
      ...(agent === null ? {} : { agent }), ...(means === "password" ? { password } : {}),
      ...(means === "email" ? { email: email.trim() } : {}) });
    props.onAdded(made.token);
  };
  return (
    <>
      <Field label={t("office.people.name")} value={name} onInput={setName} required maxLength={100}
        autocomplete="off" hint={t("office.people.nameHint")} />
      <RoleFields role={role} agent={agent} onChange={(chosen, desk) => {
        setRole(chosen);
        setAgent(desk);
      }} />
      <Choice<Means> label={t("office.people.signsInWith")} value={means} onChange={setMeans}
        options={[["password", t("office.people.aPassword")],
          ["token", t("office.people.aToken")],
          ...(provider ? [["email", provider] as const] : [])]} />
      {means === "email" && (
        <Field label={t("office.people.email")} value={email} onInput={setEmail} required
          maxLength={100} autocomplete="off" hint={t("office.people.emailHint")} />
      )}
      {means === "password" && (
        <>
          <Field label={t("office.people.password")} value={password} onInput={setPassword} required
            type={shown ? "text" : "password"} autocomplete="new-password"
            hint={t("office.people.passwordHint")} />
          <div class="row">
            <input id={box} type="checkbox" checked={shown}
              onChange={(event) => setShown(event.currentTarget.checked)} />
            <label for={box}>{t("office.people.showPassword")}</label>
          </div>
        </>
      )}
      <div class="row">
        <Action class="main" run={run} disabled={lacks}>{t("office.people.add")}</Action>
      </div>
    </>
  );
}
