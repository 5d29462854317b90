// The answer for one lead: the sentence first, then every condition, every number, every call.

import { post } from "../../api";
import { Link, Time } from "../../parts/basics";
import { ReasonText } from "../../parts/reason";
import { type ColumnOf, Table } from "../../parts/table";
import { say, sayAll, sayAlone } from "../../said";
import { number, phone, t } from "../../text";
import { Badge, Confirmed, Section } from "./bits";
import { mayChange, pageOf, wordsFor } from "./room";
import type { Why } from "./types";

const tones = { yes: "good", no: "bad", unknown: "warn" } as const;

export function WhyAnswer({ why, again }: { why: Why; again: () => void }) {
  return (
    <article aria-label={why.name || String(why.lead)}>
      <Section title={[why.name || t("ops.why.nameless"),
        t("ops.why.leadNo", { id: String(why.lead) })].join(" · ")}>
        <p class="ops-answer">
          <Badge tone={why.callable_now ? "good" : "warn"}>
            {t(why.callable_now ? "ops.why.now" : "ops.why.notNow")}
          </Badge>{" "}
          {say(why.summary_said, why.summary)}
        </p>
        <dl class="ops-pairs">
          <div><dt>{t("ops.campaign")}</dt>
            <dd><Link to={pageOf(why.campaign_name)}>{why.campaign_name}</Link></dd></div>
          <div><dt>{t("ops.list")}</dt><dd>{why.list_name}</dd></div>
          {why.external_id && (
            <div><dt>{t("ops.lead.external_id")}</dt><dd>{why.external_id}</dd></div>
          )}
          <div><dt>{t("ops.why.earliest")}</dt><dd><Earliest why={why} /></dd></div>
          {why.ahead_min !== null && (
            <div><dt>{t("ops.why.ahead")}</dt><dd>{ahead(why)}</dd></div>
          )}
          <div><dt>{t("ops.why.asOf")}</dt><dd><Time at={why.at} /></dd></div>
        </dl>
        {mayChange() && <Ways why={why} again={again} />}
      </Section>
      <Conditions why={why} />
      <Phones why={why} />
      {(why.attempts.length > 0 || why.refusals.length > 0) && <Past why={why} />}
    </article>
  );
}

function ahead(why: Why): string {
  const [low, high] = [why.ahead_min ?? 0, why.ahead_max ?? why.ahead_min ?? 0];
  return low === high ? number(low) : `${number(low)} – ${number(high)}`;
}

function Earliest({ why }: { why: Why }) {
  if (why.callable_now) {
    return <>{t("ops.why.atOnce")}</>;
  }
  if (why.earliest) {
    return <Time at={why.earliest} seconds={false} />;
  }
  return (
    <>
      {t("ops.why.never")}
      <ul>{sayAll(why.unless_said, why.unless).map((one) => <li key={one}>{one}</li>)}</ul>
      {why.earliest_then && (
        <>{t("ops.why.then")} <Time at={why.earliest_then} seconds={false} /></>
      )}
    </>
  );
}

/** What one may do for a single lead; the gate is asked before every call all the same. */
function Ways({ why, again }: { why: Why; again: () => void }) {
  const change = (part: object) => async () => {
    await post(`/api/leads/${why.lead}/change`, part);
    again();
  };
  const over = ["exhausted", "finished", "filtered"].includes(why.status);
  return (
    <div class="row">
      {why.status === "ready" && (
        <Confirmed button={t("ops.why.first")} title={t("ops.why.first")}
          effect={t("ops.why.firstEffect")} run={change({ priority: 9 })} />
      )}
      {over && (
        <Confirmed button={t("ops.why.again")} title={t("ops.why.again")}
          effect={t("ops.why.againEffect")} run={change({ again: true })} />
      )}
    </div>
  );
}

function Conditions({ why }: { why: Why }) {
  const columns: ColumnOf<Why["conditions"][number]>[] = [
    { name: "passes", title: t("ops.why.holds"), cell: (row) => (
      <Badge tone={tones[row.passes]}>{t(`ops.why.${row.passes}`)}</Badge>
    ) },
    { name: "title", title: t("ops.why.condition"), cell: (row) => wordsFor("condition", row.code, row.title) },
    { name: "words", title: t("ops.why.case"), cell: (row) => (
      <>
        {sayAlone(row.words_said, row.words)}
        {row.unless && (
          <div class="hint">{t("ops.why.unless")} {say(row.unless_said, row.unless)}.</div>
        )}
      </>
    ) },
    { name: "until", title: t("ops.why.from"),
      cell: (row) => row.until ? <Time at={row.until} seconds={false} /> : "" },
  ];
  return (
    <Section title={t("ops.why.conditions")}>
      <Table caption={t("ops.why.conditionsCaption")} columns={columns} rows={why.conditions}
        keyOf={(row) => row.code} />
    </Section>
  );
}

