// The proof of one call in the audit log, fetched and checked in the page.

import { useEffect, useState } from "preact/hooks";

import { get } from "../../api";
import { Action, Fault, Link, Time } from "../../parts/basics";
import { number, t } from "../../text";
import { keyToTrust } from "./audit_key";
import { canHash } from "./merkle";
import { Download, fetchBytes, Mark } from "./parts";
import type { Attempt, AuditState, Story } from "./types";
import { type Verdict, verify } from "./verify";

export function AttemptProof({ story }: { story: Story }) {
  const id = story.attempt.attempt;
  const sealed = story.leaves.some((leaf) => leaf.leaf !== null);
  const [verdict, setVerdict] = useState<Verdict | null>(null);
  const [error, setError] = useState<unknown>(null);
  const check = async () => {
    setError(null);
    try {
      const state = await get<AuditState>("/api/audit/head");
      const key = keyToTrust(state);
      const file = await fetchBytes(`/api/audit/proof/${id}`, new AbortController().signal,
        () => undefined);
      setVerdict(await verify(new Uint8Array(await file.arrayBuffer()), key));
    } catch (found) {
      setError(found);
    }
  };
  useEffect(() => {
    if (sealed && canHash) {
      void check();
    }
  }, [id]);

  return (
    <section class="card" aria-labelledby="story-proof">
      <h2 id="story-proof">{t("office.proof")}</h2>
      <ul>
        {story.leaves.map((leaf) => (
          <li key={`${leaf.kind} ${leaf.at}`}>
            {leaf.kind}: {leaf.leaf === null ? t("office.notSealed")
              : t("office.leaf", { leaf: number(leaf.leaf) })} · <Time at={leaf.at} />
          </li>
        ))}
      </ul>
      {story.leaves.length === 0 && <p class="quiet">{t("office.noLeaf")}</p>}
      {!canHash && <p><Mark kind="warn">{t("office.noDigest")}</Mark></p>}
      <div role="status">{verdict && <Found verdict={verdict} attempt={story.attempt} />}</div>
      {error !== null && <Fault error={error} />}
      <div class="row">
        <Action run={check} disabled={!canHash || !sealed}>{t("office.checkAgain")}</Action>
        <Download address={`/api/audit/proof/${id}`} params={{}} name={`audit-attempt-${id}.jsonl`}
          disabled={!sealed}>{t("office.keepProof")}</Download>
      </div>
      <p><Link to="/compliance/audit">{t("office.audit")}</Link></p>
    </section>
  );
}

function Found({ verdict, attempt }: { verdict: Verdict; attempt: Attempt }) {
  const head = verdict.heads.at(-1);
  const others = verdict.fault === null ? otherThan(verdict, attempt) : [];
  return (
    <>
      <VerdictMark verdict={verdict} />
      {verdict.fault === null && (others.length === 0
        ? <p><Mark kind="good">{t("office.sameRecord")}</Mark></p>
        : <p><Mark kind="bad">
            {t("office.otherRecord", { fields: others.join(", ") })}
          </Mark></p>)}
      {head && verdict.fault === null && (
        <p class="quiet">
          {t("office.underHead", { size: number(Number(head.size)) })} <Time at={head.at} />
          <br /><span class="code">{head.root}</span>
        </p>
      )}
      <details>
        <summary>{t("office.records", { n: verdict.shown.length })}</summary>
        {verdict.shown.map((record) => (
          <pre key={String(record.leaf)} tabIndex={0}>{pretty(record.text)}</pre>
        ))}
      </details>
    </>
  );
}

const compared: (keyof Attempt)[] = ["number", "caller_id", "trunk", "outcome", "treatment",
  "sip_status", "ringing_at", "answered_at", "bridged_at", "first_audio_at", "message_started_at",
  "message_ended_at", "ended_at", "ended_by", "evidence"];

/** The page shows what the database says; what of it the proved record says otherwise. */
function otherThan(verdict: Verdict, attempt: Attempt): string[] {
  const record = verdict.shown.map(({ text }) => bodyOf(text)).find((body) => body !== null);
  if (!record) {
    return ["attempt"];
  }
  return compared.filter((name) =>
    JSON.stringify(record[name] ?? null) !== JSON.stringify(attempt[name] ?? null));
}

function bodyOf(text: string): Record<string, unknown> | null {
  try {
    const { kind, body } = JSON.parse(text) as { kind: string; body: Record<string, unknown> };
    return kind === "attempt" ? body : null;
  } catch {
    return null;
  }
}

export function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/** What a check came to, in words. */
export function VerdictMark({ verdict }: { verdict: Verdict }) {
  if (verdict.fault !== null) {
    return (
      <p><Mark kind="bad">{t(verdict.fault)}</Mark>{" "}
        {t("office.faultAt", { line: number(verdict.line) })}
        {verdict.leaf !== null && t("office.leaf", { leaf: number(Number(verdict.leaf)) })}
      </p>
    );
  }
  return (
    <>
      <p><Mark kind="good">{t("office.chain.agrees", { n: verdict.records })}</Mark></p>
      {!verdict.signed && <p><Mark kind="warn">{t("office.unsigned")}</Mark></p>}
    </>
  );
}
