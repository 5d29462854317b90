// Abandoned calls against every ceiling that the law sets.

import { Link } from "../../parts/basics";
import { Level } from "../../parts/bars";
import { language, t } from "../../text";
import { Mark } from "./mark";
import { type Scope, standingOf, usedOf } from "./scope";
import { now } from "./state";
import type { LegalPeriod, LiveCampaign } from "./types";
import { periodName, periodRest, periodText } from "./words";

interface Row {
  campaign: LiveCampaign;
  period: LegalPeriod;
}

const SHOWN_MAX = 4;

const keyOf = ({ campaign, period }: Row): string =>
  [campaign.id, period.jurisdiction, period.rule, period.period, period.days, period.cap].join(" ");

export function Law(props: { scope: Scope }) {
  const whose = props.scope.campaign === null;
  const rows = props.scope.campaigns
    .flatMap((campaign) => (campaign.budget ?? []).map((period) => ({ campaign, period })))
    .sort((one, other) => Number(one.period.met) - Number(other.period.met)
      || usedOf(other.period) - usedOf(one.period));
  const more = rows.slice(SHOWN_MAX);
  return (
    <section class="card board-law" aria-labelledby="law-title">
      <h2 id="law-title">{t("board.law.title")}</h2>
      {rows.length === 0 && <p class="quiet">{t("board.law.none")}</p>}
      <ul>
        {rows.slice(0, SHOWN_MAX).map((row) => <Period key={keyOf(row)} {...row} whose={whose} />)}
      </ul>
      {more.length > 0 && (
        <details>
          <summary>{t("board.law.more", { n: more.length })}</summary>
          <ul>{more.map((row) => <Period key={keyOf(row)} {...row} whose={whose} />)}</ul>
        </details>
      )}
      <p><Link to="/reports/abandonment">{t("board.law.report")}</Link></p>
    </section>
  );
}

function Period(props: Row & { whose: boolean }) {
  const { period } = props;
  const state = standingOf(period);
  return (
    <li>
      <p class="row">
        <strong>
          {props.whose && `${props.campaign.name}: `}{periodName(period, language.value)}
        </strong>
        <Mark state={state} />
      </p>
      <Level share={usedOf(period)} state={state} />
      <p>
        {periodText(period)} <span>{periodRest(period, now.value, language.value)}</span>{" "}
        {period.cite && <span class="quiet">{period.jurisdiction}, {period.cite}</span>}
      </p>
    </li>
  );
}
