// One campaign in full: what pacing weighs, what came of the calls, and where its leads are.

import { user } from "../../api";
import { Bars } from "../../parts/bars";
import { Link } from "../../parts/basics";
import { Table } from "../../parts/table";
import { match } from "../../route";
import { say } from "../../said";
import { clock, number, phone, share, t } from "../../text";
import { pagesFor } from "../pages";
import { Explanation, Figure, Reasons, stateOf, Switch } from "./campaigns";
import { Pill } from "./mark";
import type { LiveCallerId, LiveCampaign, Pacing } from "./types";
import { mean, milliseconds, named, refusal } from "./words";

export function CampaignNow(props: { campaign: LiveCampaign }) {
  const { campaign } = props;
  return (
    <section class="card" aria-labelledby="now-title">
      <div class="row">
        <h2 id="now-title">{campaign.name}</h2>
        <Pill state={stateOf(campaign)} />
        <Switch campaign={campaign} />
      </div>
      <p class="quiet">
        {named("board.mode", campaign.mode)}
        {campaign.pool && `. ${t("board.pool", { pool: campaign.pool.name })}`}
      </p>
      <div role="status"><Reasons campaign={campaign} /></div>
      <Explanation campaign={campaign} />
      {campaign.pacing && campaign.mode === "predictive" && (
        <PacingFigures pacing={campaign.pacing} />
      )}
    </section>
  );
}

function PacingFigures(props: { pacing: Pacing }) {
  const { pacing } = props;
  return (
    <dl class="board-figures">
      <Figure name={t("board.pacing.agentsFree")}
        value={t("board.ofTotal", { n: pacing.agents_free, total: pacing.agents_signed_in })} />
      <Figure name={t("board.pacing.expected")} value={mean(pacing.agents_expected)}
        more={t("board.pacing.within", { seconds: mean(pacing.horizon_s) })} />
      <Figure name={t("board.pacing.flight")}
        value={number(pacing.lines_in_flight + pacing.dial)} />
      <Figure name={t("board.pacing.answers")} value={mean(pacing.answers_expected)} />
      <Figure name={t("board.pacing.rate")} value={share(pacing.answer_rate)} />
      <Figure name={t("board.pacing.shortage")} value={share(pacing.shortage)}
        more={t("board.pacing.accepted", { threshold: share(pacing.threshold) })} />
    </dl>
  );
}

export function CampaignFigures(props: { campaign: LiveCampaign }) {
  const { campaign } = props;
  const of = (part: number, whole: number) => ({ share: whole > 0 ? share(part / whole) : "–" });
  const bridge = campaign.answer_to_bridge_ms;
  const agent = campaign.answer_to_agent_ms;
  const within = (p99: number | null) =>
    p99 === null ? undefined : t("board.figure.nearly", { time: milliseconds(p99) });
  return (
    <section class="card" aria-labelledby="figures-title">
      <h2 id="figures-title">
        {t("board.figures.title")} <span class="quiet">{t("board.figures.since")}</span>
      </h2>
      <dl class="board-figures">
        <Figure name={t("board.figure.attempts")} value={number(campaign.attempts)} />
        <Figure name={t("board.figure.answered")} value={number(campaign.answered)}
          more={t("board.figure.ofAttempts", of(campaign.answered, campaign.attempts))} />
        <Figure name={t("board.figure.bridged")} value={number(campaign.bridged)}
          more={t("board.figure.early", { n: campaign.early_hangup })} />
        <Figure name={t("board.figure.abandoned")} value={number(campaign.abandoned)}
          more={t("board.figure.ofAnswered", of(campaign.abandoned, campaign.answered))} />
        <Figure name={t("board.figure.bridge")} value={milliseconds(bridge.p50)}
          more={within(bridge.p99)} />
        <Figure name={t("board.figure.agent")} value={milliseconds(agent.p50)}
          more={within(agent.p99)} />
        <Figure name={t("board.figure.idle")}
          value={campaign.agent_idle_s_per_call === null ? "–"
            : t("board.seconds", { s: mean(campaign.agent_idle_s_per_call) })} />
      </dl>
    </section>
  );
}

