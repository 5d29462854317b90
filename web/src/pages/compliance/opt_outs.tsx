// Requests not to be called again: how soon they took effect, and each of them.

import { useState } from "preact/hooks";

import { get } from "../../api";
import { Fault, Link, Time, useLoad } from "../../parts/basics";
import { Table } from "../../parts/table";
import { number, phone, t } from "../../text";
import "./office.css";
import { CompliancePage, dayFromNow, dayStart, Download, Facts, Mark, toNumber, withClock, word,
  zone } from "./parts";
import { Period } from "./period";
import type { Cell, OptOut, Report } from "./types";

export default withClock(OptOuts);

function OptOuts() {
  const [from, setFrom] = useState(dayFromNow(-30));
  const [to, setTo] = useState(dayFromNow(0));
  return (
    <CompliancePage title={t("office.optOuts")}>
      <section class="card" aria-label={t("office.period")}>
        <div class="fields"><Period from={from} to={to} onFrom={setFrom} onTo={setTo} /></div>
        <Download address="/api/reports/opt_outs" name="opt_outs.csv"
          params={{ from, to, zone, format: "csv" }}>{t("office.csv")}</Download>
      </section>
      <Effect key={`${from} ${to}`} from={from} to={to} />
      <Each key={`each ${from} ${to}`} from={from} to={to} />
    </CompliancePage>
  );
}

const whole = (cell: Cell | undefined) => Number(cell ?? 0);
const most = (rows: Report["rows"], name: string) => {
  const found = rows.map((row) => row[name]).filter((cell) => cell !== null && cell !== undefined);
  return found.length === 0 ? null : Math.max(...found.map(Number));
};
const seconds = (value: Cell | undefined) => (value === null || value === undefined ? "–"
  : t("office.seconds", { s: number(Math.round(Number(value) * 1000) / 1000) }));

/** From the request to the end of what was open to the number: what can be measured. */
function Effect(props: { from: string; to: string }) {
  const { value, error, again } = useLoad(() => get<Report>("/api/reports/opt_outs",
    { from: props.from, to: props.to, zone, by: "day,source" }), []);
  if (error !== null) {
    return <Fault error={error} retry={again} />;
  }
  if (!value) {
    return <p class="quiet" role="status">{t("app.loading")}</p>;
  }
  const sum = (name: string) => value.rows.reduce((total, row) => total + whole(row[name]), 0);
  const after = sum("calls_after");
  return (
    <section class="card" aria-labelledby="effect">
      <h2 id="effect">{t("office.effect")}</h2>
      <Facts facts={[
        [t("office.requests"), number(sum("requests"))],
        [t("office.callsEnded"), number(sum("calls_ended"))],
        [t("office.longestEnd"), seconds(most(value.rows, "ended_max_s"))],
        [t("office.callsAfter"), after === 0
          ? <Mark kind="good">{t("office.none")}</Mark>
          : <Mark kind="warn">{number(after)}</Mark>],
        [t("office.longestRecord"), seconds(most(value.rows, "recorded_max_s"))],
      ]} />
      <Table caption={t("office.byDay")} rows={value.rows} sort="-day"
        keyOf={(row) => `${row.day} ${row.source}`} none={t("office.noOptOuts")}
        columns={[
          { name: "day", title: t("office.day"), by: (row) => row.day ?? null,
            cell: (row) => row.day },
          { name: "source", title: t("office.source"), by: (row) => row.source ?? null,
            cell: (row) => word("source", String(row.source)) },
          { name: "requests", title: t("office.requests"), number: true,
            by: (row) => whole(row.requests), cell: (row) => number(whole(row.requests)) },
          { name: "ended", title: t("office.callsEnded"), number: true,
            by: (row) => whole(row.calls_ended), cell: (row) => number(whole(row.calls_ended)) },
          { name: "mean", title: t("office.meanEnd"), number: true,
            cell: (row) => seconds(row.ended_mean_s) },
          { name: "max", title: t("office.longestEnd"), number: true,
            cell: (row) => seconds(row.ended_max_s) },
          { name: "after", title: t("office.callsAfter"), number: true,
            by: (row) => whole(row.calls_after), cell: (row) => number(whole(row.calls_after)) },
        ]} />
      <p class="hint">{t("office.effectNote")}</p>
    </section>
  );
}

interface Page {
  opt_outs: OptOut[];
  next: number | null;
}

function Each(props: { from: string; to: string }) {
  const [older, setOlder] = useState<Page[]>([]);
  const [fault, setFault] = useState<unknown>(null);
  const ask = (before?: number) => get<Page>("/api/opt-outs", { from: dayStart(props.from),
    to: dayStart(props.to, 1), before });
  const { value, error, again } = useLoad(() => ask(), []);
  if (error !== null) {
    return <Fault error={error} retry={again} />;
  }
  const pages = value ? [value, ...older] : [];
  const rows = pages.flatMap((page) => page.opt_outs);
  const next = pages.at(-1)?.next ?? null;
  const more = () => {
    setFault(null);
    ask(next ?? undefined).then((page) => setOlder([...older, page]), setFault);
  };
  return (
    <section class="card titled">
      <h2>{t("office.each")}</h2>
      <OptOutTable rows={rows} none={value ? t("office.noOptOuts") : t("app.loading")} />
      {fault !== null && <Fault error={fault} />}
      {next !== null && <p><button type="button" onClick={more}>{t("office.more")}</button></p>}
    </section>
  );
}

function OptOutTable(props: { rows: OptOut[]; none: string }) {
  return (
    <Table caption={t("office.each")} rows={props.rows} keyOf={(row) => row.id}
      none={props.none}
      columns={[
        { name: "at", title: t("office.at"), by: (row) => row.at,
          cell: (row) => <Time at={row.at} /> },
        { name: "number", title: t("office.number"), by: (row) => row.number,
          cell: (row) => (
            <Link to={toNumber(row.number)}>
              {phone(row.number)}
            </Link>
          ) },
        { name: "source", title: t("office.source"), by: (row) => row.source,
          cell: (row) => word("source", row.source) },
        { name: "by", title: t("office.by"), by: (row) => row.by,
          cell: (row) => row.by || "–" },
        { name: "seller", title: t("office.seller"), by: (row) => row.seller,
          cell: (row) => row.seller || t("office.allSellers") },
        { name: "call", title: t("office.inCall"), cell: (row) => (row.attempt
          ? <Link to={`/compliance/calls/${row.attempt}`}>{t("office.call")}</Link> : "–") },
        { name: "open", title: t("office.callsEnded"), number: true,
          by: (row) => row.open_calls, cell: (row) => number(row.open_calls) },
        { name: "last", title: t("office.longestEnd"), number: true,
          by: (row) => row.last_ended_s, cell: (row) => seconds(row.last_ended_s) },
        { name: "after", title: t("office.callsAfter"), number: true,
          by: (row) => row.calls_after, cell: (row) => (row.calls_after === 0 ? number(0)
            : <Mark kind="warn">{number(row.calls_after)}</Mark>) },
      ]} />
  );
}
