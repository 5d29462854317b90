// Names for the engine's own words, and sentences made of its figures.

import { hasText, number, share, t } from "../../text";
import { daysLeft, lastDayOf, shareOf } from "./scope";
import type { LegalPeriod, LiveCampaign, Pacing } from "./types";

/** The text of a code of the engine; the code itself, readable, where there is none. */
export function named(prefix: string, code: string): string {
  const key = `${prefix}.${code}`;
  return hasText(key) ? t(key) : code.replaceAll("_", " ");
}

/** "2.4" of a mean; a whole number stays one. */
export const mean = (value: number): string => number(Math.round(value * 10) / 10);

/** A calendar day, which has no zone of its own. */
export function day(iso: string, language: string): string {
  const at = new Date(`${iso}T00:00:00Z`);
  return Number.isNaN(at.getTime()) ? iso : new Intl.DateTimeFormat(language, {
    timeZone: "UTC", day: "numeric", month: "short", year: "numeric",
  }).format(at);
}

export function milliseconds(value: number | null): string {
  return value === null ? "–" : t("board.ms", { ms: number(Math.round(value)) });
}

/** Codes of refusals that differ in whose rule it is, or in the fact that is missing, name it. */
export function refusal(code: string): string {
  const group = code.split("_")[0] ?? code;
  if (hasText(`board.refused.${code}`) || !hasText(`board.refused.${group}`)) {
    return named("board.refused", code);
  }
  const rest = code.slice(group.length + 1).replaceAll("_", " ");
  return rest ? `${named("board.refused", group)} (${rest})` : named("board.refused", group);
}

// -- pacing

/** "Dialing 7: 3 agents free, 2 expected within 9 s, 31 % of calls answered; chance that …" */
export function pacingSentence(pacing: Pacing): string {
  const lines = pacing.lines_in_flight + pacing.dial;
  const start = t("board.pacing.dialing", {
    n: lines, free: t("board.pacing.free", { n: pacing.agents_free }),
  });
  if (pacing.mode !== "predictive") {
    return `${start}.`;
  }
  return start + t("board.pacing.ahead", {
    expected: mean(pacing.agents_expected),
    seconds: number(Math.round(pacing.horizon_s)),
    rate: share(pacing.answer_rate, 0),
    shortage: share(pacing.shortage),
    threshold: share(pacing.threshold),
  });
}

/** What keeps the next line from being dialed. */
export function limitSentence(campaign: LiveCampaign, pacing: Pacing): string {
  // Without a prediction nothing is likely: the lines of the free agents are the limit.
  const byRule = pacing.limit === "agents" && campaign.mode !== "predictive";
  return named("board.limit", byRule ? "rule" : pacing.limit);
}

// -- the law

export function periodName(period: LegalPeriod, language: string): string {
  const from = day(period.from, language);
  switch (period.period) {
    case "successive_days": return t("board.law.successive", { days: period.days, from });
    case "trailing_days": return t("board.law.trailing", { days: period.days, from });
    case "calendar_month": return t("board.law.month", { from });
    case "day": return t("board.law.day", { from });
  }
}

/** "52 of 2,133 answered calls abandoned: 2.44 %, and at most 3.0 % is lawful." */
export function periodText(period: LegalPeriod): string {
  return t("board.law.text", {
    abandoned: period.abandoned,
    answered: period.answered,
    share: period.answered > 0 ? share(shareOf(period), 2) : "–",
    cap: share(period.cap),
  });
}

/** What is still lawful, and until when. */
export function periodRest(period: LegalPeriod, at: number, language: string): string {
  const rest = period.met
    ? t("board.law.left", { n: Math.max(0, Math.floor(period.left)) })
    : t("board.law.over", { n: Math.ceil(-period.left) });
  if (period.period === "trailing_days") {
    return `${rest} ${t("board.law.rolling")}`;
  }
  const last = day(lastDayOf(period), language);
  const days = daysLeft(period, at);
  return `${rest} ${days === 0 ? t("board.law.today") : t("board.law.until", { n: days, last })}`;
}
