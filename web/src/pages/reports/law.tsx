// Abandoned calls by each legal definition: a sentence, a bar against the ceiling, and a mark.

import { Level } from "../../parts/bars";
import { language, number, t } from "../../text";
import { Mark } from "../board/mark";
import type { Standing } from "../board/scope";
import { day, named } from "../board/words";
import type { Report, Row } from "./types";

const text = (row: Row, name: string): string => String(row[name] ?? "");
const count = (row: Row, name: string): number => Number(row[name] ?? 0);

/** 90 % of what is lawful is near it. */
const NEAR = 0.9;

function usedOf(row: Row, name: string): number {
  const limit = Number.parseFloat(text(row, "limit_percent"));
  return limit > 0 ? Number.parseFloat(text(row, name) || "0") / limit : 0;
}

function standing(row: Row): Standing {
  return text(row, "met") !== "yes" ? "over" : usedOf(row, "percent") > NEAR ? "near" : "met";
}

export function LawCards(props: { report: Report }) {
  const rows = [...props.report.rows].sort((one, other) =>
    usedOf(other, "percent") - usedOf(one, "percent"));
  return (
    <section aria-labelledby="law-cards">
      <h2 id="law-cards">{t("reports.law.title")}</h2>
      {rows.length === 0 && <p class="quiet">{t("reports.law.none")}</p>}
      <ul class="report-law">
        {rows.map((row, index) => <LawCard key={index} row={row} />)}
      </ul>
    </section>
  );
}

function LawCard(props: { row: Row }) {
  const { row } = props;
  const state = standing(row);
  const percent = (name: string) => `${text(row, name) || "–"} %`;
  return (
    <li class="card">
      <h3 class="row">
        {[text(row, "jurisdiction"), text(row, "rule")].join(" ")} <Mark state={state} />
      </h3>
      <p class="quiet">{text(row, "seller")}, {text(row, "offer")}</p>
      <Level share={usedOf(row, "percent")} state={state} />
      <p>
        {t("reports.law.text", {
          numerator: count(row, "numerator"), denominator: count(row, "denominator"),
          percent: percent("percent"), limit: percent("limit_percent"),
        })}{" "}
        {t("reports.law.headroom", { n: count(row, "headroom") })}{" "}
        {t("reports.law.careful", {
          percent: percent("conservative_percent"), n: count(row, "conservative_headroom"),
        })}
      </p>
      <p class="quiet">
        {t("reports.law.days", {
          from: day(text(row, "from"), language.value), to: day(text(row, "to"), language.value),
          zone: text(row, "days_of"),
        })}{" "}
        {text(row, "under_way") === "yes" && t("reports.law.underWay")}{" "}
        {named("reports.applies", text(row, "applies"))}. {text(row, "cite")}
        {count(row, "machines") > 0 && `. ${t("reports.law.machines",
          { n: count(row, "machines"), text: number(count(row, "machines")) })}`}
      </p>
    </li>
  );
}
