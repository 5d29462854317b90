// Tables that can be sorted, and scrolled with the keyboard where they are wide.

import type { ComponentChildren } from "preact";
import { useMemo, useState } from "preact/hooks";

import { t } from "../text";
import { Pager } from "./pager";

export interface ColumnOf<Row> {
  name: string;
  title: string;
  /** What is shown. */
  cell: (row: Row) => ComponentChildren;
  /** What it is sorted by; columns without it are not sorted. */
  by?: (row: Row) => string | number | null;
  number?: boolean;
}

export function Table<Row>(props: { caption: string; columns: ColumnOf<Row>[]; rows: Row[];
  keyOf: (row: Row) => string | number; sort?: string; none?: string; pageSize?: number }) {
  const [sort, setSort] = useState(props.sort ?? "");
  const [page, setPage] = useState(0);
  const name = sort.replace(/^-/, "");
  const rows = useMemo(() => {
    const by = props.columns.find((column) => column.name === name)?.by;
    if (!by) {
      return props.rows;
    }
    const sign = sort.startsWith("-") ? -1 : 1;
    return [...props.rows].sort((one, other) => sign * compare(by(one), by(other)));
  }, [props.rows, props.columns, sort]);
  const size = props.pageSize ?? Math.max(rows.length, 1);
  const at = Math.min(page, Math.max(Math.ceil(rows.length / size) - 1, 0));

  return (
    <>
      <div class="scroll" tabIndex={0} role="group" aria-label={props.caption}>
        <table>
          <caption class="quiet">{props.caption}</caption>
          <thead>
            <tr>
              {props.columns.map((column) => (
                <th key={column.name} scope="col" class={column.number ? "number" : undefined}
                  aria-sort={column.name !== name ? undefined
                    : sort.startsWith("-") ? "descending" : "ascending"}>
                  {column.by
                    ? <button type="button" class="plain"
                        onClick={() => setSort(sort === column.name ? `-${column.name}` : column.name)}
                        title={t("table.sortBy", { column: column.title })}>{column.title}</button>
                    : column.title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.slice(at * size, (at + 1) * size).map((row) => (
              <tr key={props.keyOf(row)}>
                {props.columns.map((column) => (
                  <td key={column.name} class={column.number ? "number" : undefined}>
                    {column.cell(row)}
                  </td>
                ))}
              </tr>
            ))}
            {rows.length === 0 && (
              <tr><td colSpan={props.columns.length} class="quiet">{props.none ?? t("table.none")}</td></tr>
            )}
          </tbody>
        </table>
      </div>
      <Pager page={at} size={size} total={rows.length} onPage={setPage} />
    </>
  );
}

function compare(one: string | number | null, other: string | number | null): number {
  if (one === null || other === null) {
    return one === other ? 0 : one === null ? 1 : -1;
  }
  return typeof one === "number" && typeof other === "number"
    ? one - other
    : String(one).localeCompare(String(other));
}
