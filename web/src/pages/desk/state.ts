// What the desk knows: the engine's state of the agent, the person, the script, and what is being
// written down about the call.

import { computed, effect, signal } from "@preact/signals";

import { ApiError, get, post } from "../../api";
import { lostSince } from "../../events";
import { clock, phone, t } from "../../text";
import type { Campaign, Desk, Disposition, FormField, Person, Script } from "./types";

export const desk = signal<Desk | null>(null);
export const campaigns = signal<Campaign[]>([]);
export const dispositions = signal<Disposition[]>([]);

export const person = signal<Person | null>(null);
export const personFault = signal<unknown>(null);
export const script = signal<Script | null>(null);
export const scriptFault = signal<unknown>(null);

/** What is written down about the call at hand. */
export type Answers = Record<string, string | boolean>;
export const answers = signal<Answers>({});
export const note = signal("");
export const chosen = signal<string | null>(null); // code of a disposition
export const thenPause = signal(false);
/** Fields of the form that are missing or wrong, by name, since the agent tried to save. */
export const missing = signal<ReadonlySet<string>>(new Set());
/** What was done about the call and cannot be seen elsewhere, for people. */
export const done = signal<string[]>([]);
export const callbackAgreed = signal(false);
/** What became of the call before, until the next one comes. */
export const saved = signal("");

/** Counts with the seconds, for timers. */
export const now = signal(Date.now());
setInterval(() => {
  now.value = Date.now();
}, 500);

// How far this computer's clock is ahead of the engine's, once a change was seen as it happened.
const skew = signal(0);
const SKEW_MIN_MS = 2_000;
let missedSome = true; // what the stream tells first may have happened long ago
effect(() => {
  missedSome ||= lostSince.value !== null;
});

/** What the engine's clock says, as far as is known. */
export const engineNow = () => new Date(now.value - skew.value);

/** Seconds since an instant of the engine. */
export function since(instant: string): number {
  return Math.max(0, (engineNow().getTime() - Date.parse(instant)) / 1000);
}

export const mode = computed(() =>
  campaigns.value.find((one) => one.name === desk.value?.campaign)?.mode);

export const codes = computed(() => dispositions.value.filter((one) => one.active));

/** Whom the desk is about: the call's person or the preview's; empty when nobody. */
export const about = computed(() => {
  const { call, preview } = desk.value ?? {};
  return call ? `call ${call.attempt}` : preview ? `lead ${preview.lead}` : "";
});

/** Takes a state as the stream tells it. */
export function take(next: Desk): void {
  const before = desk.value;
  if (!missedSome && next.since && before?.since !== next.since) {
    const found = Date.now() - Date.parse(next.since);
    skew.value = Math.abs(found) > SKEW_MIN_MS ? found : 0;
  }
  missedSome = false;
  const whom = about.value;
  desk.value = next;
  if (about.value !== whom) {
    newPerson(whom);
  }
  if (before?.campaign !== next.campaign) {
    void loadCampaign(next.campaign);
  }
}

/** A preview that is dialed is about the same person: what was written down stays. */
function newPerson(before: string): void {
  const same = before.startsWith("lead ") && about.value.startsWith("call ");
  if (about.value) {
    saved.value = "";
  }
  if (!same) {
    answers.value = {};
    note.value = "";
    chosen.value = null;
    thenPause.value = false;
    done.value = [];
    callbackAgreed.value = false;
    person.value = null;
    script.value = null;
  }
  missing.value = new Set();
  void loadPerson();
}

export async function loadPerson(): Promise<void> {
  const whom = about.value;
  personFault.value = null;
  scriptFault.value = null;
  if (!whom) {
    return;
  }
  const still = () => about.value === whom; // an answer that was overtaken is dropped
  await Promise.all([
    get<Person>("/api/agent/person").then(
      (found) => { if (still()) { person.value = found; } },
      (error) => { if (still()) { personFault.value = error; } }),
    get<Script>("/api/agent/script").then(
      (found) => { if (still()) { script.value = found; } },
      (error) => {
        const none = error instanceof ApiError && error.status === 404;
        if (still() && !none) {
          scriptFault.value = error;
        }
      }),
  ]);
}

async function loadCampaign(name: string | null): Promise<void> {
  if (name === null) {
    dispositions.value = [];
    return;
  }
  const found = await get<{ dispositions: Disposition[] }>(
    `/api/campaigns/${encodeURIComponent(name)}/dispositions`).catch(() => null);
  if (found && desk.value?.campaign === name) {
    dispositions.value = found.dispositions;
  }
  await loadCampaigns().catch(() => undefined);
}

export async function loadCampaigns(): Promise<void> {
  campaigns.value = await get<Campaign[]>("/api/campaigns");
}

/** Nobody spoke with the person: what the form asks cannot be known. */
const WITHOUT_FORM = new Set(["no_contact", "machine", "wrong_number", "do_not_call", "callback"]);

function given(field: FormField): boolean {
  const value = answers.value[field.name];
  return field.type === "flag" ? typeof value === "boolean"
    : typeof value === "string" && value !== "";
}

function lacks(form: FormField[]): FormField[] {
  return form.filter((field) => field.required && !given(field));
}

/** The answers in the form in which the engine takes them. */
function told(form: FormField[]): Record<string, string | number | boolean> {
  return Object.fromEntries(form.filter(given).map((field) => {
    const value = answers.value[field.name] as string | boolean;
    return [field.name, field.type === "number" ? Number(value) : value];
  }));
}

/** True when the form stands in nobody's way; else what is missing is marked. */
export function formIsDone(code: Disposition): boolean {
  const form = script.value?.form ?? [];
  const left = WITHOUT_FORM.has(code.category) ? [] : lacks(form);
  missing.value = new Set(left.map((field) => field.name));
  return left.length === 0;
}

async function saveForm(attempt: string): Promise<string> {
  const { script: id, form } = script.value ?? { script: 0, form: [] };
  const values = told(form);
  if (Object.keys(values).length === 0) {
    return "";
  }
  if (lacks(form).length === 0) {
    await post("/api/agent/form", { script: id, answers: values, attempt });
    return "";
  }
  // Half a form is none, but what was heard is not lost.
  return Object.entries(values).map(([name, value]) => `${name}: ${value}`).join("; ");
}

/** What is said on the screen once nobody calls the number any more. */
export const optedOut = (number: string) =>
  t("desk.optedOut", { number: phone(number), time: clock(engineNow(), undefined, true) });

/** Under the engine's bound in bytes, whatever the letters. */
export const NOTE_MAX = 1300;

/** Writes down how the call went; in the wrap-up that ends it. */
export async function dispose(code: Disposition): Promise<void> {
  const { attempt, number } = desk.value?.call ?? {};
  if (!attempt || !number) {
    return;
  }
  const half = await saveForm(attempt);
  const text = [note.value.trim(), half].filter(Boolean).join("\n").slice(0, NOTE_MAX);
  await post("/api/agent/disposition", { code: code.code, note: text, ready: !thenPause.value });
  const out = code.lead_action === "opt_out" ? ` ${optedOut(number)}` : "";
  saved.value = t("desk.saved", { label: code.label || code.code }) + out;
}
