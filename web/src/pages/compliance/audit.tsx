// The audit log: where it stands, its check in this browser, and the database against it.

import { useState } from "preact/hooks";

import { get, post, query } from "../../api";
import { Action, Choice, Fault, Field, Time, useLoad } from "../../parts/basics";
import { number, t } from "../../text";
import { keepHead, keepKey, keyToTrust, ownKey, type SeenHead, seenHead } from "./audit_key";
import { canHash } from "./merkle";
import "./office.css";
import { CompliancePage, Confirmed, dayFromNow, dayStart, Facts, fetchBytes, Mark, mayAct, size,
  withClock } from "./parts";
import { Period } from "./period";
import { pretty, VerdictMark } from "./proof";
import type { AuditState, Checked } from "./types";
import { isKey, type Verdict, verify } from "./verify";

export default withClock(Audit);

function Audit() {
  const { value, error, again } = useLoad(() => get<AuditState>("/api/audit/head"), []);
  return (
    <CompliancePage title={t("office.audit")}>
      {error !== null && <Fault error={error} retry={again} />}
      {!value && error === null && <p class="quiet" role="status">{t("app.loading")}</p>}
      {value && <State state={value} again={again} />}
      {value && mayAct() && value.head && <InPage state={value} />}
      {value && mayAct() && <Database />}
      {value && !mayAct() && <p class="hint">{t("office.auditReaders")}</p>}
    </CompliancePage>
  );
}

function State({ state, again }: { state: AuditState; again: () => void }) {
  return (
    <section class="card" aria-labelledby="audit-state">
      <h2 id="audit-state">{t("office.auditState")}</h2>
      {!state.head && <p><Mark kind="warn">{t("office.noHead")}</Mark></p>}
      <Facts facts={[
        [t("office.auditLog"), <span class="code">{state.log}</span>],
        [t("office.auditRecords"), number(state.size)],
        [t("office.auditWaiting"), number(state.waiting)],
        [t("office.auditOldest"), state.oldest_waiting && <Time at={state.oldest_waiting} />],
        [t("office.headAt"), state.head && <Time at={state.head.at} />],
        [t("office.headSize"), state.head && number(state.head.size)],
        [t("office.headRoot"), state.head && <span class="code">{state.head.root}</span>],
        [t("office.publicKey"), state.key && <span class="code">{state.key.key}</span>],
      ]} />
      <p><button type="button" onClick={again}>{t("office.refresh")}</button></p>
    </section>
  );
}

type Extent = "new" | "days" | "all";

/** What is to be fetched: since what this browser saw last, some days, or everything. */
function address(extent: Extent, seen: SeenHead | null, from: string, to: string): string {
  const params = extent === "all" ? {}
    : extent === "days" ? { from: dayStart(from), to: dayStart(to, 1) }
    : { from: seen?.at };
  return `/api/audit/export${query({ ...params, all_heads: "true" })}`;
}

interface Progress {
  text: string;
  share: number | null;
}

