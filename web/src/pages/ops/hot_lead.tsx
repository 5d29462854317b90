// A lead that comes by itself: dialed at once when that is legal and somebody is free.

import { useState } from "preact/hooks";

import { ApiError, post } from "../../api";
import { Field, Link, words } from "../../parts/basics";
import { t } from "../../text";
import { Badge, Section } from "./bits";

interface Added {
  lead: number;
  existed: boolean;
  will_be_dialed: boolean;
  status: string;
  warnings: string[];
}

const fields = [["phone", "tel"], ["name", "text"], ["region", "text"], ["postal_code", "text"],
  ["external_id", "text"]] as const;

export function HotLead({ name }: { name: string }) {
  const [values, setValues] = useState<Record<string, string>>({});
  const [added, setAdded] = useState<Added | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);

  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    setAdded(null);
    try {
      const { phone = "", ...rest } = values;
      const phones = phone.split(/[,;]/).map((one) => one.trim()).filter(Boolean);
      const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value.trim()));
      setAdded(await post<Added>("/api/leads", { campaign: name, phones, ...given }));
      setValues({});
    } catch (found) {
      setError(found);
    } finally {
      setBusy(false);
    }
  };
  const faultOf = (field: string) =>
    error instanceof ApiError && (error.field === field || (field === "phone"
      && error.field === "phones")) ? error.message : undefined;

  return (
    <Section title={t("ops.hot")} hint={t("ops.hot.hint")}>
      <form onSubmit={submit} class="ops-inline">
        {fields.map(([field, type]) => (
          <Field key={field} label={t(`ops.lead.${field === "region" ? "state" : field}`)}
            type={type} value={values[field] ?? ""} fault={faultOf(field)}
            required={field === "phone"} autocomplete="off" maxLength={200}
            onInput={(value) => setValues({ ...values, [field]: value })} />
        ))}
        <button class="main" disabled={busy} aria-busy={busy}>{t("ops.hot.add")}</button>
      </form>
      {error !== null && <p class="fault" role="alert">{words(error)}</p>}
      <div role="status">{added && <Told added={added} />}</div>
    </Section>
  );
}

function Told({ added }: { added: Added }) {
  return (
    <>
      <p>
        <Badge tone={added.will_be_dialed ? "good" : "warn"}>
          {t(added.will_be_dialed ? "ops.hot.willBe" : "ops.hot.willNot")}
        </Badge>{" "}
        {added.existed && t("ops.hot.existed")}{" "}
        <Link to={`/why?lead=${added.lead}`}>{t("ops.why.title")}</Link>
      </p>
      {added.warnings.map((text) => <p key={text} class="hint">{text}</p>)}
    </>
  );
}
