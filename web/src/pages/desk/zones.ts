// Days and times of day in somebody's zone, and the instants they stand for.

import { language } from "../../text";
import type { Person } from "./types";

export interface Day {
  year: number;
  month: number; // 1 to 12
  day: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function format(zone: string): Intl.DateTimeFormat {
  let found = formats.get(zone);
  if (!found) {
    found = new Intl.DateTimeFormat("en-US", {
      timeZone: zone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric",
      hour: "numeric", minute: "numeric", second: "numeric",
    });
    formats.set(zone, found);
  }
  return found;
}

/** What the zone's clock shows at an instant, as if it were UTC. */
function shown(zone: string, at: number): number {
  const part = Object.fromEntries(format(zone).formatToParts(at)
    .map(({ type, value }) => [type, Number(value)])) as Record<string, number>;
  return Date.UTC(part.year ?? 0, (part.month ?? 1) - 1, part.day, part.hour, part.minute,
    part.second);
}

/** The zones that this browser has data of; the engine's are newer where they differ. */
function knownZone(zone: string): boolean {
  try {
    format(zone);
    return true;
  } catch {
    return false;
  }
}

/** Where the person may be, first what the list says of him. */
export function zonesOf(person: Person | null): string[] {
  const said = person?.fields.time_zone;
  const known = (person?.zones ?? []).filter(knownZone);
  return known.sort((one, other) => Number(other === said) - Number(one === said));
}

/** The instant at which the zone's clock shows the time; a time that is skipped is the next one. */
export function instantOf(zone: string, { year, month, day }: Day, minutes: number): Date {
  const wanted = Date.UTC(year, month - 1, day, 0, minutes);
  let at = wanted - (shown(zone, wanted) - wanted);
  at += wanted - shown(zone, at); // the first guess may lie on the other side of a change
  return new Date(at);
}

export function dayOf(zone: string, at: string | Date): Day {
  const date = new Date(shown(zone, new Date(at).getTime()));
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

/** Minutes of the zone's day at an instant. */
export function minutesOf(zone: string, at: string | Date): number {
  const date = new Date(shown(zone, new Date(at).getTime()));
  return date.getUTCHours() * 60 + date.getUTCMinutes();
}

export function plusDays({ year, month, day }: Day, days: number): Day {
  const date = new Date(Date.UTC(year, month - 1, day + days));
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

export const sameDay = (one: Day, other: Day) =>
  one.year === other.year && one.month === other.month && one.day === other.day;

const asUtc = ({ year, month, day }: Day) => new Date(Date.UTC(year, month - 1, day));

export const isoDay = (day: Day) => asUtc(day).toISOString().slice(0, 10);

/** 0 is the Monday. */
export const weekday = (day: Day) => (asUtc(day).getUTCDay() + 6) % 7;

function dayText(day: Day, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(language.value, { timeZone: "UTC", ...options })
    .format(asUtc(day));
}

/** "Monday 23 November" */
export const longDay = (day: Day) =>
  dayText(day, { weekday: "long", day: "numeric", month: "long" });
/** "23 Nov" on the first of a month, else "23" */
export const shortDay = (day: Day, first: boolean) =>
  first ? dayText(day, { day: "numeric", month: "short" }) : String(day.day);
export const weekdayName = (day: Day) => dayText(day, { weekday: "short" });

/** 545 as "09:05". */
export const timeText = (minutes: number) =>
  `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;

/** "09:05" as 545; NaN when it is no time. */
export function minutesIn(text: string): number {
  const found = /^(\d{1,2}):(\d{2})$/.exec(text);
  return found ? Number(found[1]) * 60 + Number(found[2]) : NaN;
}