function InPage({ state }: { state: AuditState }) {
  const seen = seenHead(state.log);
  const [extent, setExtent] = useState<Extent>(seen ? "new" : "all");
  const [from, setFrom] = useState(dayFromNow(-1));
  const [to, setTo] = useState(dayFromNow(0));
  const [typed, setTyped] = useState(ownKey());
  const [progress, setProgress] = useState<Progress | null>(null);
  const [verdict, setVerdict] = useState<Verdict | null>(null);
  const [grew, setGrew] = useState<boolean | null>(null);

  const run = async () => {
    setVerdict(null);
    keepKey(typed.trim());
    try {
      const file = await fetchBytes(address(extent, seen, from, to), new AbortController().signal,
        (got) => setProgress({ text: t("office.fetching", { size: size(got) }), share: null }));
      const bytes = new Uint8Array(await file.arrayBuffer());
      const found = await verify(bytes, keyToTrust(state), (part) =>
        setProgress({ text: t("office.checking"), share: part }));
      setVerdict(found);
      const sameAsSeen = seen && extent !== "days" ? includes(found, seen) : null;
      setGrew(sameAsSeen);
      const last = found.heads.at(-1);
      if (found.fault === null && sameAsSeen !== false && last) {
        keepHead(last);
      }
    } finally {
      setProgress(null);
    }
  };
  const wrongKey = typed.trim() !== "" && !isKey(typed.trim());
  return (
    <section class="card" aria-labelledby="audit-page">
      <h2 id="audit-page">{t("office.inPage")}</h2>
      <p>{t("office.inPageHint")}</p>
      {!canHash && <p><Mark kind="warn">{t("office.noDigest")}</Mark></p>}
      {seen && <p class="quiet">
        {t("office.seen", { size: number(Number(seen.size)) })} <Time at={seen.at} />
      </p>}
      <div class="fields">
        <Choice<Extent> label={t("office.extent")} value={extent} onChange={setExtent}
          options={[...(seen ? [["new", t("office.extent.new")] as const] : []),
            ["all", t("office.extent.all")], ["days", t("office.extent.days")]]} />
        {extent === "days" && <Period from={from} to={to} onFrom={setFrom} onTo={setTo} />}
      </div>
      <Field label={t("office.trustedKey")} value={typed} onInput={setTyped}
        hint={t("office.trustedKeyHint")} fault={wrongKey ? t("office.noKey") : undefined}
        spellcheck={false} />
      <div class="row">
        <Action class="main" run={run} disabled={!canHash || wrongKey}>
          {t("office.chain.verify")}
        </Action>
      </div>
      <div role="status">
        {progress && <p>{progress.text}{" "}
          {progress.share !== null && <progress value={progress.share}
            aria-label={t("office.checking")} />}</p>}
        {verdict && <Outcome verdict={verdict} grew={grew} own={isKey(typed.trim())} />}
      </div>
    </section>
  );
}

/** The log still has, at that size, the root that was seen. */
function includes(verdict: Verdict, seen: SeenHead): boolean {
  return verdict.fault === null && verdict.heads.some((head) =>
    String(head.size) === seen.size && head.root === seen.root);
}

function Outcome(props: { verdict: Verdict; grew: boolean | null; own: boolean }) {
  const { verdict } = props;
  const last = verdict.heads.at(-1);
  return (
    <>
      <VerdictMark verdict={verdict} />
      {verdict.fault === null && last && (
        <p>
          {t("office.headsFollow", { n: verdict.heads.length })}{" "}
          {t("office.underHead", { size: number(Number(last.size)) })} <Time at={last.at} />
          <br /><span class="code">{last.root}</span>
        </p>
      )}
      {props.grew === true && <p><Mark kind="good">{t("office.grew")}</Mark></p>}
      {props.grew === false && verdict.fault === null && (
        <p><Mark kind="bad">{t("office.notGrown")}</Mark></p>
      )}
      {verdict.fault === null && !props.own && <p class="hint">{t("office.engineKey")}</p>}
      {verdict.shown.length > 0 && (
        <details>
          <summary>{t("office.records", { n: verdict.shown.length })}</summary>
          {verdict.shown.map((record) => (
            <details key={String(record.leaf)}>
              <summary>{t("office.leaf", { leaf: number(Number(record.leaf)) })}{" "}
                {/"subject":"([^"]*)"/.exec(record.text)?.[1]}</summary>
              <pre tabIndex={0}>{pretty(record.text)}</pre>
            </details>
          ))}
        </details>
      )}
    </>
  );
}

/** The engine reads every row again and holds it against the log. */
function Database() {
  const [found, setFound] = useState<Checked | null>(null);
  const run = async () => {
    setFound(null);
    setFound(await post<Checked>("/api/audit/check"));
  };
  return (
    <section class="card" aria-labelledby="audit-database">
      <h2 id="audit-database">{t("office.database")}</h2>
      <p>{t("office.databaseHint")}</p>
      <Confirmed button={t("office.checkDatabase")} title={t("office.checkDatabase")}
        effect={t("office.checkEffect")} yes={t("office.checkDatabase")} run={run} />
      <div role="status">
        {found && (
          <>
            <p>{found.agrees ? <Mark kind="good">{t("office.agrees")}</Mark>
              : <Mark kind="bad">{t("office.differs")}</Mark>}</p>
            <Facts facts={[
              [t("office.auditRecords"), number(found.leaves)],
              [t("office.headsCount"), number(found.heads)],
              [t("office.rowsRead"), number(found.rows)],
              [t("office.auditWaiting"), number(found.waiting)],
            ]} />
            <ul>{found.differences.map((text) => <li key={text}>{text}</li>)}</ul>
          </>
        )}
      </div>
    </section>
  );
}
