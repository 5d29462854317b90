// What agents read out and fill in: the script with marks for the lead's fields, the form, and
// every version there was.

import { useRef, useState } from "preact/hooks";

import { get, post } from "../../api";
import { Action, Fault, Field, Time, useLoad } from "../../parts/basics";
import { t } from "../../text";
import { Area, Badge, Done, Empty, Section } from "./bits";
import type { TabProps } from "./campaign";
import { FormEditor } from "./form_editor";
import { api, mayChange, useSettled, wordsFor } from "./room";
import type { FormField, Script } from "./types";

/** Fields that every lead has. */
const leadFields = ["name", "first_name", "last_name", "phone", "email", "address", "city",
  "region", "county", "country", "postal_code", "time_zone", "debt", "external_id"];

export function ScriptTab({ name }: TabProps) {
  const found = useLoad(() => get<{ scripts: Script[] }>(api(name, "scripts")), [name]);
  const [start, setStart] = useState<Script | undefined>();
  const [told, setTold] = useState("");
  if (!found.value) {
    return found.error !== null ? <Fault error={found.error} retry={found.again} />
      : <p class="quiet" role="status">{t("app.loading")}</p>;
  }
  const { scripts } = found.value;
  const from = start ?? scripts[0];
  const saved = (text: string) => {
    setTold(text);
    setStart(undefined);
    found.again();
  };
  return (
    <>
      <Done text={told} />
      {scripts.length === 0 && <Empty><p>{t("ops.script.none")}</p></Empty>}
      <Editor key={from?.id ?? 0} name={name} from={from} latest={scripts[0]} saved={saved} />
      <Versions scripts={scripts} shown={from} show={setStart} />
    </>
  );
}

interface Added {
  version: number;
  unchanged: boolean;
  warnings: string[];
}

function Editor(props: { name: string; from?: Script; latest?: Script;
  saved: (text: string) => void }) {
  const [text, setText] = useState(props.from?.text ?? "");
  const [form, setForm] = useState<FormField[]>(props.from?.form ?? []);
  const box = useRef<HTMLDivElement>(null);
  const { latest } = props;
  const unchanged = latest !== undefined && text === latest.text
    && JSON.stringify(form) === JSON.stringify(latest.form);

  const insert = (field: string) => {
    const area = box.current?.querySelector("textarea");
    const at = area?.selectionStart ?? text.length;
    setText(`${text.slice(0, at)}{{${field}}}${text.slice(area?.selectionEnd ?? at)}`);
    area?.focus();
  };
  const save = async () => {
    const asked = form.map((one) => ({ ...one,
      choices: one.type === "choice" ? one.choices.filter(Boolean) : [] }));
    const added = await post<Added>(api(props.name, "scripts"), { text, form: asked });
    props.saved(t(added.unchanged ? "ops.script.same" : "ops.script.saved",
      { version: added.version }));
  };

  return (
    <div class="grid ops-wide">
      <Section title={t("ops.script")} hint={t("ops.script.hint")}>
        <fieldset class="ops-bare" disabled={!mayChange()}>
          <legend class="ops-hidden">{t("ops.script")}</legend>
          <div ref={box}>
            <Area label={t("ops.script.text")} value={text} rows={12} onInput={setText} />
          </div>
        </fieldset>
        <fieldset hidden={!mayChange()}>
          <legend>{t("ops.script.insert")}</legend>
          <div class="row">
            {leadFields.map((field) => (
              <button key={field} type="button" class="ops-small" onClick={() => insert(field)}>
                {wordsFor("lead", field === "region" ? "state" : field)}
              </button>
            ))}
            <button type="button" class="ops-small" onClick={() => insert("custom.")}>
              {t("ops.script.custom")}
            </button>
          </div>
        </fieldset>
        {mayChange() && (
          <div class="row ops-under">
            <Action class="main" disabled={!text.trim() || unchanged} run={save}>
              {t("ops.script.save")}
            </Action>
          </div>
        )}
      </Section>
      <Preview text={text} />
      <Section title={t("ops.form")} hint={t("ops.form.hint")}>
        <fieldset class="ops-bare" disabled={!mayChange()}>
          <legend class="ops-hidden">{t("ops.form")}</legend>
          <FormEditor form={form} change={setForm} />
        </fieldset>
      </Section>
    </div>
  );
}

function Preview({ text }: { text: string }) {
  const [lead, setLead] = useState("");
  const settled = useSettled(text, 400);
  const number = useSettled(lead, 400);
  const found = useLoad(() => settled && mayChange()
    ? post<{ text: string; unknown: string[]; warnings: string[] }>("/api/scripts/preview",
      { text: settled, ...(/^\d+$/.test(number) && { lead: Number(number) }) })
    : Promise.resolve(null), [settled, number]);
  return (
    <Section title={t("ops.script.preview")}>
      <Field label={t("ops.why.lead")} value={lead} inputMode="numeric" onInput={setLead}
        hint={t("ops.script.leadHint")} />
      {found.error !== null && <Fault error={found.error} retry={found.again} />}
      {found.value && (
        <>
          <div class="ops-script" role="region" aria-label={t("ops.script.preview")} tabIndex={0}>
            {found.value.text}
          </div>
          {found.value.warnings.map((one) => <p key={one} class="fault">{one}</p>)}
          {/^\d+$/.test(number) && found.value.unknown.length > 0 && (
            <p class="fault">
              {t("ops.script.unknown", { fields: found.value.unknown.join(", ") })}
            </p>
          )}
        </>
      )}
    </Section>
  );
}

function Versions(props: { scripts: Script[]; shown?: Script; show: (script: Script) => void }) {
  if (props.scripts.length === 0) {
    return null;
  }
  return (
    <Section title={t("ops.script.versions")} hint={t("ops.script.versionsHint")}>
      <table>
        <caption class="ops-hidden">{t("ops.script.versions")}</caption>
        <thead>
          <tr>
            <th scope="col" class="number">{t("ops.script.version")}</th>
            <th scope="col">{t("ops.at")}</th>
            <th scope="col">{t("ops.by")}</th>
            <th scope="col">{t("ops.script.begins")}</th>
            <th scope="col">{t("ops.actions")}</th>
          </tr>
        </thead>
        <tbody>
          {props.scripts.map((one, index) => (
            <tr key={one.id}>
              <th scope="row" class="number">{one.version}</th>
              <td><Time at={one.at} /></td>
              <td>{one.by}</td>
              <td>{one.text.slice(0, 80)}{one.text.length > 80 && "…"}</td>
              <td>
                {index === 0 && <Badge tone="good">{t("ops.script.inForce")}</Badge>}{" "}
                {props.shown?.id !== one.id && (
                  <button type="button" onClick={() => props.show(one)}>
                    {t("ops.script.load")}<span class="ops-hidden"> {one.version}</span>
                  </button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}
