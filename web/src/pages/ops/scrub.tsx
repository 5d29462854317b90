// What the rules said of the new leads of an import: how many may be called, when, and why not.

import { Time } from "../../parts/basics";
import { type ColumnOf, Table } from "../../parts/table";
import { number, t } from "../../text";
import { Bar, Section } from "./bits";
import type { Callable, Scrub } from "./types";

const whens = ["now", "today", "later", "never"] as const;

function counts<Row>(of: (row: Row) => Callable): ColumnOf<Row>[] {
  return whens.map((when) => ({ name: when, title: t(`ops.scrub.${when}`), number: true,
    by: (row: Row) => of(row)[when], cell: (row: Row) => number(of(row)[when]) }));
}

/** The beginnings of hashes are enough to tell versions apart. */
function shortened(packs: string): string {
  return packs.replace(/\b([0-9a-f]{10})[0-9a-f]{54}\b/g, "$1…");
}

export function ScrubReport({ scrub }: { scrub: Scrub }) {
  const whole = Math.max(1, whens.reduce((sum, when) => sum + scrub.leads[when], 0));
  const reasons = Object.entries(scrub.reasons);
  return (
    <Section title={t("ops.scrub")} hint={<>{t("ops.scrub.hint")} <Time at={scrub.at} /></>}>
      <ul class="ops-short-funnel">
        {whens.map((when) => (
          <li key={when}>
            <span>{t(`ops.scrub.${when}`)}</span>
            <Bar part={scrub.leads[when] / whole} tone={when === "now" ? "good" : "plain"} />
            <span class="number">{number(scrub.leads[when])}</span>
          </li>
        ))}
      </ul>
      <div>
        <Table caption={t("ops.scrub.reasons")} rows={reasons} keyOf={([code]) => code}
          none={t("ops.scrub.noReasons")}
          columns={[
            { name: "code", title: t("ops.scrub.reason"), by: ([code]) => code,
              cell: ([code]) => <span class="ops-code">{code}</span> },
            ...counts<[string, Callable]>(([, count]) => count),
          ]} />
        <Table caption={t("ops.scrub.places")} rows={scrub.places} keyOf={(row) => row.place}
          columns={[
            { name: "place", title: t("ops.scrub.place"), by: (row) => row.key,
              cell: (row) => row.key.replace("|", " · ").replaceAll(",", ", ") || "–" },
            ...counts<Scrub["places"][number]>((row) => row),
          ]} />
      </div>
      <details>
        <summary>{t("ops.scrub.data")}</summary>
        <p class="hint ops-break">
          {t("ops.scrub.rules", { packs: shortened(scrub.packs), tzdb: scrub.tzdb })}
        </p>
      </details>
      {scrub.lists.length > 0 && (
        <p class="hint">{t("ops.scrub.lists")} {scrub.lists.join(", ")}</p>
      )}
    </Section>
  );
}
