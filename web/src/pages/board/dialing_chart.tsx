// Lines dialed against agents free over the last ten minutes.

import { useMemo } from "preact/hooks";

import { Chart } from "../../parts/chart";
import { Table } from "../../parts/table";
import { clock, number, t } from "../../text";
import type { Scope } from "./scope";
import { type Sample, samples } from "./state";

interface Point {
  at: number;
  lines: number | null;
  free: number | null;
}

function pointOf(sample: Sample, id: number | undefined): Point {
  if (id !== undefined) {
    const own = sample.campaigns.get(id);
    return { at: sample.at, lines: own?.lines ?? null, free: own?.free ?? null };
  }
  const lines = [...sample.campaigns.values()].reduce((sum, one) => sum + (one.lines ?? 0), 0);
  return { at: sample.at, lines, free: sample.free };
}

function extremes(values: (number | null)[]): { now: number; low: number; high: number } {
  const known = values.filter((value) => value !== null);
  return { now: known.at(-1) ?? 0, low: Math.min(...known, Infinity), high: Math.max(...known, 0) };
}

function summaryOf(points: Point[]): string {
  if (points.length === 0) {
    return t("board.chart.empty");
  }
  const lines = extremes(points.map((point) => point.lines));
  const free = extremes(points.map((point) => point.free));
  const finite = (value: number) => (Number.isFinite(value) ? value : 0);
  return t("board.chart.summary", {
    lines: lines.now, linesLow: finite(lines.low), linesHigh: lines.high,
    free: free.now, freeLow: finite(free.low), freeHigh: free.high,
  });
}

/** One row for each half minute, the newest first. */
function rowsOf(points: Point[]): Point[] {
  const rows = new Map<number, Point>();
  for (const point of points) {
    rows.set(Math.floor(point.at / 30_000), point);
  }
  return [...rows.values()].reverse();
}

export function DialingChart(props: { scope: Scope; height?: number }) {
  const id = props.scope.campaign?.id;
  const points = useMemo(() => samples.value.map((sample) => pointOf(sample, id)),
    [samples.value, id]);
  const x = useMemo(() => points.map((point) => point.at / 1000), [points]);
  const series = useMemo(() => [
    { name: t("board.chart.lines"), colour: "--accent", stepped: true,
      values: points.map((point) => point.lines) },
    { name: t("board.chart.free"), colour: "--warn", stepped: true, dash: [6, 4],
      values: points.map((point) => point.free) },
  ], [points]);
  return (
    <div class="card">
      <Chart title={t("board.chart.title")} summary={summaryOf(points)} x={x} series={series}
        seconds={600} height={props.height} xText={(at) => clock(new Date(at * 1000))}
        yText={(count) => (Number.isInteger(count) ? number(count) : "")}
        table={() => <PointsTable rows={rowsOf(points)} />} />
    </div>
  );
}

function PointsTable(props: { rows: Point[] }) {
  return (
    <Table caption={t("board.chart.title")} rows={props.rows} keyOf={(row) => row.at}
      none={t("board.chart.empty")}
      columns={[
        { name: "at", title: t("board.chart.at"),
          cell: (row) => clock(new Date(row.at), undefined, true) },
        { name: "lines", title: t("board.chart.lines"), number: true,
          cell: (row) => row.lines === null ? "–" : number(row.lines) },
        { name: "free", title: t("board.chart.free"), number: true,
          cell: (row) => row.free === null ? "–" : number(row.free) },
      ]} />
  );
}
