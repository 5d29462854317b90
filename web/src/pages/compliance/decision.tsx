// Why a call was allowed: the local time, the rules, the lists, consent and the counts of calls.

import type { ComponentChildren } from "preact";

import { get } from "../../api";
import { Fault, Link, Time, useLoad } from "../../parts/basics";
import { Table } from "../../parts/table";
import { number, t } from "../../text";
import { Facts, Mark, usePages, word } from "./parts";
import type { Consent, Evidence, Pack, PackRule, Relationship, Story } from "./types";

export function Decision({ story }: { story: Story }) {
  const { evidence } = story.attempt;
  return (
    <section class="card" aria-labelledby="story-decision">
      <h2 id="story-decision">{t("office.decision")}</h2>
      <p><Mark kind="good">{t("office.allowed")}</Mark> <Time at={story.attempt.at} /></p>
      <h3>{t("office.localTimes")}</h3>
      <Zones evidence={evidence} />
      <h3>{t("office.listsAsked")}</h3>
      <Lists story={story} />
      <h3>{t("office.restsOn")}</h3>
      {story.consent && <ConsentFacts consent={story.consent} />}
      {story.relationship && <RelationshipFacts relationship={story.relationship} />}
      {!story.consent && !story.relationship && (
        <p class="quiet">{t("office.restsOnNothing")}</p>
      )}
      <h3>{t("office.caps")}</h3>
      <Caps evidence={evidence} />
    </section>
  );
}

function Zones({ evidence }: { evidence: Evidence }) {
  return (
    <>
      <ul>
        {(evidence.zones ?? []).map(({ zone, local }) => (
          <li key={zone}><time dateTime={local}>{local.slice(0, 19).replace("T", " ")}</time>
            {" "}{zone} (UTC{local.slice(19)})</li>
        ))}
      </ul>
      {evidence.tzdb && <p class="hint">{t("office.tzdb", { version: evidence.tzdb })}</p>}
    </>
  );
}

function Lists({ story }: { story: Story }) {
  const files = new Map(story.list_versions.map((version) => [version.version, version]));
  return (
    <Table caption={t("office.listsAskedCaption")} rows={story.attempt.evidence.lists ?? []}
      keyOf={(list) => list.list} none={t("office.noLists")}
      columns={[
        { name: "list", title: t("office.list"), cell: (list) => list.list },
        { name: "version", title: t("office.version"), number: true,
          cell: (list) => list.version || "–" },
        { name: "as_of", title: t("office.asOf"), cell: (list) => <span class="day">{list.as_of ?? "–"}</span> },
        { name: "file", title: t("office.file"),
          cell: (list) => {
            const file = files.get(list.version);
            return file ? <>{file.source} <span class="code">{file.sha256.slice(0, 12)}…</span></>
              : t("office.singleNumbers");
          } },
      ]} />
  );
}

function jsonFacts(json: Record<string, unknown>): [string, ComponentChildren][] {
  return Object.entries(json).map(([name, value]) =>
    [name, typeof value === "string" ? value : JSON.stringify(value)]);
}

export function ConsentFacts({ consent }: { consent: Consent }) {
  return (
    <Facts facts={[
      [t("office.consent"), `${word("grade", consent.grade)} (${consent.id})`],
      [t("office.given"), <Time at={consent.at} />],
      [t("office.expires"), consent.expires && <Time at={consent.expires} />],
      [t("office.sellers"), consent.sellers.join(", ")],
      [t("office.subject"), consent.subject],
      [t("office.recordedBy"), `${consent.recorded_by}, ${consent.source}`],
      ...jsonFacts(consent.evidence),
    ]} />
  );
}

function RelationshipFacts({ relationship }: { relationship: Relationship }) {
  return (
    <Facts facts={[
      [t("office.relationship"),
        `${word("relationship", relationship.kind)} (${relationship.id})`],
      [t("office.at"), <Time at={relationship.at} />],
      [t("office.seller"), relationship.seller],
      [t("office.recordedBy"), `${relationship.recorded_by}, ${relationship.source}`],
      ...jsonFacts(relationship.proof),
    ]} />
  );
}

function Caps({ evidence }: { evidence: Evidence }) {
  const caps = evidence.caps ?? [];
  if (caps.length === 0) {
    return <p class="quiet">{t("office.noCaps")}</p>;
  }
  return (
    <ul>
      {caps.map((cap) => (
        <li key={cap.rule}>
          {cap.rule}:{" "}
          {t("office.cap", { before: number(cap.before), limit: number(cap.limit) })}
          {" "}<Time at={cap.from} seconds={false} />
        </li>
      ))}
    </ul>
  );
}

type Named = PackRule & { pack: string };

/** The rules of the packs that applied, in force that day; said when a pack has changed since. */
export function Rules({ evidence, at }: { evidence: Evidence; at: string }) {
  const packs = evidence.packs ?? [];
  const { value, error, again } = useLoad(
    () => Promise.all(packs.map((pack) => get<Pack>(`/api/packs/${pack.id}`).catch(() => null))),
    [at]);
  const found = (value ?? []).filter((pack): pack is Pack => pack !== null);
  const changed = packs.filter((pack) =>
    value && found.find(({ id }) => id === pack.id)?.sha256 !== pack.sha256);
  const day = at.slice(0, 10);
  const rules = found.flatMap((pack) => pack.rules
    .filter((rule) => (!rule.from || rule.from <= day) && (!rule.to || day < rule.to))
    .map((rule) => ({ ...rule, pack: pack.id })));
  return (
    <details class="card">
      <summary>{t("office.rules", { n: rules.length })}</summary>
      <ul>
        {packs.map((pack) => (
          <li key={pack.id}>{pack.id} {pack.version}{" "}
            <span class="code">{pack.sha256.slice(0, 12)}…</span></li>
        ))}
      </ul>
      {changed.length > 0 && (
        <p><Mark kind="warn">
          {t("office.packsChanged", { packs: changed.map(({ id }) => id).join(", ") })}
        </Mark></p>
      )}
      {error !== null && <Fault error={error} retry={again} />}
      <RuleTable rules={rules} />
      <p><Link to="/compliance/law">{t("office.law")}</Link></p>
    </details>
  );
}

export function RuleTable({ rules }: { rules: Named[] }) {
  const { shown, pager } = usePages(rules);
  return (
    <>
      <Table caption={t("office.rulesCaption")} rows={shown}
        keyOf={(rule) => `${rule.pack} ${rule.id}`}
        columns={[
          { name: "id", title: t("office.rule"), by: (rule) => rule.id,
            cell: (rule) => <>{rule.id}<br /><span class="quiet">{rule.pack}</span></> },
          { name: "kind", title: t("office.kind"), by: (rule) => rule.kind,
            cell: (rule) => word("ruleKind", rule.kind) },
          { name: "cite", title: t("office.cite"), by: (rule) => rule.cite,
            cell: (rule) => rule.cite },
          { name: "effective", title: t("office.effective"), by: (rule) => rule.from,
            cell: (rule) => <><span class="day">{rule.from ?? "…"} –</span>{" "}
              <span class="day">{rule.to ?? "…"}</span></> },
          { name: "note", title: t("office.note"), cell: (rule) => rule.note },
        ]} />
      {pager}
    </>
  );
}
