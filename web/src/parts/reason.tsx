// A reason of the gate in the reader's language, by its code.

import { hasText, type Key, language, t } from "../text";

/** Codes that differ in whose rule it is, or in the fact that is missing, share a text. */
function keyOf(code: string): Key | null {
  const group = code.split("_")[0] ?? code;
  return [`board.refused.${code}`, `board.refused.${group}`].find(hasText) ?? null;
}

/**
 * The engine's sentence has the figures and is English: readers of another language are told the
 * reason in theirs first, and have the sentence beside it.
 */
export function ReasonText({ code, detail }: { code: string; detail: string }) {
  const key = keyOf(code);
  if (language.value === "en" || key === null) {
    return <>{detail || (key ? t(key) : code)}</>;
  }
  return <>{t(key)}{detail && <> <span lang="en" class="quiet">{detail}</span></>}</>;
}
