// A new campaign: from a template with legal defaults, or as a copy of another one.

import { useState } from "preact/hooks";

import { ApiError, get, post } from "../../api";
import { Choice, Fault, Field, Link, useLoad, words } from "../../parts/basics";
import { go } from "../../route";
import { t } from "../../text";
import { Room, Section } from "./bits";
import "./ops.css";
import { pageOf } from "./room";
import { labelOf, valueText } from "./setting_words";
import type { CampaignSettings, SettingField, Template } from "./types";

interface Known {
  templates: Template[];
  campaigns: string[];
  fields: SettingField[];
}

async function loadKnown(): Promise<Known> {
  const [made, campaigns, described] = await Promise.all([
    get<{ templates: Template[] }>("/api/templates"),
    get<{ name: string }[]>("/api/campaigns"),
    get<{ fields: SettingField[] }>("/api/settings/fields"),
  ]);
  return { templates: made.templates, campaigns: campaigns.map((one) => one.name),
    fields: described.fields };
}

/** The fields that no template can know. */
const own = ["seller", "offer", "subject", "caller_id"] as const;

/** Templates in full, so that their legal ground is read before one is chosen. */
function Templates(props: { known: Known; chosen: string; choose: (name: string) => void }) {
  return (
    <fieldset class="ops-templates">
      <legend>{t("ops.new.template")}</legend>
      {props.known.templates.map((one) => (
        <div key={one.name}
          class={one.name === props.chosen ? "ops-template chosen" : "ops-template"}>
          <label>
            <input type="radio" name="template" value={one.name}
              checked={one.name === props.chosen} onChange={() => props.choose(one.name)} />
            {" "}<strong>{one.title}</strong>
          </label>
          <p class="hint">{one.note}</p>
        </div>
      ))}
    </fieldset>
  );
}

function Defaults({ template, fields }: { template: Template; fields: SettingField[] }) {
  return (
    <dl class="ops-pairs">
      {Object.entries(template.settings).map(([name, value]) => (
        <div key={name}>
          <dt>{labelOf(name)}</dt>
          <dd>{valueText(name, value, fields.find((one) => one.name === name))}</dd>
        </div>
      ))}
    </dl>
  );
}

export default function NewCampaign() {
  const known = useLoad(loadKnown, []);
  if (known.error !== null) {
    return <Fault error={known.error} retry={known.again} />;
  }
  return known.value ? <Room><Form known={known.value} /></Room>
    : <p class="quiet" role="status">{t("app.loading")}</p>;
}

function Form({ known }: { known: Known }) {
  const [values, setValues] = useState<Record<string, string>>({});
  const [way, setWay] = useState<"template" | "copy">("template");
  const [template, setTemplate] = useState(known.templates[0]?.name ?? "");
  const [from, setFrom] = useState(known.campaigns[0] ?? "");
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);

  const set = (name: string) => (value: string) => setValues({ ...values, [name]: value });
  const fault = (name: string) =>
    error instanceof ApiError && error.field === name ? error.message : undefined;
  const shown = known.templates.find((one) => one.name === template);

  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      const given = Object.fromEntries(Object.entries(values).filter(([, value]) => value.trim()));
      const made = await post<CampaignSettings>("/api/campaigns",
        { ...given, ...(way === "template" ? { template } : { from }) });
      go(pageOf(made.name));
    } catch (found) {
      setError(found);
    } finally {
      setBusy(false);
    }
  };

  return (
    <form onSubmit={submit}>
      <p><Link to="/campaigns">← {t("nav.campaigns")}</Link></p>
      <h1>{t("ops.campaigns.new")}</h1>
      <p class="hint">{t("ops.new.hint")}</p>
      <div class="grid">
        <Section title={t("ops.new.what")}>
          <Field label={t("ops.field.name")} value={values.name ?? ""} onInput={set("name")}
            fault={fault("name")} maxLength={100} required />
          {own.map((name) => (
            <Field key={name} label={t(`ops.field.${name}`)} value={values[name] ?? ""}
              onInput={set(name)} fault={fault(name)} hint={t(`ops.help.${name}`)}
              required={way === "template" && (name === "seller" || name === "caller_id")} />
          ))}
        </Section>
        <Section title={t("ops.new.from")}>
          <Choice label={t("ops.new.way")} value={way} onChange={setWay}
            options={[["template", t("ops.new.byTemplate")],
              ...(known.campaigns.length ? [["copy", t("ops.new.byCopy")] as const] : [])]} />
          {way === "copy" && (
            <Choice label={t("ops.new.copyOf")} value={from} onChange={setFrom}
              options={known.campaigns.map((name) => [name, name] as const)} />
          )}
          {way === "template" && (
            <Templates known={known} chosen={template} choose={setTemplate} />
          )}
        </Section>
        {way === "template" && shown && (
          <Section title={t("ops.new.defaults")} hint={t("ops.new.defaultsHint")}>
            <Defaults template={shown} fields={known.fields} />
          </Section>
        )}
      </div>
      {error !== null && <p class="fault" role="alert">{words(error)}</p>}
      <button class="main" disabled={busy} aria-busy={busy}>{t("ops.new.make")}</button>
    </form>
  );
}
