// The form that agents fill in during a call, a row for each question.

import { t } from "../../text";
import { Check, Empty } from "./bits";
import { Choice, Field } from "../../parts/basics";
import { mayChange } from "./room";
import { answerKinds, type FormField } from "./types";

/** A name for a question: of its words, as the answers need it. */
function nameOf(label: string, others: string[]): string {
  const plain = label.normalize("NFD").toLowerCase().replace(/[^a-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "") || "field";
  let name = plain;
  for (let count = 2; others.includes(name); ++count) {
    name = `${plain}_${count}`;
  }
  return name;
}

export function FormEditor({ form, change }: { form: FormField[];
  change: (form: FormField[]) => void }) {
  const set = (index: number, part: Partial<FormField>) =>
    change(form.map((field, one) => one === index ? { ...field, ...part } : field));
  const move = (index: number, by: number) => {
    const next = [...form];
    const [field] = next.splice(index, 1);
    if (field) {
      next.splice(index + by, 0, field);
      change(next);
    }
  };
  const add = () => change([...form, { name: nameOf("", form.map((one) => one.name)), label: "",
    type: "text", required: false, choices: [] }]);
  return (
    <>
      {form.length === 0 && <Empty><p>{t("ops.form.none")}</p></Empty>}
      <ol class="ops-form">
        {form.map((field, index) => (
          <li key={index}>
            <Question field={field} set={(part) => set(index, part)}
              others={form.filter((one) => one !== field).map((one) => one.name)} />
            {mayChange() && (
              <div class="row">
                <button type="button" class="ops-small" disabled={index === 0}
                  onClick={() => move(index, -1)}>{t("ops.form.up")}</button>
                <button type="button" class="ops-small" disabled={index === form.length - 1}
                  onClick={() => move(index, 1)}>{t("ops.form.down")}</button>
                <button type="button" class="ops-small"
                  onClick={() => change(form.filter((one) => one !== field))}>
                  {t("ops.form.drop")}
                </button>
              </div>
            )}
          </li>
        ))}
      </ol>
      {mayChange() && <button type="button" onClick={add}>{t("ops.form.add")}</button>}
    </>
  );
}

function Question(props: { field: FormField; others: string[];
  set: (part: Partial<FormField>) => void }) {
  const { field, set } = props;
  // A name that was made from the words follows them; one that was typed stays.
  const follows = field.name === nameOf(field.label, props.others);
  return (
    <div class="ops-inline">
      <Field label={t("ops.form.label")} value={field.label} onInput={(label) =>
        set({ label, ...(follows && { name: nameOf(label, props.others) }) })} />
      <Field label={t("ops.form.name")} value={field.name} pattern="[A-Za-z0-9_]+"
        onInput={(name) => set({ name })} />
      <Choice label={t("ops.form.type")} value={field.type}
        options={answerKinds.map((one) => [one, t(`ops.answer.${one}`)] as const)}
        onChange={(type) => set({ type })} />
      {field.type === "choice" && (
        <Field label={t("ops.form.choices")} value={field.choices.join(", ")}
          hint={t("ops.form.choicesHint")}
          onInput={(text) => set({ choices: text.split(",").map((one) => one.trim())
            .filter((one, index, all) => one || index === all.length - 1) })} />
      )}
      <Check label={t("ops.form.required")} checked={field.required}
        onChange={(required) => set({ required })} />
    </div>
  );
}
