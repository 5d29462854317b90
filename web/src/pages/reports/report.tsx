// One report: what is asked, the chart, the table, files to keep, and what each figure counts.

import "./reports.css";

import { useState } from "preact/hooks";

import { get } from "../../api";
import { Fault, Link, useLoad } from "../../parts/basics";
import { go, search } from "../../route";
import { language, t } from "../../text";
import { day } from "../board/words";
import { columnTitle } from "./cells";
import { ReportChart } from "./chart";
import { ReportForm } from "./form";
import { LawCards } from "./law";
import { aboutOf, titleOf } from "./names";
import { ReportTable } from "./table";
import type { Report as Answer, ReportKind } from "./types";
import { fileOf, pageOf, paramsOf, readWish, type Wish } from "./wish";

export default function Report(props: { parts: Record<string, string> }) {
  const name = props.parts.report ?? "";
  const { value, error, again } = useLoad(
    () => Promise.all([get<{ reports: ReportKind[] }>("/api/reports"), engineNow()]), []);
  if (error !== null) {
    return <Fault error={error} retry={again} />;
  }
  if (!value) {
    return <p class="quiet" role="status">{t("app.loading")}</p>;
  }
  const [{ reports }, now] = value;
  const kind = reports.find((one) => one.name === name);
  return kind ? <Asked key={name} kind={kind} now={now} />
    : <p role="alert">{t("reports.unknown")} <Link to="/reports">{t("nav.reports")}</Link></p>;
}

/** "Today" is the engine's; ours where it has no figures yet. */
const engineNow = (): Promise<number> =>
  get<{ at: string }>("/api/live").then((live) => Date.parse(live.at), () => Date.now());

function Asked(props: { kind: ReportKind; now: number }) {
  const { kind, now } = props;
  const [turn, setTurn] = useState(0);
  const address = search.value.toString();
  const wish = readWish(now);
  const ask = (wanted: Wish) => {
    const to = pageOf(kind.name, wanted);
    // The same again means: as it is now.
    if (to === location.pathname + location.search) {
      setTurn(turn + 1);
    } else {
      go(to);
    }
  };
  return (
    <>
      <p><Link to="/reports">{t("reports.back")}</Link></p>
      <h1>{titleOf(kind)}</h1>
      <p>{aboutOf(kind)}</p>
      <ReportForm key={address} kind={kind} wish={wish} now={now} onAsk={ask} />
      <Result key={`${address} ${turn}`} kind={kind} wish={wish} />
    </>
  );
}

function Result(props: { kind: ReportKind; wish: Wish }) {
  const { kind, wish } = props;
  const { value, error, again } = useLoad(
    () => get<Answer>(`/api/reports/${kind.name}`, paramsOf(wish)), []);
  if (error !== null) {
    return <Fault error={error} retry={again} />;
  }
  return value ? <Shown kind={kind} report={value} wish={wish} />
    : <p class="quiet" role="status">{t("reports.counting")}</p>;
}

function Shown(props: { kind: ReportKind; report: Answer; wish: Wish }) {
  const { kind, report, wish } = props;
  return (
    <>
      <div class="row report-head">
        <p role="status">
          {t("reports.rows", { n: report.rows.length })}{" "}
          <span class="quiet">
            {daysText(wish)}
          </span>
        </p>
        <Downloads name={kind.name} wish={wish} />
      </div>
      {kind.name === "abandonment" && <LawCards report={report} />}
      {kind.name !== "abandonment" && report.rows.length > 0 && (
        <ReportChart kind={kind} report={report} />
      )}
      <ReportTable kind={kind} report={report} />
      <Notes kind={kind} report={report} />
    </>
  );
}

function daysText(wish: Wish): string {
  const [from, to] = [day(wish.from, language.value), day(wish.to, language.value)];
  return from === to ? `${from}, ${wish.zone}` : t("reports.days", { from, to, zone: wish.zone });
}

function Downloads(props: { name: string; wish: Wish }) {
  return (
    <p class="row" aria-label={t("reports.files")} role="group">
      <span>{t("reports.files")}</span>
      {["csv", "xlsx", "json"].map((format) => (
        <a key={format} href={fileOf(props.name, props.wish, format)}
          download={`${props.name}.${format}`}>{format.toUpperCase()}</a>
      ))}
    </p>
  );
}

/** The engine's own sentences: they are the definition, so they are shown as they are. */
function Notes(props: { kind: ReportKind; report: Answer }) {
  const shown = new Set(props.report.columns.map((column) => column.name));
  return (
    <details class="card">
      <summary>{t("reports.notes")}</summary>
      <dl class="report-notes">
        {props.kind.figures.filter((one) => shown.has(one.name)).map((one) => (
          <div key={one.name}>
            <dt>{columnTitle(one.name)}</dt>
            <dd lang="en">{one.meaning}</dd>
          </div>
        ))}
      </dl>
      <ul lang="en">{props.report.notes.map((note) => <li key={note}>{note}</li>)}</ul>
    </details>
  );
}
