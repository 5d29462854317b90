// The first page for whoever is not signed in. The address stays: after it one is where one was.

import { useEffect, useState } from "preact/hooks";

import { ApiError, get, query, signIn, type SignInWays } from "../api";
import { Field, words } from "../parts/basics";
import { go, path, search } from "../route";
import { type Key, t } from "../text";

// The query names the fault of a try at the provider.
const faults: Record<string, Key> = {
  unreachable: "signIn.unreachable", denied: "signIn.denied", expired: "signIn.expired",
  invalid: "signIn.invalid", no_account: "signIn.noAccount", locked: "signIn.lockedElsewhere",
};
const inQuery = "sign-in";

function faultInQuery(): string {
  const fault = search.value.get(inQuery);
  return fault === null ? "" : t(faults[fault] ?? "signIn.invalid");
}

export function SignIn(props: { wasSignedIn: boolean }) {
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [fault, setFault] = useState(faultInQuery);
  const [busy, setBusy] = useState(false);

  useEffect(() => {
    if (search.value.has(inQuery)) {
      go(path.value, true); // told once, and not again to whoever loads the page anew
    }
  }, []);

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
      <Elsewhere />
    </form>
  );
}

/** The way over the identity provider, when there is one. */
function Elsewhere() {
  const [label, setLabel] = useState("");
  useEffect(() => {
    // Without an answer there is the password.
    get<SignInWays>("/api/sign-in/ways").then((ways) => setLabel(ways.oidc?.label ?? ""), () => {});
  }, []);
  const more = search.value.toString();
  const to = path.value + (more && !search.value.has(inQuery) ? `?${more}` : "");
  return label ? (
    <p>
      <a class="button" href={`/api/sign-in/oidc/start${query({ to })}`}>
        {t("signIn.elsewhere", { label })}
      </a>
    </p>
  ) : null;
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
