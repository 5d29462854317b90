// What GET /api/reports and GET /api/reports/{report} answer.

export interface FigureKind {
  name: string;
  kind: string;
  meaning: string;
}

export interface ReportKind {
  name: string;
  title: string;
  description: string;
  by: string[];
  usual_by: string[];
  figures: FigureKind[];
}

export type Cell = string | number | null;
export type Row = Record<string, Cell>;

export interface Column {
  name: string;
  kind: string;
}

export interface Report {
  report: string;
  title: string;
  columns: Column[];
  rows: Row[];
  notes: string[];
}
