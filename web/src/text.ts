// Words, numbers and times in the reader's language. Every word of the pages is in text/*.ts.

import { computed, effect, signal } from "@preact/signals";

import type { Key, Texts } from "./text/en";

export type { Key };

/** Only the reader's own language is loaded; every language has every key. */
const languages = {
  en: () => import("./text/en").then((found) => found.en as Texts),
  it: () => import("./text/it").then((found) => found.it as Texts),
  pl: () => import("./text/pl").then((found) => found.pl as Texts),
  pt: () => import("./text/pt").then((found) => found.pt as Texts),
} as const;
export type Language = keyof typeof languages;

const names: Record<Language, string> = {
  en: "English", it: "Italiano", pl: "Polski", pt: "Português",
};
export const languageNames = Object.entries(names) as [Language, string][];

function firstLanguage(): Language {
  const kept = localStorage.getItem("language");
  const wanted = [kept, ...navigator.languages].map((tag) => tag?.slice(0, 2));
  return (wanted.find((tag) => tag && tag in languages) as Language | undefined) ?? "en";
}

const texts = signal<Texts | null>(null);
export const language = signal<Language>("en");

/** Shows the pages in a language once its texts are here. When they cannot be had the pages stay as
 * they are, and a page that has no words yet gets the English ones. */
export async function speak(wanted: Language): Promise<void> {
  localStorage.setItem("language", wanted);
  for (const tried of [wanted, ...(texts.value ? [] : ["en" as const])]) {
    const found = await languages[tried]().catch(() => null);
    if (found) {
      texts.value = found;
      language.value = tried;
      return;
    }
  }
}

/** Whether there is such a text: of what the engine names, some may be newer than this page. */
export function hasText(key: string): key is Key {
  return texts.value !== null && key in texts.value;
}

/** Done when the texts of the reader's language are here. */
export const spoken = speak(firstLanguage());

effect(() => {
  document.documentElement.lang = language.value;
});

type Values = Record<string, string | number>;

/**
 * The text of a key with its {values} filled in. A value `n` chooses among forms written as
 * "one lead|{n} leads", by the plural rules of the language (forms in their order: one, few, many,
 * other, those that the language has).
 */
export function t(key: Key, values: Values = {}): string {
  const forms = (texts.value?.[key] ?? key).split("|");
  const rules = pluralRules.value;
  const categories = rules.resolvedOptions().pluralCategories;
  const order = ["zero", "one", "two", "few", "many", "other"].filter((name) =>
    (categories as string[]).includes(name));
  const category = typeof values.n === "number" ? rules.select(values.n) : "other";
  const index = Math.min(forms.length === 1 ? 0 : Math.max(order.indexOf(category), 0),
    forms.length - 1);
  return (forms[index] ?? "").replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    return value === undefined ? whole : typeof value === "number" ? number(value) : value;
  });
}

const pluralRules = computed(() => new Intl.PluralRules(language.value));
const numberFormat = computed(() => new Intl.NumberFormat(language.value));

export function number(value: number): string {
  return numberFormat.value.format(value);
}

/** 0.0312 as "3.12 %". */
export function share(value: number, digits = 1): string {
  return new Intl.NumberFormat(language.value, {
    style: "percent", minimumFractionDigits: digits, maximumFractionDigits: digits,
  }).format(value);
}

/** "2:05" or "1:02:05". */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (value: number) => String(value).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** An instant in a zone, with the zone's short name: "23 Nov 2026, 15:04:05 EST". */
export function instant(at: string | Date, zone?: string, seconds = true): string {
  return new Intl.DateTimeFormat(language.value, {
    timeZone: zone, timeZoneName: "short", year: "numeric", month: "short", day: "numeric",
    hour: "2-digit", minute: "2-digit", second: seconds ? "2-digit" : undefined, hourCycle: "h23",
  }).format(new Date(at));
}

/** The time alone, with the zone: "15:04 EST". */
export function clock(at: string | Date, zone?: string, seconds = false): string {
  return new Intl.DateTimeFormat(language.value, {
    timeZone: zone, timeZoneName: "short", hour: "2-digit", minute: "2-digit",
    second: seconds ? "2-digit" : undefined, hourCycle: "h23",
  }).format(new Date(at));
}

/** "+12125550123" as people of its plan write it: "+1 212-555-0123". */
export function phone(e164: string): string {
  const nanp = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(e164);
  return nanp ? `+1 ${nanp[1]}-${nanp[2]}-${nanp[3]}` : e164;
}
