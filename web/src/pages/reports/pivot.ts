// Rows of a report as lines over time: one line for each name, the largest of them.

import { labelOf } from "./cells";
import type { Column, Row } from "./types";

const SERIES_MAX = 6;

export interface Pivot {
  places: string[];
  series: { name: string; values: (number | null)[] }[];
  /** How many lines were left out. */
  left: number;
}

export function pivot(rows: Row[], time: Column, names: Column[], figure: Column): Pivot {
  // Days and hours sort as texts; weekdays come in their own order, which their rows have.
  const places = [...new Set(rows.map((row) => String(row[time.name] ?? "")))];
  if (time.name !== "weekday_name") {
    places.sort();
  } else {
    const order = new Map(rows.map((row) => [String(row.weekday_name), Number(row.weekday)]));
    places.sort((one, other) => (order.get(one) ?? 0) - (order.get(other) ?? 0));
  }
  const at = new Map(places.map((place, index) => [place, index]));
  const lines = new Map<string, { values: (number | null)[]; weight: number }>();
  for (const row of rows) {
    const name = labelOf(names, row);
    const line = lines.get(name) ?? { values: places.map(() => null), weight: 0 };
    lines.set(name, line);
    const value = numberOf(row[figure.name]);
    line.values[at.get(String(row[time.name] ?? "")) ?? 0] = value;
    line.weight += Math.abs(value ?? 0);
  }
  const all = [...lines].sort((one, other) => other[1].weight - one[1].weight);
  return {
    places,
    series: all.slice(0, SERIES_MAX).map(([name, line]) => ({ name, values: line.values })),
    left: Math.max(0, all.length - SERIES_MAX),
  };
}

/** Percentages of the law are texts: "2.44". */
function numberOf(value: Row[string] | undefined): number | null {
  const found = typeof value === "string" ? Number.parseFloat(value) : value;
  return typeof found === "number" && Number.isFinite(found) ? found : null;
}
