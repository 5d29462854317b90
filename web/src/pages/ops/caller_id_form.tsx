// A number and the right to show it: whose it is, by what proof, from when to when.

import { useState } from "preact/hooks";

import { ApiError, post } from "../../api";
import { Choice, Dialog, Field, words } from "../../parts/basics";
import { phone, t } from "../../text";
import { Check } from "./bits";
import { type CallerId, type Proof, proofs } from "./types";

interface Values {
  number: string;
  name: string;
  owner: string;
  proof: Proof;
  reference: string;
  valid_from: string;
  valid_to: string;
  document_sha256: string;
  verified: boolean;
}

function valuesOf(one: CallerId | undefined): Values {
  return {
    number: one?.number ?? "", name: one?.name ?? "", owner: one?.owner ?? "",
    proof: one?.proof ?? "declared", reference: one?.reference ?? "",
    valid_from: one?.valid_from ?? "", valid_to: one?.valid_to ?? "",
    document_sha256: one?.document_sha256 ?? "", verified: one?.verified ?? false,
  };
}

/** Of the letter or contract; the file itself stays where it is. */
async function sha256(file: File): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function CallerIdForm(props: { one?: CallerId; close: () => void; done: () => void }) {
  const [values, setValues] = useState(valuesOf(props.one));
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const set = (part: Partial<Values>) => setValues((old) => ({ ...old, ...part }));
  const fault = (field: string) =>
    error instanceof ApiError && error.field === field ? error.message : undefined;
  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      const { valid_from, valid_to, ...given } = values;
      await post("/api/caller-ids", { ...given, ...(valid_from && { valid_from }),
        ...(valid_to && { valid_to }) });
      props.done();
    } catch (found) {
      setError(found);
    } finally {
      setBusy(false);
    }
  };
  const text = (name: "name" | "owner" | "reference", hint?: string) => (
    <Field label={t(`ops.callerId.${name}`)} value={values[name]} fault={fault(name)} hint={hint}
      maxLength={200} onInput={(value) => set({ [name]: value })} />
  );
  return (
    <Dialog title={props.one ? phone(props.one.number) : t("ops.callerId.add")}
      onClose={props.close}>
      <form onSubmit={submit}>
        {!props.one && (
          <Field label={t("ops.lead.phone")} type="tel" value={values.number} required
            autocomplete="off" fault={fault("number")} onInput={(number) => set({ number })} />
        )}
        {text("name", t("ops.callerId.nameHint"))}
        {text("owner")}
        <Choice label={t("ops.callerId.proof")} value={values.proof}
          options={proofs.map((one) => [one, t(`ops.proof.${one}`)] as const)}
          onChange={(proof) => set({ proof })} />
        <p class="hint">{t("ops.callerId.proofHint")}</p>
        {text("reference", t("ops.callerId.referenceHint"))}
        <div class="ops-inline">
          <Field label={t("ops.callerId.validFrom")} type="date" value={values.valid_from}
            fault={fault("valid_from")} onInput={(valid_from) => set({ valid_from })} />
          <Field label={t("ops.callerId.validTo")} type="date" value={values.valid_to}
            fault={fault("valid_to")} onInput={(valid_to) => set({ valid_to })} />
        </div>
        <Document value={values.document_sha256} set={set} />
        <Check label={t("ops.callerId.isVerified")} hint={t("ops.callerId.verifiedHint")}
          checked={values.verified} onChange={(verified) => set({ verified })} />
        {error !== null && <p class="fault" role="alert">{words(error)}</p>}
        <p><button class="main" disabled={busy} aria-busy={busy}>{t("ops.save")}</button></p>
      </form>
    </Dialog>
  );
}

function Document(props: { value: string; set: (part: Partial<Values>) => void }) {
  // Hashing needs a page that came over TLS or from this machine.
  const able = typeof crypto.subtle !== "undefined";
  return (
    <>
      <Field label={t("ops.callerId.sha256")} value={props.value} maxLength={64} class="ops-code"
        pattern="[0-9a-f]{64}" hint={t("ops.callerId.sha256Hint")}
        onInput={(document_sha256) => props.set({ document_sha256 })} />
      {able && (
        <div class="field">
          <label>
            {t("ops.callerId.document")}
            <input type="file" onChange={(event) => {
              const file = event.currentTarget.files?.[0];
              if (file) {
                void sha256(file).then((document_sha256) => props.set({ document_sha256 }));
              }
            }} />
          </label>
        </div>
      )}
    </>
  );
}
