// One's own account: a new password, and where one is signed in.

import { useState } from "preact/hooks";

import { ApiError, post, type User, user } from "../../api";
import { Field, words } from "../../parts/basics";
import { t } from "../../text";
import "../compliance/office.css";
import { Sessions } from "./sessions";

export default function Account() {
  const [changes, setChanges] = useState(0);
  return (
    <div class="office">
      <h1>{t("office.people.account")}</h1>
      <NewPassword onChanged={() => setChanges(changes + 1)} />
      <Sessions of={user.value?.name} changed={changes} />
    </div>
  );
}

function NewPassword(props: { onChanged: () => void }) {
  const [old, setOld] = useState("");
  const [next, setNext] = useState("");
  const [again, setAgain] = useState("");
  const [fault, setFault] = useState("");
  const [done, setDone] = useState(false);
  const [busy, setBusy] = useState(false);
  const submit = async (event: Event) => {
    event.preventDefault();
    setDone(false);
    if (next !== again) {
      setFault(t("office.people.differ"));
      return;
    }
    setBusy(true);
    setFault("");
    try {
      // The answer is a new session: its token against forgery takes the place of the old one.
      user.value = await post<User>("/api/me/password", { old, new: next });
      setDone(true);
      setOld("");
      setNext("");
      setAgain("");
      props.onChanged();
    } catch (error) {
      setFault(error instanceof ApiError && error.status === 429
        ? t("signIn.locked", { n: Math.ceil((error.retryAfterS ?? 60) / 60) }) : words(error));
    }
    setBusy(false);
  };
  return (
    <form class="card" onSubmit={submit} aria-labelledby="new-password">
      <h2 id="new-password">{t("office.people.newPassword")}</h2>
      <p class="hint">{t("office.people.ownEffect")}</p>
      {fault && <p class="fault" role="alert">{fault}</p>}
      <p role="status">{done && t("office.people.ownDone")}</p>
      <div class="fields">
        <Field label={t("office.people.oldPassword")} value={old} onInput={setOld} type="password"
          autocomplete="current-password" required />
        <Field label={t("office.people.newPassword")} value={next} onInput={setNext} type="password"
          autocomplete="new-password" required minLength={10}
          hint={t("office.people.passwordHint")} />
        <Field label={t("office.people.repeat")} value={again} onInput={setAgain} type="password"
          autocomplete="new-password" required />
      </div>
      <button type="submit" class="main" disabled={busy} aria-busy={busy}>
        {t("office.people.setPassword")}
      </button>
    </form>
  );
}
