// How long each month of the log is kept, and what keeps it longer.

import { get } from "../../api";
import { Fault, Time, useLoad } from "../../parts/basics";
import { Table } from "../../parts/table";
import { number, t } from "../../text";
import { Mark, size, usePages } from "./parts";
import type { RetentionPart } from "./types";

interface Month {
  from: string;
  keepUntil: string;
  tables: number;
  bytes: number;
  sources: string;
  heldBy: string;
  expired: boolean;
}

/** A month is dropped with all its tables together or not at all: it is one row. */
function monthsOf(parts: RetentionPart[]): Month[] {
  const months = new Map<string, Month>();
  for (const part of parts) {
    const month = months.get(part.from) ?? { from: part.from, keepUntil: part.keep_until, tables: 0,
      bytes: 0, sources: part.source, heldBy: "", expired: true };
    month.tables += 1;
    month.bytes += part.bytes;
    month.keepUntil = part.keep_until > month.keepUntil ? part.keep_until : month.keepUntil;
    month.heldBy ||= part.held_by;
    month.expired &&= part.expired;
    months.set(part.from, month);
  }
  return [...months.values()];
}

export function Retention() {
  const { value, error, again } = useLoad(
    () => get<{ parts: RetentionPart[] }>("/api/retention"), []);
  const { shown, pager } = usePages(monthsOf(value?.parts ?? []));
  return (
    <section class="card titled">
      <h2>{t("office.retention")}</h2>
      <p class="hint">{t("office.retentionHint")}</p>
      {error !== null && <Fault error={error} retry={again} />}
      <Table caption={t("office.retention")} rows={shown} keyOf={(month) => month.from}
        none={value ? undefined : t("app.loading")}
        columns={[
          { name: "from", title: t("office.month"), by: (month) => month.from,
            cell: (month) => month.from.slice(0, 7) },
          { name: "tables", title: t("office.tables"), number: true,
            by: (month) => month.tables, cell: (month) => number(month.tables) },
          { name: "bytes", title: t("office.size"), number: true, by: (month) => month.bytes,
            cell: (month) => size(month.bytes) },
          { name: "until", title: t("office.keepUntil"), by: (month) => month.keepUntil,
            cell: (month) => <Time at={month.keepUntil} zone="UTC" seconds={false} /> },
          { name: "source", title: t("office.cite"), cell: (month) => month.sources },
          { name: "state", title: t("office.status"), by: (month) => month.heldBy,
            cell: (month) => (month.heldBy
              ? <Mark kind="warn">{t("office.heldBy", { why: month.heldBy })}</Mark>
              : month.expired ? t("office.mayDrop") : t("office.kept")) },
        ]} />
      {pager}
    </section>
  );
}
