// The campaigns of the floor as cards: what each does now, why, and the switch.

import { useState } from "preact/hooks";

import { post, user } from "../../api";
import { Action, Dialog, Link } from "../../parts/basics";
import { sayAll } from "../../said";
import { number, share, t } from "../../text";
import { withValue } from "./big";
import { closeDialog } from "./dialogs";
import { type CampaignState, Mark, Pill } from "./mark";
import { shareOf, signedIn, standingOf, tightest } from "./scope";
import { agentsOf, linesOut } from "./state";
import type { LiveCampaign } from "./types";
import { limitSentence, named, pacingSentence } from "./words";

/** Without the switch that is off, which the state shows already. */
export const reasonsOf = (campaign: LiveCampaign): string[] =>
  sayAll(campaign.not_dialing_said, campaign.not_dialing)
    .filter((_, index) => campaign.not_dialing_said[index]?.key !== "stopped");

export function stateOf(campaign: LiveCampaign): CampaignState {
  return !campaign.running ? "stopped" : campaign.not_dialing.length > 0 ? "held" : "dialing";
}

const order: Record<CampaignState, number> = { held: 0, dialing: 1, stopped: 2 };

export function Campaigns(props: { campaigns: LiveCampaign[] }) {
  const sorted = [...props.campaigns].sort((one, other) =>
    order[stateOf(one)] - order[stateOf(other)] || one.name.localeCompare(other.name));
  return (
    <section aria-labelledby="campaigns-title">
      <h2 id="campaigns-title">{t("board.campaigns.title")}</h2>
      {sorted.length === 0 && <p class="card quiet">{t("board.campaigns.none")}</p>}
      <div class="board-cards">
        {sorted.map((campaign) => <CampaignCard key={campaign.id} campaign={campaign} />)}
      </div>
    </section>
  );
}

function CampaignCard(props: { campaign: LiveCampaign }) {
  const { campaign } = props;
  const agents = agentsOf(campaign);
  const worst = tightest([campaign])?.period;
  return (
    <article class="card" aria-label={campaign.name}>
      <header class="row">
        <h3>
          <Link to={withValue("campaign", campaign.name)}>{campaign.name}</Link>
        </h3>
        <Pill state={stateOf(campaign)} />
        <Switch campaign={campaign} />
      </header>
      <p class="quiet">{named("board.mode", campaign.mode)}</p>
      <Reasons campaign={campaign} />
      <Explanation campaign={campaign} />
      <dl class="board-figures">
        <Figure name={t("board.tile.lines")} value={number(linesOut(campaign))} />
        <Figure name={t("board.line.bridged")} value={number(campaign.lines.bridged)} />
        <Figure name={t("board.tile.free")}
          value={t("board.ofTotal", { n: agents.ready, total: signedIn(agents) })} />
        <Figure name={t("board.tile.answered")}
          value={campaign.attempts > 0 ? share(campaign.answered / campaign.attempts) : "–"} />
        <Figure name={t("board.tile.callable")}
          value={campaign.funnel ? number(campaign.funnel.callable) : "–"} />
        {worst && (
          <Figure name={t("board.tile.abandoned")}
            value={worst.answered > 0 ? share(shareOf(worst), 2) : "–"} />
        )}
      </dl>
      {worst && (
        <p>
          <Mark state={standingOf(worst)} />{" "}
          <span class="quiet">{t("board.tile.ofAtMost", { cap: share(worst.cap) })}</span>
        </p>
      )}
    </article>
  );
}

export function Figure(props: { name: string; value: string; more?: string }) {
  return (
    <div>
      <dt>{props.name}</dt>
      <dd>{props.value}</dd>
      {props.more && <dd class="quiet">{props.more}</dd>}
    </div>
  );
}

/** Why nothing is dialed, in the engine's words. */
export function Reasons(props: { campaign: LiveCampaign }) {
  const { campaign } = props;
  const reasons = reasonsOf(campaign).join("; ");
  return reasons === "" ? null : (
    <p class={campaign.running ? "board-why" : "quiet"}>
      {t(campaign.running ? "board.why.held" : "board.why.stopped", { reasons })}
    </p>
  );
}

/** What pacing does and why. It changes all the time, so it is not read aloud by itself. */
export function Explanation(props: { campaign: LiveCampaign }) {
  const { campaign } = props;
  const { pacing } = campaign;
  return stateOf(campaign) === "dialing" && pacing && pacing.limit !== "mode" ? (
    <p>{pacingSentence(pacing)} <span class="quiet">{limitSentence(campaign, pacing)}</span></p>
  ) : null;
}

const steering = ["ops", "supervisor", "admin"];

/** Starts a campaign, and stops it after a question: the whole team stands still without it. */
export function Switch(props: { campaign: LiveCampaign }) {
  const { campaign } = props;
  const [asking, setAsking] = useState(false);
  if (!steering.includes(user.value?.role ?? "")) {
    return null;
  }
  const path = `/api/campaigns/${encodeURIComponent(campaign.name)}`;
  if (!campaign.running) {
    return (
      <Action run={() => post(`${path}/start`)}>
        {t("board.start")} <span class="hidden-words">{campaign.name}</span>
      </Action>
    );
  }
  const stop = async () => {
    await post(`${path}/stop`);
    closeDialog();
  };
  return (
    <>
      <button type="button" onClick={() => setAsking(true)}>
        {t("board.stop")} <span class="hidden-words">{campaign.name}</span>
      </button>
      {asking && (
        <Dialog title={t("board.stop.title", { campaign: campaign.name })}
          onClose={() => setAsking(false)}>
          <p>{t("board.stop.effect", { n: campaign.lines.bridged })}</p>
          <p><Action class="main" run={stop}>{t("board.stop.confirm")}</Action></p>
        </Dialog>
      )}
    </>
  );
}
