// The picture of a report: figures over time as lines, among names as bars.

import { useMemo, useState } from "preact/hooks";

import { Bars } from "../../parts/bars";
import { Choice } from "../../parts/basics";
import { Chart } from "../../parts/chart";
import { Table } from "../../parts/table";
import { number, t } from "../../text";
import { columnTitle, figureText, isFigure, isTime, labelOf, labelsOf } from "./cells";
import { titleOf } from "./names";
import { type Pivot, pivot } from "./pivot";
import type { Column, Report, ReportKind } from "./types";

const BARS_MAX = 20;
const styles = [
  { colour: "--accent" }, { colour: "--warn", dash: [8, 4] }, { colour: "--good", dash: [2, 3] },
  { colour: "--bad", dash: [12, 4, 2, 4] }, { colour: "--text", dash: [5, 5] },
  { colour: "--quiet", dash: [1, 4] },
];

// What a report is mostly looked at for.
const usual: Record<string, string> = {
  day: "answer_rate", attempts: "answer_rate", abandonment_days: "percent", agent_time: "occupancy",
  pauses: "paused_s", caller_ids: "answer_rate", trunks: "attempts", answer_times: "agent_p99_s",
  lists: "penetration", stops: "leads", refusals: "first", opt_outs: "requests",
};

function figuresOf(report: Report, kind: ReportKind): Column[] {
  const names = new Set(kind.figures.map((one) => one.name));
  const found = report.columns.filter((column) => names.has(column.name) && isFigure(column));
  // The percentages of the law are texts, rounded up by its arithmetic.
  return kind.name === "abandonment_days"
    ? [{ name: "percent", kind: "percent" }, { name: "conservative_percent", kind: "percent" },
        ...found.filter((column) => column.name !== "regulatory_campaign")]
    : found;
}

export function ReportChart(props: { kind: ReportKind; report: Report }) {
  const { kind, report } = props;
  const figures = figuresOf(report, kind);
  const [chosen, setChosen] = useState(usual[kind.name] ?? "");
  const figure = figures.find((one) => one.name === chosen) ?? figures[0];
  const labels = kind.name === "abandonment_days"
    ? ["to", "jurisdiction", "rule", "offer"].map((name) => ({ name, kind: "text" }))
    : labelsOf(report, kind);
  if (!figure || labels.length === 0) {
    return null;
  }
  const time = labels.find((one) => isTime(one.name) || one.name === "to");
  return (
    <section class="card report-figure" aria-label={t("reports.chart")}>
      <Choice<string> label={t("reports.figure")} value={figure.name}
        options={figures.map((one) => [one.name, columnTitle(one.name)] as const)}
        onChange={setChosen} />
      {time ? <OverTime {...{ kind, report, figure, labels, time }} />
        : <AmongNames {...{ kind, report, figure, labels }} />}
    </section>
  );
}

interface Drawn {
  kind: ReportKind;
  report: Report;
  figure: Column;
  labels: Column[];
}

const written = (figure: Column, value: number): string =>
  figure.kind === "percent" ? `${number(value)} %` : figureText(figure.kind, value);

function AmongNames(props: Drawn) {
  const { report, figure, labels } = props;
  const by = labels.map((one) => columnTitle(one.name)).join(", ");
  const bars = report.rows
    .map((row, index) => ({ key: String(index), name: labelOf(labels, row),
      value: row[figure.name] }))
    .filter((bar): bar is typeof bar & { value: number } => typeof bar.value === "number")
    .sort((one, other) => other.value - one.value);
  return (
    <figure class="chart">
      <figcaption>
        <strong>{t("reports.chart.among", { figure: columnTitle(figure.name), by })}</strong>
      </figcaption>
      <Bars bars={bars.slice(0, BARS_MAX)} text={(value) => written(figure, value)}
        none={t("reports.noFigures")} label={columnTitle(figure.name)} />
      {bars.length > BARS_MAX && (
        <p class="hint">{t("reports.chart.rest", { shown: BARS_MAX, n: bars.length })}</p>
      )}
    </figure>
  );
}

function OverTime(props: Drawn & { time: Column }) {
  const { kind, report, figure, labels, time } = props;
  const names = labels.filter((one) => one !== time);
  const turned = useMemo(() => pivot(report.rows, time, names, figure), [report, figure.name]);
  const x = useMemo(() => turned.places.map((_place, index) => index), [turned]);
  const series = useMemo(() => turned.series.map((one, index) => ({
    name: one.name || columnTitle(figure.name), values: one.values, points: true,
    ...(styles[index % styles.length] ?? { colour: "--accent" }),
  })), [turned, figure.name]);
  return (
    <>
      <Chart title={`${titleOf(kind)}: ${columnTitle(figure.name)}`} x={x} series={series} indexed
        summary={summaryOf(turned, figure)} xText={(at) => turned.places[at] ?? ""}
        yText={(value) => written(figure, value)}
        table={() => <PivotTable turned={turned} time={time} figure={figure} />} />
      {turned.left > 0 && (
        <p class="hint">
          {t("reports.chart.rest",
            { shown: turned.series.length, n: turned.series.length + turned.left })}
        </p>
      )}
    </>
  );
}

function summaryOf(turned: Pivot, figure: Column): string {
  const parts = turned.series.map((one) => {
    const known = one.values.filter((value) => value !== null);
    const low = Math.min(...known);
    const high = Math.max(...known);
    return known.length === 0 ? "" : t("reports.chart.range", {
      name: one.name || columnTitle(figure.name), low: written(figure, low),
      high: written(figure, high), highAt: turned.places[one.values.indexOf(high)] ?? "",
    });
  });
  return parts.filter(Boolean).join(" ") || t("reports.noFigures");
}

function PivotTable(props: { turned: Pivot; time: Column; figure: Column }) {
  const { turned, time, figure } = props;
  const rows = turned.places.map((place, index) => ({ place, index }));
  return (
    <Table caption={columnTitle(figure.name)} rows={rows} keyOf={(row) => row.index}
      columns={[
        { name: "place", title: columnTitle(time.name), by: (row) => row.index,
          cell: (row) => row.place },
        ...turned.series.map((one, at) => ({
          name: String(at), title: one.name || columnTitle(figure.name), number: true,
          by: (row: { index: number }) => one.values[row.index] ?? null,
          cell: (row: { index: number }) => {
            const value = one.values[row.index] ?? null;
            return value === null ? "–" : written(figure, value);
          },
        })),
      ]} />
  );
}
