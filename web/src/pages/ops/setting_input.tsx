// One setting of a campaign as an input of its kind.

import { Choice, Field } from "../../parts/basics";
import { t } from "../../text";
import { Check, Span } from "./bits";
import { Hours } from "./hours";
import { wordsFor } from "./room";
import { asInput, isSpan, labelOf } from "./setting_words";
import type { Setting, SettingField } from "./types";

interface Props {
  field: SettingField;
  value: Setting | undefined;
  fault?: string;
  onChange: (value: Setting) => void;
}

/** Our words for a setting; those of the engine when it is new here. */
function hintOf(field: SettingField): string {
  const ours = wordsFor("help", field.name);
  return ours === field.name.replaceAll("_", " ") ? field.help : ours;
}

function Amount({ field, value, fault, onChange }: Props) {
  const whole = field.kind === "integer";
  return (
    <Field label={labelOf(field.name)} type="number" min={field.low} max={field.high} required
      step={whole ? 1 : "any"} value={asInput(value)} fault={fault} hint={hintOf(field)}
      onInput={(text) => {
        const given = Number(text);
        onChange(text.trim() && Number.isFinite(given) ? given : text);
      }} />
  );
}

function outside(field: SettingField, value: Setting | undefined): string | undefined {
  return typeof value === "number" && value >= field.low && value <= field.high ? undefined
    : t("ops.settings.outside");
}

export function SettingInput(props: Props) {
  const { field, value, fault, onChange } = props;
  const label = labelOf(field.name);
  const hint = hintOf(field);
  switch (field.kind) {
  case "flag":
    return <Check label={label} checked={value === true} hint={hint} onChange={onChange} />;
  case "integer":
  case "real":
    return isSpan(field.name)
      ? <Span label={label} value={typeof value === "number" ? value : 0} hint={hint}
          fault={fault ?? outside(field, value)} onInput={onChange} />
      : <Amount {...props} />;
  case "word":
    return (
      <div>
        <Choice label={label} value={asInput(value)} onChange={onChange}
          options={field.words.map((word) => [word, wordsFor("word", word)] as const)} />
        {(fault || hint) && <p class={fault ? "fault" : "hint ops-under"}>{fault || hint}</p>}
      </div>
    );
  case "hours":
    return <Hours label={label} value={asInput(value)} hint={hint} fault={fault}
      onChange={onChange} />;
  case "texts":
    return <Field label={label} value={asInput(value)} hint={hint} fault={fault}
      onInput={(text) => onChange(text.split(",").map((one) => one.trim()).filter(Boolean))} />;
  default:
    return <Field label={label} value={asInput(value)} hint={hint} fault={fault}
      type={field.kind === "number" ? "tel" : "text"} onInput={onChange} />;
  }
}
