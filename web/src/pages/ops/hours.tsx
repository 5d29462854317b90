// Hours of a week, as a row for each day; kept as "mon-fri 09:00-17:30, sat 10:00-14:00".

import { useId, useState } from "preact/hooks";

import { language, t } from "../../text";

const days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
type Week = string[][]; // of each day, ranges such as "09:00-17:30"

/** The days of "mon-fri" or "sat"; empty when it is something else. */
function daysOf(text: string): number[] {
  const [first = "", last = first] = text.split("-");
  const [from, to] = [first, last].map((day) => (days as readonly string[]).indexOf(day));
  return from === undefined || to === undefined || from < 0 || to < from ? []
    : Array.from({ length: to - from + 1 }, (_, step) => from + step);
}

/** Null for a text that has another form, which is then shown as it is. */
export function readWeek(text: string): Week | null {
  const week: Week = days.map(() => []);
  for (const part of text.toLowerCase().split(",").map((one) => one.trim()).filter(Boolean)) {
    const [which = "", ...ranges] = part.split(/\s+/);
    const its = daysOf(which);
    if (its.length === 0 || ranges.length === 0
      || !ranges.every((one) => /^\d\d:\d\d-\d\d:\d\d$/.test(one))) {
      return null;
    }
    its.forEach((day) => week[day]?.push(...ranges));
  }
  return week;
}

/** Days in a row with the same hours become one part. */
export function writeWeek(week: Week): string {
  const parts: string[] = [];
  for (let day = 0; day < days.length; ++day) {
    const hours = (week[day] ?? []).join(" ");
    const first = day;
    while (day + 1 < days.length && (week[day + 1] ?? []).join(" ") === hours) {
      ++day;
    }
    if (hours) {
      parts.push(`${days[first]}${day > first ? `-${days[day]}` : ""} ${hours}`);
    }
  }
  return parts.join(", ");
}

/** The name of a day in the reader's language; 2026-11-23 is a Monday. */
function nameOf(day: number, weekday: "long" | "short"): string {
  return new Intl.DateTimeFormat(language.value, { weekday, timeZone: "UTC" })
    .format(new Date(Date.UTC(2026, 10, 23 + day)));
}

export function Hours(props: { label: string; value: string; hint?: string; fault?: string;
  onChange: (text: string) => void }) {
  const id = useId();
  const [asText, setAsText] = useState(false);
  const week = asText ? null : readWeek(props.value);
  const change = (day: number, hours: string[]) =>
    props.onChange(writeWeek((week ?? []).map((old, one) => one === day ? hours : old)));
  return (
    <fieldset class="ops-hours" aria-describedby={`${id}-more`}>
      <legend>{props.label}</legend>
      {week ? days.map((day, index) => (
        <Day key={day} name={nameOf(index, "long")} short={nameOf(index, "short")}
          hours={week[index] ?? []}
          change={(hours) => change(index, hours)}
          above={index > 0 ? week[index - 1] : undefined} />
      )) : (
        <input aria-label={props.label} value={props.value}
          onInput={(event) => props.onChange(event.currentTarget.value)} />
      )}
      <p class="hint">{props.value === "" && t("ops.hours.any")}</p>
      <p>
        <button type="button" onClick={() => setAsText(!asText)}>
          {t(asText ? "ops.hours.asWeek" : "ops.hours.asText")}
        </button>
      </p>
      <p id={`${id}-more`} class={props.fault ? "fault" : "hint"}>{props.fault || props.hint}</p>
    </fieldset>
  );
}

function Day(props: { name: string; short: string; hours: string[]; above?: string[];
  change: (hours: string[]) => void }) {
  const set = (index: number, range: string) =>
    props.change(props.hours.map((old, one) => one === index ? range : old));
  const { above } = props;
  return (
    <div class="ops-day">
      <span class="ops-day-name" title={props.name}>{props.short}</span>
      {props.hours.length === 0 && <span class="quiet">{t("ops.hours.none")}</span>}
      {props.hours.map((range, index) => {
        const [from = "", to = ""] = range.split("-");
        return (
          <span key={index} class="ops-range">
            <input type="time" aria-label={t("ops.hours.from", { day: props.name })} value={from}
              onChange={(event) => set(index, `${event.currentTarget.value}-${to}`)} />–
            <input type="time" aria-label={t("ops.hours.to", { day: props.name })} value={to}
              onChange={(event) => set(index, `${from}-${event.currentTarget.value}`)} />
            <button type="button" aria-label={t("ops.hours.drop", { day: props.name })}
              onClick={() => props.change(props.hours.filter((_, one) => one !== index))}>
              ×
            </button>
          </span>
        );
      })}
      <button type="button" aria-label={t("ops.hours.add", { day: props.name })}
        onClick={() => props.change([...props.hours, props.hours.length ? "14:00-18:00"
          : "09:00-17:00"])}>+</button>
      {above && above.join() !== props.hours.join() && (
        <button type="button" aria-label={t("ops.hours.asAbove", { day: props.name })}
          onClick={() => props.change([...above])}>↑</button>
      )}
    </div>
  );
}
