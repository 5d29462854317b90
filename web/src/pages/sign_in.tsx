// The first page for whoever is not signed in. The address stays: after it one is where one was.

import { useState } from "preact/hooks";

import { ApiError, signIn } from "../api";
import { Field, words } from "../parts/basics";
import { t } from "../text";

export function SignIn(props: { wasSignedIn: boolean }) {
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [fault, setFault] = useState("");
  const [busy, setBusy] = useState(false);

  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setFault("");
    try {
      await signIn(name, password);
    } catch (error) {
      setFault(text(error));
      setPassword("");
    } finally {
      setBusy(false);
    }
  };

  return (
    <form class="card sign-in" onSubmit={submit} aria-labelledby="sign-in-title">
      <h1 id="sign-in-title">{t("signIn.title")}</h1>
      {props.wasSignedIn && !fault && <p class="hint" role="status">{t("signIn.ended")}</p>}
      {fault && <p class="fault" role="alert">{fault}</p>}
      <Field label={t("signIn.name")} value={name} onInput={setName} autocomplete="username"
        required />
      <Field label={t("signIn.password")} value={password} onInput={setPassword} type="password"
        autocomplete="current-password" required />
      <button type="submit" class="main" disabled={busy} aria-busy={busy}>
        {t("signIn.button")}
      </button>
    </form>
  );
}

function text(error: unknown): string {
  if (error instanceof ApiError && error.status === 401) {
    return t("signIn.wrong");
  }
  if (error instanceof ApiError && error.status === 429) {
    return t("signIn.locked", { n: Math.ceil((error.retryAfterS ?? 60) / 60) });
  }
  return words(error);
}
