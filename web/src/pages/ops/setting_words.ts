// Settings of campaigns in words: their groups, their names, their values.

import { instant, number, phone, t } from "../../text";
import { span } from "./bits";
import { wordsFor } from "./room";
import type { Setting, SettingField } from "./types";

/** Groups in which settings are shown; a setting that is new here comes in the last one. */
export const groups = {
  basics: ["name", "seller", "offer", "purpose", "subject"],
  pacing: ["mode", "lines_per_agent", "lines_per_agent_max", "lines_max", "pool", "priority",
    "share"],
  hours: ["calling_hours", "hours_zone"],
  caps: ["attempts_max", "retry_after_s", "attempts_per_day", "attempts_per_week"],
  calls: ["ring_max_s", "wrap_up_max_s", "preview_limit_s", "preview_then", "message_file",
    "trunks"],
  callerIds: ["caller_id", "caller_id_match", "caller_id_sticky", "caller_id_signals",
    "caller_id_rest_s"],
  callbacks: ["callback_grace_s", "callback_opens"],
  law: ["jurisdiction", "atds_profile", "called_party", "telemarketer", "record_rule"],
} as const;
export type Group = keyof typeof groups | "other";

/** Changed by buttons of their own. */
const elsewhere = ["running"];

export function groupsOf(fields: SettingField[]): [Group, SettingField[]][] {
  const known: string[] = [...elsewhere, ...Object.values(groups).flat()];
  const found = Object.entries(groups).map(([group, names]) => [group as Group,
    names.flatMap((name) => fields.filter((one) => one.name === name))] as
    [Group, SettingField[]]);
  const others = fields.filter((one) => !known.includes(one.name));
  return others.length > 0 ? [...found, ["other", others]] : found;
}

export function labelOf(name: string): string {
  return wordsFor("field", name);
}

export function isSpan(name: string): boolean {
  return name.endsWith("_s");
}

/** Settings that are telephone numbers, which the store keeps as numbers. */
const numbers = ["caller_id", "number"];
/** Of scripts one sees the beginning. */
const long = 200;

/** A value for people. */
export function valueText(name: string, value: unknown, field?: SettingField): string {
  if (value === "" || value === null || value === undefined
    || (Array.isArray(value) && value.length === 0)) {
    return "–";
  }
  if (typeof value === "boolean") {
    return t(value ? "ops.yes" : "ops.no");
  }
  if (typeof value === "number") {
    return numbers.includes(name) ? phone(`+${value}`) : isSpan(name) ? span(value) : number(value);
  }
  if (Array.isArray(value)) {
    return value.map((one) => typeof one === "object" ? JSON.stringify(one) : String(one))
      .join(", ");
  }
  if (typeof value === "object") {
    return JSON.stringify(value);
  }
  const text = String(value);
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text)) {
    return instant(text);
  }
  if (text.length > long) {
    return `${text.slice(0, long)} …`;
  }
  const isWord = field ? field.kind === "word" : /^[a-z_]+$/.test(text) && name !== "key";
  return isWord ? wordsFor("word", text) : field?.kind === "number" ? phone(text) : text;
}

/** The value of a setting as an input holds it, and back. */
export function asInput(value: Setting | undefined): string {
  return Array.isArray(value) ? value.join(", ") : String(value ?? "");
}
