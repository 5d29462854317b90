// What the engine says, in the reader's language: it sends keys and values beside its English words.

import { hasText, instant, type Key, language, t } from "./text";

/** A sentence of the engine; the keys are those of campaigns/sentence_table.cpp. */
export interface Said {
  key: string;
  values: Record<string, Value>;
}

type Value = string | number
  | { at: string } // an instant, shown in the reader's zone
  | { said: Said[]; by: string } // sentences in a row; `by` is the key of what stands between them
  | { said: Said[]; detail: string }; // a reason of the gate, with the gate's own English words

function worded(value: Value): string | number {
  if (typeof value !== "object") {
    return value;
  }
  if ("at" in value) {
    return instant(value.at, undefined, false);
  }
  if ("detail" in value) {
    return language.value === "en" && value.detail ? value.detail : value.said.map(sentence).join();
  }
  return value.said.map(sentence).join(t(keyOf(value.by)));
}

/** Throws when this page is older than the engine and does not know the key. */
function keyOf(key: string): Key {
  const known = `engine.${key}`;
  if (!hasText(known)) {
    throw new RangeError(key);
  }
  return known;
}

function sentence(said: Said): string {
  const values = Object.entries(said.values).map(([name, value]) => [name, worded(value)] as const);
  return t(keyOf(said.key), Object.fromEntries(values));
}

/** The sentence in the reader's language; the engine's English words where the key is unknown. */
export function say(said: Said | null | undefined, words: string): string {
  try {
    return said ? sentence(said) : words;
  } catch {
    return words;
  }
}

/** The same of several. */
export function sayAll(said: (Said | null)[] | undefined, words: string[]): string[] {
  return words.map((one, index) => say(said?.[index], one));
}

/** With a capital letter, for a place where it stands alone. */
export function sayAlone(said: Said | null | undefined, words: string): string {
  const text = say(said, words);
  return text.charAt(0).toLocaleUpperCase(language.value) + text.slice(1);
}
