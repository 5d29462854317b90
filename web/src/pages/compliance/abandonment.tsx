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
    <CompliancePage title={t("compliance.abandonment")}>
      <section class="card" aria-label={t("compliance.period")}>
        <p class="hint">{t("compliance.abandonmentHint")}</p>
        <div class="fields">
          <CampaignChoice value={campaign} onChange={setCampaign} />
          <Period from={from} to={to} onFrom={setFrom} onTo={setTo} />
        </div>
        <div class="row">
          <Download address="/api/reports/abandonment" name="abandonment.csv"
            params={{ ...params, format: "csv" }}>{t("compliance.csv")}</Download>
          <Download address="/api/reports/abandonment" name="abandonment.xlsx"
            params={{ ...params, format: "xlsx" }}>{t("compliance.xlsx")}</Download>
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
  const { shown, pager } = usePages(value?.rows ?? [], 50);
  if (error !== null) {
    return <Fault error={error} retry={again} />;
  }
  const over = (value?.rows ?? []).filter((row) => row.met === "no").length;
  return (
    <section class="card" aria-busy={!value}>
      <p role="status">
        {!value ? t("app.loading")
          : over === 0 ? <Mark kind="good">{t("compliance.allMet")}</Mark>
          : <Mark kind="bad">{t("compliance.notMet", { n: over })}</Mark>}
      </p>
      <Table caption={value?.title ?? t("compliance.abandonment")} rows={shown} columns={columns()}
        keyOf={(row) => `${row.regulatory_campaign} ${row.rule} ${row.from} ${row.period}`}
        none={value ? t("compliance.noAnswers") : t("app.loading")} />
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
    { name: "offer", title: t("compliance.offer"), by: (row) => row.seller ?? null,
      cell: (row) => [row.seller, row.offer].filter(Boolean).join(" · ") },
    text("jurisdiction", t("compliance.jurisdiction")),
    { name: "rule", title: t("compliance.rule"), by: (row) => row.rule ?? null,
      cell: (row) => <>{row.rule}<br /><span class="quiet">{row.cite}</span></> },
    text("period", t("compliance.countedOver")),
    { name: "days", title: t("compliance.period"), by: (row) => row.from ?? null,
      cell: (row) => `${row.from} – ${row.to}` },
    count("numerator", t("compliance.abandoned")),
    count("denominator", t("compliance.answeredBy")),
    { name: "percent", title: t("compliance.percent"), number: true,
      by: (row) => Number.parseFloat(String(row.percent)),
      cell: (row) => `${row.percent ?? "–"} / ${row.limit_percent ?? "–"}` },
    count("headroom", t("compliance.headroom")),
    { name: "met", title: t("compliance.met"), by: (row) => row.met ?? null,
      cell: (row) => <Mark kind={row.met === "no" ? "bad" : "good"}>
        {row.met === "no" ? t("compliance.no") : t("compliance.yes")}</Mark> },
    { name: "conservative", title: t("compliance.conservative"), number: true,
      by: (row) => Number.parseFloat(String(row.conservative_percent)),
      cell: (row) => row.conservative_percent ?? "–" },
  ];
}
