// Small parts of the pages of sales ops.

import type { ComponentChildren } from "preact";
import { useId, useState } from "preact/hooks";

import { Action, Dialog } from "../../parts/basics";
import { t } from "../../text";

type Tone = "good" | "warn" | "bad" | "plain";

/** The whole of a page: what its style sheet reaches. */
export function Room(props: { children: ComponentChildren }) {
  return <div class="ops">{props.children}</div>;
}

/** A word of state; its sign says the same as its colour. */
export function Badge(props: { tone: Tone; children: ComponentChildren }) {
  const signs = { good: "●", warn: "▲", bad: "■", plain: "○" };
  return (
    <span class={`ops-badge ops-${props.tone}`}>
      <span aria-hidden="true">{signs[props.tone]}</span> {props.children}
    </span>
  );
}

/** How much of a whole, beside the number that says it. */
export function Bar(props: { part: number; tone?: Tone }) {
  const width = Math.max(0, Math.min(1, props.part)) * 100;
  return (
    <svg class={`ops-bar ops-${props.tone ?? "plain"}`} aria-hidden="true" width="100%"
      height="10" preserveAspectRatio="none">
      <rect class="ops-bar-whole" width="100%" height="10" rx="2" />
      <rect width={`${width}%`} height="10" rx="2" />
    </svg>
  );
}

/** A titled part of a page. */
export function Section(props: { title: string; hint?: ComponentChildren;
  children: ComponentChildren; class?: string }) {
  // Not a landmark: its tables are, and two of one name are hard to tell apart.
  return (
    <section class={`card ${props.class ?? ""}`}>
      <h2>{props.title}</h2>
      {props.hint && <p class="hint">{props.hint}</p>}
      {props.children}
    </section>
  );
}

/** A box to tick with its words. */
export function Check(props: { label: string; checked: boolean; hint?: string;
  disabled?: boolean; onChange: (checked: boolean) => void }) {
  const id = useId();
  return (
    <div class="field ops-check">
      <input type="checkbox" id={id} checked={props.checked} disabled={props.disabled}
        aria-describedby={props.hint ? `${id}-more` : undefined}
        onChange={(event) => props.onChange(event.currentTarget.checked)} />
      <label for={id}>{props.label}</label>
      {props.hint && <p id={`${id}-more`} class="hint">{props.hint}</p>}
    </div>
  );
}

/** Text of several lines. */
export function Area(props: { label: string; value: string; rows?: number; hint?: string;
  fault?: string; code?: boolean; onInput: (value: string) => void }) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{props.label}</label>
      <textarea id={id} rows={props.rows ?? 4} class={props.code ? "ops-code" : undefined}
        spellcheck={!props.code} value={props.value}
        aria-invalid={props.fault ? true : undefined}
        aria-describedby={props.hint || props.fault ? `${id}-more` : undefined}
        onInput={(event) => props.onInput(event.currentTarget.value)} />
      {(props.hint || props.fault) && (
        <p id={`${id}-more`} class={props.fault ? "fault" : "hint"}
          role={props.fault ? "alert" : undefined}>{props.fault || props.hint}</p>
      )}
    </div>
  );
}

const units = [["d", 86400], ["h", 3600], ["min", 60], ["s", 1]] as const;
type Unit = (typeof units)[number][0];
const secondsOf = (unit: Unit) => units.find(([name]) => name === unit)?.[1] ?? 1;

/** The largest unit in which seconds are whole. */
export function unitOf(seconds: number): Unit {
  return units.find(([, size]) => seconds >= size && seconds % size === 0)?.[0] ?? "s";
}

/** "4 h" of 14400. */
export function span(seconds: number): string {
  const unit = unitOf(seconds);
  return t(`ops.unit.${unit}`, { count: seconds / secondsOf(unit) });
}

/** A number of seconds as people say it: 4 hours. */
export function Span(props: { label: string; value: number; hint?: string; fault?: string;
  onInput: (seconds: number) => void }) {
  const id = useId();
  const [unit, setUnit] = useState<Unit>(unitOf(props.value));
  return (
    <div class="field">
      <label for={id}>{props.label}</label>
      <div class="ops-span">
        <input id={id} type="number" min="0" step="any" value={props.value / secondsOf(unit)}
          aria-invalid={props.fault ? true : undefined}
          aria-describedby={props.hint || props.fault ? `${id}-more` : undefined}
          onInput={(event) =>
            props.onInput(Math.round(event.currentTarget.valueAsNumber * secondsOf(unit)))} />
        <select aria-label={`${props.label}: ${t("ops.unit")}`} value={unit}
          onChange={(event) => setUnit(event.currentTarget.value as Unit)}>
          {units.map(([name]) => (
            <option key={name} value={name}>{t(`ops.unitName.${name}`)}</option>
          ))}
        </select>
      </div>
      {(props.hint || props.fault) && (
        <p id={`${id}-more`} class={props.fault ? "fault" : "hint"}>{props.fault || props.hint}</p>
      )}
    </div>
  );
}

/** A button that asks before it acts; says in plain words what will happen. */
export function Confirmed(props: { button: string; title: string; effect: ComponentChildren;
  yes?: string; class?: string; disabled?: boolean; run: () => Promise<unknown> }) {
  const [open, setOpen] = useState(false);
  const run = async () => {
    await props.run();
    setOpen(false);
  };
  return (
    <>
      <button type="button" class={props.class} disabled={props.disabled}
        onClick={() => setOpen(true)}>{props.button}</button>
      {open && (
        <Dialog title={props.title} onClose={() => setOpen(false)}>
          <div class="ops-effect">{props.effect}</div>
          <div class="ops-do">
            <Action class="main" run={run}>{props.yes ?? props.button}</Action>
          </div>
        </Dialog>
      )}
    </>
  );
}

/** Says once what was done, for eyes and screen readers. */
export function Done(props: { text: string }) {
  return <p class={props.text ? "ops-done" : ""} role="status">{props.text}</p>;
}

/** What there is when there is nothing yet, and what to do about it. */
export function Empty(props: { children: ComponentChildren }) {
  return <div class="ops-empty">{props.children}</div>;
}
