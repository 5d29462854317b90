// The rows of a report.

import { useMemo } from "preact/hooks";

import { type ColumnOf, Table } from "../../parts/table";
import { t } from "../../text";
import { cellText, columnTitle, isFigure, labelsOf } from "./cells";
import { titleOf } from "./names";
import type { Report, ReportKind, Row } from "./types";

const PAGE = 50;

interface Line {
  index: number;
  row: Row;
}

export function ReportTable(props: { kind: ReportKind; report: Report }) {
  const { kind, report } = props;
  const lines = useMemo(() => report.rows.map((row, index): Line => ({ index, row })), [report]);
  const columns = useMemo(() => columnsOf(report, kind), [report, kind]);
  return (
    <div class="card report-table">
      <Table caption={titleOf(kind)} columns={columns} rows={lines} keyOf={(line) => line.index}
        none={t("reports.none")} pageSize={PAGE} />
    </div>
  );
}

function columnsOf(report: Report, kind: ReportKind): ColumnOf<Line>[] {
  const figures = new Set(kind.figures.map((one) => one.name));
  const labels = labelsOf(report, kind).map((column) => column.name);
  // The numbers behind names are in the files, for programs.
  const shown = report.columns.filter((column) =>
    figures.has(column.name) || labels.includes(column.name));
  return shown.map((column): ColumnOf<Line> => ({
    name: column.name,
    title: columnTitle(column.name),
    number: isFigure(column) || column.name.endsWith("percent"),
    by: (line) => line.row[column.name] ?? null,
    cell: (line) => cellText(column, line.row[column.name]),
  }));
}