function Phones({ why }: { why: Why }) {
  return (
    <Section title={t("ops.why.phones")} hint={t("ops.why.phonesHint")}>
      <ul class="ops-phones">
        {why.phones.map((one) => <li key={one.number}><Phone one={one} /></li>)}
      </ul>
    </Section>
  );
}

function Phone({ one }: { one: Why["phones"][number] }) {
  const { decision } = one;
  const allowed = decision?.verdict === "allow";
  return (
    <>
      <p>
        <strong>{phone(one.number)}</strong>{" "}
        <Badge tone={allowed ? "good" : "bad"}>
          {one.invalid ? t("ops.why.invalid") : wordsFor("verdict", decision?.verdict ?? "")}
        </Badge>{" "}
        {one.next && <span class="quiet">{t("ops.why.next")}</span>}{" "}
        {!allowed && one.earliest && (
          <>{t("ops.why.from")} <Time at={one.earliest} seconds={false} /></>
        )}
      </p>
      {decision && decision.zones.length > 0 && (
        <p class="hint">
          {t("ops.why.local")} {decision.zones.map((zone) =>
            `${zone.local.replace("T", " ").slice(0, 16)} ${zone.zone}`).join(", ")}
        </p>
      )}
      <ul>
        {decision?.reasons.map((reason) => (
          <li key={reason.code + reason.rule}>
            <ReasonText code={reason.code} detail={reason.detail} />{" "}
            <span class="quiet ops-code">{reason.code}</span>{" "}
            <span class="quiet">{reason.rule}{reason.cite && ` · ${reason.cite}`}</span>
          </li>
        ))}
        {one.listed.length > 0 && (
          <li>{t("ops.why.listed", { lists: one.listed.join(", ") })}</li>
        )}
        {sayAll(one.unless_said, one.unless).map((text) => <li key={text}>{t("ops.why.unless")} {text}.</li>)}
      </ul>
      {decision && decision.lists.length > 0 && (
        <p class="hint">
          {t("ops.why.asked")} {decision.lists.map((list) =>
            list.as_of ? `${list.list} (${list.as_of})` : list.list).join(", ")}
        </p>
      )}
    </>
  );
}

function RefusedFor({ row }: { row: Why["refusals"][number] }) {
  return typeof row.reasons === "string" ? <>{row.words}</> : (
    <>
      {row.reasons.map((one) => (
        <div key={one.code + one.rule}>
          <ReasonText code={one.code} detail={one.detail} /> <span class="quiet">{one.rule}</span>
        </div>
      ))}
    </>
  );
}

function Past({ why }: { why: Why }) {
  const attempts: ColumnOf<Why["attempts"][number]>[] = [
    { name: "at", title: t("ops.at"), by: (row) => row.at, cell: (row) => <Time at={row.at} /> },
    { name: "number", title: t("ops.lead.phone"),
      cell: (row) => <span class="ops-nowrap">{phone(row.number)}</span> },
    { name: "outcome", title: t("ops.retries.outcome"), by: (row) => row.outcome,
      cell: (row) => [row.outcome && wordsFor("outcome", row.outcome), row.disposition]
        .filter(Boolean).join(", ") || t("ops.why.open") },
    { name: "words", title: t("ops.why.allowed"), cell: (row) => say(row.words_said, row.words) },
  ];
  const refusals: ColumnOf<Why["refusals"][number]>[] = [
    { name: "at", title: t("ops.at"), by: (row) => row.at, cell: (row) => <Time at={row.at} /> },
    { name: "number", title: t("ops.lead.phone"),
      cell: (row) => <span class="ops-nowrap">{phone(row.number)}</span> },
    { name: "words", title: t("ops.map.why"), cell: (row) => <RefusedFor row={row} /> },
    { name: "until", title: t("ops.why.from"),
      cell: (row) => row.until ? <Time at={row.until} seconds={false} /> : "" },
  ];
  return (
    <Section title={t("ops.why.past")}>
      {why.attempts.length > 0 && (
        <Table caption={t("ops.why.attempts")} columns={attempts} rows={why.attempts}
          keyOf={(row) => row.attempt} />
      )}
      {why.refusals.length > 0 && (
        <Table caption={t("ops.why.refusals")} columns={refusals} rows={why.refusals}
          keyOf={(row) => row.at + row.number} />
      )}
    </Section>
  );
}
