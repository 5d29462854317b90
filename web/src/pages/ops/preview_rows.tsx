// The first rows of a list as an import would read them, refusals first to be seen.

import { sayAlone } from "../../said";
import { phone, t } from "../../text";
import { type ColumnOf, Table } from "../../parts/table";
import { Badge } from "./bits";
import { wordsFor } from "./room";
import type { Finding, ImportPreview } from "./types";

type Row = ImportPreview["rows"][number];

function advice(finding: Finding): string {
  return `${wordsFor("refusal", finding.reason)}. ${sayAlone(finding.advice_said, finding.advice)}`;
}

function columns(): ColumnOf<Row>[] {
  return [
    { name: "line", title: t("ops.map.line"), number: true, by: (row) => row.line,
      cell: (row) => row.line },
    { name: "verdict", title: t("ops.map.verdict"), by: (row) => row.refused ? 0 : 1,
      cell: (row) => row.refused
        ? <Badge tone="bad">{t("ops.map.refused")}</Badge>
        : <Badge tone={row.warnings.length ? "warn" : "good"}>{t("ops.map.taken")}</Badge> },
    { name: "phones", title: t("ops.lead.phone"),
      cell: (row) => row.lead ? row.lead.phones.map(phone).join(", ")
        : phone(row.refused?.value ?? "") },
    { name: "name", title: t("ops.lead.name"), cell: (row) => row.lead?.name ?? "" },
    { name: "state", title: t("ops.lead.state"), cell: (row) => row.lead?.state ?? "" },
    { name: "why", title: t("ops.map.why"), cell: (row) => (
      <>
        {row.refused && <div>{advice(row.refused)}</div>}
        {row.warnings.map((one) => (
          <div key={one.reason + one.field} class="quiet">
            {advice(one)}
          </div>
        ))}
      </>
    ) },
  ];
}

export function PreviewRows({ rows }: { rows: Row[] }) {
  const refused = rows.filter((row) => row.refused).length;
  return (
    <>
      <p role="status">
        {t("ops.map.first", { n: rows.length })} {t("ops.map.ofThem", { n: refused })}
      </p>
      <Table caption={t("ops.map.rows")} columns={columns()} rows={rows}
        keyOf={(row) => row.line} />
    </>
  );
}
