// How the cells of a report are written, by the kind of their column.

import { duration, instant, number, phone, share, t } from "../../text";
import { milliseconds, named } from "../board/words";
import type { Cell, Column, Report, ReportKind, Row } from "./types";

export const columnTitle = (name: string): string => named("reports.col", name);

const coded: Record<string, string> = {
  outcome: "board.outcome", applies: "reports.applies", category: "reports.category",
};

const yesNo = new Set(["met", "conservative_met", "under_way"]);

/** Thousandths of a share that reports compute are shown: rates of different days differ little. */
const SHARE_DIGITS = 2;

export function cellText(column: Column, value: Cell | undefined): string {
  if (value === null || value === undefined) {
    return "–";
  }
  if (typeof value === "string") {
    if (column.kind === "instant") {
      return instant(value);
    }
    if (column.kind === "number") {
      return phone(value);
    }
    if (yesNo.has(column.name)) {
      return t(value === "yes" ? "reports.yes" : "reports.no");
    }
    const prefix = coded[column.name];
    return prefix && value !== "" ? named(prefix, value) : value;
  }
  return figureText(column.kind, value);
}

export function figureText(kind: string, value: number): string {
  switch (kind) {
    case "share": return share(value, SHARE_DIGITS);
    case "duration_s": return seconds(value);
    case "decimal": return number(Math.round(value * 10_000) / 10_000);
    default: return number(value);
  }
}

/** An agent joins within milliseconds, a mean call takes seconds, a shift hours. */
function seconds(value: number): string {
  if (value !== 0 && value < 1) {
    return milliseconds(value * 1000);
  }
  return value < 60 ? t("board.seconds", { s: number(Math.round(value * 10) / 10) })
    : duration(value);
}

export const isFigure = (column: Column): boolean =>
  column.kind === "whole" || column.kind === "decimal" || column.kind === "share"
    || column.kind === "duration_s";

/** The columns that rows are divided by: those that are no figure of the report. */
export function keysOf(report: Report, kind: ReportKind): Column[] {
  const figures = new Set(kind.figures.map((one) => one.name));
  return report.columns.filter((column) => !figures.has(column.name));
}

/** Those of them that people tell rows by: not the numbers behind names. */
export function labelsOf(report: Report, kind: ReportKind): Column[] {
  return keysOf(report, kind).filter((column) =>
    !column.name.endsWith("_id") && column.name !== "weekday");
}

export const labelOf = (columns: Column[], row: Row): string =>
  columns.map((column) => cellText(column, row[column.name])).join(", ");

export const isTime = (name: string): boolean =>
  name === "day" || name === "hour" || name === "weekday_name";
