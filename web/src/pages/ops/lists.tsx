// Lead lists: sending files in, imports under way, and what came of the earlier ones.

import { useEffect, useState } from "preact/hooks";

import { get, post } from "../../api";
import { Choice, Fault, Link, Time, useLoad } from "../../parts/basics";
import { type ColumnOf, Table } from "../../parts/table";
import { go, search } from "../../route";
import { number, t } from "../../text";
import { Badge, Confirmed, Empty, Room, Section } from "./bits";
import "./ops.css";
import { mayChange, useEvery, wordsFor } from "./room";
import type { Import, ImportJob } from "./types";
import { Upload } from "./upload";

export function ImportStatus({ status }: { status: string }) {
  const tones = { done: "good", held: "warn", running: "plain", failed: "bad", undone: "plain" };
  const tone = (tones as Record<string, "good" | "warn" | "bad" | "plain">)[status] ?? "warn";
  return <Badge tone={tone}>{wordsFor("importState", status)}</Badge>;
}

function columns(campaign: string): ColumnOf<Import>[] {
  const all: ColumnOf<Import>[] = [
    { name: "file", title: t("ops.import.file"), by: (row) => row.file,
      cell: (row) => <Link to={`/lists/${row.id}`}>{row.file}</Link> },
    { name: "status", title: t("ops.state"), by: (row) => row.status,
      cell: (row) => <ImportStatus status={row.status} /> },
    { name: "campaign", title: t("ops.campaign"), by: (row) => row.campaign,
      cell: (row) => row.campaign },
    { name: "accepted", title: t("ops.import.accepted"), number: true, by: (row) => row.accepted,
      cell: (row) => number(row.accepted) },
    { name: "refused", title: t("ops.import.refused"), number: true,
      by: (row) => row.refused_total, cell: (row) => number(row.refused_total) },
    { name: "source", title: t("ops.import.source"), by: (row) => row.source,
      cell: (row) => row.source || "–" },
    { name: "by", title: t("ops.by"), by: (row) => row.by, cell: (row) => row.by },
    { name: "at", title: t("ops.at"), by: (row) => row.started_at,
      cell: (row) => <Time at={row.started_at} seconds={false} /> },
  ];
  return campaign ? all.filter((one) => one.name !== "campaign") : all;
}

const page = 25;

/** Imports of one campaign or all, a page at a time. */
export function History({ campaign, turn }: { campaign: string; turn: number }) {
  const [before, setBefore] = useState<number[]>([]);
  const last = before[before.length - 1];
  const found = useLoad(() => get<{ imports: Import[]; next_before: number | null }>("/api/imports",
    { campaign, limit: page, before: last }), [campaign, last, turn]);
  if (found.error !== null) {
    return <Fault error={found.error} retry={found.again} />;
  }
  const { imports = [], next_before = null } = found.value ?? {};
  return (
    <>
      <Table caption={t("ops.import.caption")} columns={columns(campaign)} rows={imports}
        keyOf={(row) => row.id} none={t("ops.import.none")} />
      {(before.length > 0 || next_before !== null) && (
        <p class="row">
          <button type="button" disabled={before.length === 0}
            onClick={() => setBefore(before.slice(0, -1))}>{t("ops.newer")}</button>
          <button type="button" disabled={next_before === null}
            onClick={() => next_before !== null && setBefore([...before, next_before])}>
            {t("ops.older")}
          </button>
        </p>
      )}
    </>
  );
}

/** Imports that wait or run now, of anybody. */
function UnderWay({ ended }: { ended: () => void }) {
  const [jobs, setJobs] = useState<ImportJob[]>([]);
  const load = () => void get<{ jobs: ImportJob[] }>("/api/import-jobs").then(({ jobs: found }) => {
    const open = found.filter((one) => one.state === "queued" || one.state === "running");
    if (jobs.some((one) => !open.some((other) => other.job === one.job))) {
      ended();
    }
    setJobs(open);
  }, () => undefined); // the next look comes soon; the frame says when the engine is lost
  useEffect(load, []);
  useEvery(5000, load);
  if (jobs.length === 0) {
    return null;
  }
  return (
    <Section title={t("ops.jobs")}>
      <ul class="ops-list">
        {jobs.map((job) => (
          <li key={job.job}>
            <JobProgress job={job} /> <span class="quiet">{job.by}, {job.campaign}</span>
            {mayChange() && (
              <Confirmed button={t("app.cancel")} title={t("ops.job.cancel")}
                effect={t("ops.job.cancelEffect", { file: job.file_name })}
                yes={t("ops.job.cancel")}
                run={async () => {
                  await post(`/api/import-jobs/${job.job}/cancel`);
                  load();
                }} />
            )}
          </li>
        ))}
      </ul>
    </Section>
  );
}

export function JobProgress({ job }: { job: ImportJob }) {
  const whole = Math.max(1, job.bytes_total);
  return (
    <div class="ops-progress">
      <label>
        {job.file_name}: {wordsFor("job", job.state)}
        {job.rows > 0 && `, ${t("table.rows", { n: job.rows })}`}
        <progress max={1} value={job.state === "queued" ? 0 : job.bytes_read / whole} />
      </label>
    </div>
  );
}

export default function Lists() {
  const campaign = search.value.get("campaign") ?? "";
  const [turn, setTurn] = useState(0);
  const again = () => setTurn((count) => count + 1);
  const campaigns = useLoad(() => get<{ name: string }[]>("/api/campaigns"), []);
  const names = (campaigns.value ?? []).map((one) => one.name);
  const narrow = (name: string) =>
    go(name ? `/lists?campaign=${encodeURIComponent(name)}` : "/lists", true);
  return (
    <Room>
      <h1>{t("nav.lists")}</h1>
      {mayChange() && campaigns.value && (names.length > 0
        ? <Upload campaigns={names} campaign={campaign} done={again} />
        : <Empty><p>{t("ops.upload.noCampaign")}</p>
            <p><Link to="/new-campaign">{t("ops.campaigns.new")}</Link></p></Empty>)}
      <UnderWay ended={again} />
      <Section title={t("ops.import.history")}>
        <div class="ops-narrow">
          <Choice label={t("ops.campaign")} value={campaign} onChange={narrow}
            options={[["", t("ops.all")], ...names.map((name) => [name, name] as const)]} />
        </div>
        <History key={campaign} campaign={campaign} turn={turn} />
      </Section>
    </Room>
  );
}
