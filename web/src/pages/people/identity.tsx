// Who a user is at the identity provider: invited by an address, tied to a subject, or nobody.

import { useState } from "preact/hooks";

import { get, post, type SignInWays } from "../../api";
import { Action, Choice, Field, useLoad } from "../../parts/basics";
import { t } from "../../text";
import type { UserRow } from "./types";

type Identity = NonNullable<UserRow["identity"]>;
type Means = "email" | "subject";

export function identityText(identity: Identity): string {
  return identity.subject === null
    ? t("office.people.invitedAs", { who: identity.email ?? "" })
    : t("office.people.tiedAs", { who: identity.email ?? identity.subject });
}

export function useProvider(): string {
  const { value } = useLoad(() => get<SignInWays>("/api/sign-in/ways"), []);
  return value?.oidc?.label ?? "";
}

interface Part {
  at: string;
  user: UserRow;
  onDone: (text: string) => void;
}

export function IdentityPart({ at, user, onDone }: Part) {
  const provider = useProvider();
  const [means, setMeans] = useState<Means>("email");
  const [who, setWho] = useState("");
  if (!provider && !user.identity) {
    return null;
  }
  const tie = async () => {
    await post(`${at}/identity`, { [means]: who.trim() });
    setWho("");
    onDone(t("office.people.identitySet"));
  };
  const untie = async () => {
    await post(`${at}/identity/remove`);
    onDone(t("office.people.identityGone"));
  };
  return (
    <section>
      <h3>{t("office.people.identity")}</h3>
      <p class="hint">
        {user.identity ? identityText(user.identity) : t("office.people.identityNone")}
      </p>
      {provider && (
        <>
          <Choice<Means> label={t("office.people.identityBy")} value={means} onChange={setMeans}
            options={[["email", t("office.people.byEmail")],
              ["subject", t("office.people.bySubject")]]} />
          <Field label={t(means === "email" ? "office.people.email" : "office.people.subject")}
            value={who} onInput={setWho} maxLength={means === "email" ? 100 : 255}
            autocomplete="off" hint={t("office.people.endsSessions")} />
        </>
      )}
      <div class="row">
        {provider && (
          <Action run={tie} disabled={who.trim() === ""}>{t("office.people.tie")}</Action>
        )}
        {user.identity && <Action run={untie}>{t("office.people.untie")}</Action>}
      </div>
    </section>
  );
}
