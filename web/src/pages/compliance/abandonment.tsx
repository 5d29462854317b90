// Abandoned calls by every legal definition that concerns a campaign.

import { useState } from "preact/hooks";

import { get } from "../../api";
import { Fault, Link, useLoad } from "../../parts/basics";
import { type ColumnOf, Table } from "../../parts/table";
import { number, t } from "../../text";
import "./office.css";
import { CompliancePage, dayFromNow, Download, Mark, usePages, withClock, zone } from "./parts";
import { CampaignChoice, Period } from "./period";
import type { Report } from "./types";

type Row = Report["rows"][number];

export default withClock(Abandonment);

function Abandonment() {
  const [campaign, setCampaign] = useState("");
  const [from, setFrom] = useState(dayFromNow(-30));
  const [to, setTo] = useState(dayFromNow(0));
  const params = { campaign: campaign || undefined, from, to, zone };
  return (
    <CompliancePage title={t("office.abandonment")}>
      <section class="card" aria-label={t("office.period")}>
        <p class="hint">{t("office.abandonmentHint")}</p>
        <div class="fields">
          <CampaignChoice value={campaign} onChange={setCampaign} />
          <Period from={from} to={to} onFrom={setFrom} onTo={setTo} />
        </div>
        <div class="row">
          <Download address="/api/reports/abandonment" name="abandonment.csv"
            params={{ ...params, format: "csv" }}>{t("office.csv")}</Download>
          <Download address="/api/reports/abandonment" name="abandonment.xlsx"
            params={{ ...params, format: "xlsx" }}>{t("office.xlsx")}</Download>
          <Link to="/reports">{t("nav.reports")}</Link>
        </div>
      </section>
      <Shown key={JSON.stringify(params)} params={params} />
    </CompliancePage>
  );
}

function Shown({ params }: { params: Record<string, string | undefined> }) {
  const { value, error, again } = useLoad(
    () => get<Report>("/api/reports/abandonment", params), []);
  const { shown, pager } = usePages(value?.rows ?? []);
  if (error !== null) {
    return <Fault error={error} retry={again} />;
  }
  const over = (value?.rows ?? []).filter((row) => row.met === "no").length;
  return (
    <section class="card" aria-busy={!value}>
      <p role="status">
        {!value ? t("app.loading")
          : over === 0 ? <Mark kind="good">{t("office.allMet")}</Mark>
          : <Mark kind="bad">{t("office.notMet", { n: over })}</Mark>}
      </p>
      <Table caption={value?.title ?? t("office.abandonment")} rows={shown} columns={columns()}
        keyOf={(row) => `${row.regulatory_campaign} ${row.rule} ${row.from} ${row.period}`}
        none={value ? t("office.noAnswers") : t("app.loading")} />
      {pager}
    </section>
  );
}

function columns(): ColumnOf<Row>[] {
  const count = (name: string, title: string): ColumnOf<Row> => ({ name, title, number: true,
    by: (row) => Number(row[name]), cell: (row) => number(Number(row[name])) });
  const text = (name: string, title: string): ColumnOf<Row> => ({ name, title,
    by: (row) => row[name] ?? null, cell: (row) => row[name] ?? "–" });
  return [
    { name: "offer", title: t("office.offer"), by: (row) => row.seller ?? null,
      cell: (row) => [row.seller, row.offer].filter(Boolean).join(" · ") },
    text("jurisdiction", t("office.jurisdiction")),
    { name: "rule", title: t("office.rule"), by: (row) => row.rule ?? null,
      cell: (row) => <>{row.rule}<br /><span class="quiet">{row.cite}</span></> },
    text("period", t("office.countedOver")),
    { name: "days", title: t("office.period"), by: (row) => row.from ?? null,
      cell: (row) => <><span class="day">{row.from} –</span>{" "}
        <span class="day">{row.to}</span></> },
    count("numerator", t("office.abandoned")),
    count("denominator", t("office.answeredBy")),
    { name: "percent", title: t("office.percent"), number: true,
      by: (row) => Number.parseFloat(String(row.percent)),
      cell: (row) => `${row.percent ?? "–"} / ${row.limit_percent ?? "–"}` },
    count("headroom", t("office.headroom")),
    { name: "met", title: t("office.met"), by: (row) => row.met ?? null,
      cell: (row) => <Mark kind={row.met === "no" ? "bad" : "good"}>
        {row.met === "no" ? t("office.no") : t("office.yes")}</Mark> },
    { name: "conservative", title: t("office.conservative"), number: true,
      by: (row) => Number.parseFloat(String(row.conservative_percent)),
      cell: (row) => row.conservative_percent ?? "–" },
  ];
}