const barsOf = (counts: Record<string, number>, nameOf: (code: string) => string) =>
  Object.entries(counts).filter(([, count]) => count > 0).sort((one, other) => other[1] - one[1])
    .map(([key, value]) => ({ key, name: nameOf(key), value }));

export function CampaignCounts(props: { campaign: LiveCampaign }) {
  const { campaign } = props;
  return (
    <div class="board-columns">
      <section class="card" aria-labelledby="outcomes-title">
        <h2 id="outcomes-title">{t("board.outcomes.title")}</h2>
        <Bars bars={barsOf(campaign.outcomes, (code) => named("board.outcome", code))}
          text={number} none={t("board.outcomes.none")} label={t("board.outcomes.title")} />
      </section>
      <section class="card" aria-labelledby="refused-title">
        <h2 id="refused-title">{t("board.refused.title")}</h2>
        <Bars bars={barsOf(campaign.refused, refusal)} text={number} none={t("board.refused.none")}
          label={t("board.refused.title")} />
      </section>
      <section class="card" aria-labelledby="leads-title">
        <h2 id="leads-title">{t("board.leads.title")}</h2>
        <Leads campaign={campaign} />
        <CampaignLink name={campaign.name} />
      </section>
    </div>
  );
}

/** Where the leads are: what stops each group, and what may be called now. */
function Leads(props: { campaign: LiveCampaign }) {
  const stages = props.campaign.funnel?.stages;
  if (!stages) {
    return <p class="quiet">{t("board.leads.unread")}</p>;
  }
  const bars = stages.filter((stage) => stage.leads > 0).map((stage) => ({
    key: stage.step,
    name: named("board.step", stage.step),
    value: stage.leads,
    more: stage.reasons.map((reason) => `${number(reason.leads)} ${say(reason.words_said, reason.words)}`).join("\n"),
  }));
  return (
    <Bars bars={bars} text={number} none={t("board.leads.none")} label={t("board.leads.title")} />
  );
}

/** For those whose role has the campaign's page. */
function CampaignLink(props: { name: string }) {
  const to = `/campaigns/${encodeURIComponent(props.name)}`;
  const there = pagesFor(user.value?.role).some((page) => match(page.path, to) !== null);
  return there ? <p><Link to={to}>{t("board.leads.campaign")}</Link></p> : null;
}

export function CallerIds(props: { campaign: LiveCampaign }) {
  const rows = props.campaign.caller_ids ?? [];
  if (rows.length === 0) {
    return null;
  }
  const rate = (row: LiveCallerId) => (row.calls > 0 ? row.answered / row.calls : null);
  return (
    <section class="card" aria-labelledby="caller-ids-title">
      <h2 id="caller-ids-title">{t("board.callerIds.title")}</h2>
      <Table caption={t("board.callerIds.caption")} rows={rows} keyOf={(row) => row.number}
        columns={[
          { name: "number", title: t("board.callerIds.number"), by: (row) => row.number,
            cell: (row) => phone(row.number) },
          { name: "state", title: t("board.callerIds.state"), by: (row) => row.why,
            cell: callerIdState },
          { name: "calls", title: t("board.callerIds.calls"), number: true, by: (row) => row.calls,
            cell: (row) => number(row.calls) },
          { name: "rate", title: t("board.tile.answered"), number: true, by: rate,
            cell: (row) => row.calls > 0 ? share(row.answered / row.calls) : "–" },
          { name: "usual", title: t("board.callerIds.usual"), number: true,
            by: (row) => row.answer_rate_usual,
            cell: (row) => row.answer_rate_usual > 0 ? share(row.answer_rate_usual) : "–" },
          { name: "blocked", title: t("board.callerIds.blocked"), number: true,
            by: (row) => row.blocked, cell: (row) => number(row.blocked) },
        ]} />
    </section>
  );
}

function callerIdState(row: LiveCallerId) {
  if (row.usable) {
    return t("board.callerIds.inUse");
  }
  const why = say(row.why_said, row.why);
  return row.resting_until === null ? why
    : t("board.callerIds.resting", { why, until: clock(row.resting_until) });
}
