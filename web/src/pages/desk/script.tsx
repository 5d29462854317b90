// What the agent says, and what he asks and writes down.

import { useId } from "preact/hooks";

import { Fault } from "../../parts/basics";
import { t } from "../../text";
import { answers, desk, loadPerson, missing, script, scriptFault } from "./state";
import type { FormField } from "./types";

export function ScriptPanel() {
  const at = desk.value;
  if (!at?.call && !at?.preview) {
    return null;
  }
  const found = script.value;
  return (
    <section class="card script" aria-labelledby="script-title">
      <h2 id="script-title">{t("desk.script")}</h2>
      {scriptFault.value !== null && (
        <Fault error={scriptFault.value} retry={() => void loadPerson()} />
      )}
      {found
        ? found.text.split(/\n\s*\n/).map((part, index) => <p key={index} class="spoken">{part}</p>)
        : scriptFault.value === null && <p class="quiet">{t("desk.noScript")}</p>}
      {found && found.form.length > 0 && <Form fields={found.form} />}
    </section>
  );
}

function Form({ fields }: { fields: FormField[] }) {
  return (
    <form class="script-form" onSubmit={(event) => event.preventDefault()}>
      <h2>{t("desk.form")}</h2>
      {fields.some((field) => field.required) && <p class="hint">{t("desk.formHint")}</p>}
      {fields.map((field) => <Field key={field.name} field={field} />)}
    </form>
  );
}

function set(name: string, value: string | boolean): void {
  answers.value = { ...answers.value, [name]: value };
  if (missing.value.has(name)) {
    missing.value = new Set([...missing.value].filter((one) => one !== name));
  }
}

/** Where to go when something is missing. */
export const fieldId = (name: string) => `form-${name}`;

const INPUTS = { text: "text", number: "number", date: "date" } as const;

function Field({ field }: { field: FormField }) {
  const id = fieldId(field.name);
  const fault = missing.value.has(field.name);
  const label = field.label || field.name;
  const more = useId();
  return (
    <div class="field">
      <label for={id}>{label}{field.required && <span title={t("desk.required")}> *</span>}</label>
      <Input field={field} id={id} fault={fault} more={more} />
      {fault && <p id={more} class="fault">{t("desk.fillIn")}</p>}
    </div>
  );
}

function Input(props: { field: FormField; id: string; fault: boolean; more: string }) {
  const { field, id, fault } = props;
  const value = answers.value[field.name];
  const common = {
    id, required: field.required, "aria-invalid": fault || undefined,
    "aria-describedby": fault ? props.more : undefined,
  };
  const kind = field.type ?? "text";
  if (kind === "choice" || kind === "flag") {
    const options = kind === "choice" ? (field.choices ?? []).map((one) => [one, one])
      : [["true", t("desk.yes")], ["false", t("desk.no")]];
    return (
      <select {...common} value={value === undefined ? "" : String(value)}
        onChange={({ currentTarget: { value: next } }) =>
          set(field.name, kind === "choice" || next === "" ? next : next === "true")}>
        <option value="">{t("desk.choose")}</option>
        {options.map(([one, text]) => <option key={one} value={one}>{text}</option>)}
      </select>
    );
  }
  return (
    <input {...common} type={INPUTS[kind]} step={kind === "number" ? "any" : undefined}
      value={value === undefined ? "" : String(value)}
      onInput={(event) => set(field.name, event.currentTarget.value)} />
  );
}
