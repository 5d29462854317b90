// Which report, of which days, for which campaign: kept in the address, so that it can be sent on.

import { query } from "../../api";
import { search } from "../../route";

export interface Wish {
  from: string;
  to: string;
  zone: string;
  campaign: string;
  /** Null: as usual for the report. */
  by: string[] | null;
}

export const readersZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";

/** "2026-11-23" of an instant in a zone; UTC where the zone is not known here. */
export function dayIn(zone: string, at: number): string {
  try {
    // The Swedish way to write dates is ISO 8601.
    return new Intl.DateTimeFormat("sv-SE", { timeZone: zone }).format(at);
  } catch {
    return new Date(at).toISOString().slice(0, 10);
  }
}

/** `now` is the engine's clock: in a demonstration it is not this computer's. */
export function readWish(now: number): Wish {
  const values = search.value;
  const zone = values.get("zone") || readersZone();
  const today = dayIn(zone, now);
  const by = values.get("by");
  return {
    from: values.get("from") || today,
    to: values.get("to") || values.get("from") || today,
    zone,
    campaign: values.get("campaign") ?? "",
    by: by === null ? null : by.split(",").filter((one) => one !== ""),
  };
}

export function paramsOf(wish: Wish): Record<string, string | undefined> {
  return {
    from: wish.from, to: wish.to, zone: wish.zone, campaign: wish.campaign || undefined,
    by: wish.by?.join(","),
  };
}

export const pageOf = (report: string, wish: Wish): string =>
  `/reports/${report}${query(paramsOf(wish))}`;

export const fileOf = (report: string, wish: Wish, format: string): string =>
  `/api/reports/${report}${query({ ...paramsOf(wish), format })}`;

// -- periods by name

export type Preset = "today" | "yesterday" | "week" | "month" | "last_month" | "own";
export const presets: readonly Preset[] =
  ["today", "yesterday", "week", "month", "last_month", "own"];

const DAY_MS = 86_400_000;

/** First and last day of a named period, in the calendar of a zone. */
export function daysOf(preset: Exclude<Preset, "own">, zone: string,
  now: number): [string, string] {
  const today = dayIn(zone, now);
  const at = new Date(`${today}T00:00:00Z`);
  const iso = (ms: number) => new Date(ms).toISOString().slice(0, 10);
  const month = (offset: number) => Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + offset, 1);
  switch (preset) {
    case "today": return [today, today];
    case "yesterday": return [iso(at.getTime() - DAY_MS), iso(at.getTime() - DAY_MS)];
    case "week": return [iso(at.getTime() - 6 * DAY_MS), today];
    case "month": return [iso(month(0)), today];
    case "last_month": return [iso(month(-1)), iso(month(0) - DAY_MS)];
  }
}

export function presetOf(wish: Wish, now: number): Preset {
  for (const preset of presets) {
    if (preset !== "own") {
      const [from, to] = daysOf(preset, wish.zone, now);
      if (from === wish.from && to === wish.to) {
        return preset;
      }
    }
  }
  return "own";
}
