// Is a campaign dialing, and if not: why, and what to do about it. The first thing on its page.

import type { ComponentChildren } from "preact";

import { post } from "../../api";
import { Action, Link, Time } from "../../parts/basics";
import { sayAll } from "../../said";
import { number, t } from "../../text";
import { pacingSentence } from "../board/words";
import { Badge } from "./bits";
import { api, mayChange, pageOf } from "./room";
import type { Live, LiveCampaign } from "./types";

/** What a campaign does now, and what keeps it from dialing (or would, once it is started). */
export function dialing(campaign: LiveCampaign):
  { state: "dialing" | "waiting" | "stopped"; why: string[] } {
  const why = sayAll(campaign.not_dialing_said, campaign.not_dialing);
  if (!campaign.running) {
    // The first reason of a stopped campaign is that it is stopped.
    return { state: "stopped", why: why.slice(1) };
  }
  return { state: why.length > 0 ? "waiting" : "dialing", why };
}

/** Agents at work for the campaign, those of its pool included. */
export function signedIn(campaign: LiveCampaign): number {
  const { ready, reserved, talking, wrap_up, paused } = campaign.pool?.agents ?? campaign.agents;
  return ready + reserved + talking + wrap_up + paused;
}

export function StateBadge({ campaign }: { campaign: LiveCampaign }) {
  const { state } = dialing(campaign);
  const tones = { dialing: "good", waiting: "warn", stopped: "plain" } as const;
  return <Badge tone={tones[state]}>{t(`ops.state.${state}`)}</Badge>;
}

/** Start or stop, whichever there is to do. */
export function Switch({ campaign, main }: { campaign: LiveCampaign; main?: boolean }) {
  const verb = campaign.running ? "stop" : "start";
  return (
    <Action class={main && !campaign.running ? "main" : undefined}
      run={() => post(api(campaign.name, verb))}>
      {t(`ops.campaign.${verb}`)}
      <span class="ops-hidden"> {campaign.name}</span>
    </Action>
  );
}

/** What somebody can do, found in the figures themselves. */
function remedies(campaign: LiveCampaign, live: Live): ComponentChildren[] {
  const { name, funnel } = campaign;
  const found: ComponentChildren[] = [];
  if (!live.store.available) {
    found.push(t("ops.do.store"));
  }
  if (live.trunks.length > 0 && live.trunks.every((trunk) => !trunk.up)) {
    found.push(t("ops.do.trunks"));
  }
  if (campaign.mode !== "agentless" && signedIn(campaign) === 0) {
    found.push(t("ops.do.agents", { campaign: name }));
  }
  if (campaign.caller_ids.length > 0 && campaign.caller_ids.every((one) => !one.usable)) {
    found.push(<Link to={pageOf(name, "callerIds")}>{t("ops.do.callerIds")}</Link>);
  }
  if (campaign.pacing?.limit === "law" || campaign.budget.some((period) => !period.met)) {
    found.push(t("ops.do.law"));
  }
  if (funnel && funnel.loaded === 0 && campaign.mode !== "manual") {
    found.push(
      <Link to={`/lists?campaign=${encodeURIComponent(name)}`}>{t("ops.do.import")}</Link>);
  } else if (funnel && funnel.callable === 0) {
    found.push(<Link to={pageOf(name, "funnel")}>{t("ops.do.funnel")}</Link>);
    if (funnel.next_change) {
      found.push(<>{t("ops.do.wait")} <Time at={funnel.next_change} seconds={false} /></>);
    }
  }
  return found;
}

function Reasons({ why, title }: { why: string[]; title: string }) {
  return why.length === 0 ? null : (
    <div>
      <h2>{title}</h2>
      <ul>{why.map((text) => <li key={text}>{sentence(text)}</li>)}</ul>
    </div>
  );
}

/** Without the command that would put it right: here that is done on the page. */
function sentence(text: string): string {
  const plain = text.replace(/ \(`dialer [^`]*`\)/g, "");
  return plain.charAt(0).toUpperCase() + plain.slice(1);
}

export function StateOf({ campaign, live }: { campaign: LiveCampaign; live: Live }) {
  const { state, why } = dialing(campaign);
  const todo = state === "dialing" ? [] : remedies(campaign, live);
  return (
    <section class={`card ops-state ops-state-${state}`} aria-label={t("ops.state")}>
      <div class="ops-head">
        <p class="ops-state-word" role="status"><StateBadge campaign={campaign} /></p>
        <p class="ops-state-text">
          {state === "dialing" ? campaign.pacing && pacingSentence(campaign.pacing)
            : state === "stopped" ? t("ops.state.stoppedText") : t("ops.state.waitingText")}
        </p>
        <p class="ops-callable">
          <strong>{campaign.funnel ? number(campaign.funnel.callable) : "–"}</strong>{" "}
          {t("ops.callable")}
        </p>
        {mayChange() && <Switch campaign={campaign} main />}
      </div>
      {(why.length > 0 || todo.length > 0) && (
        <div class="grid">
          <Reasons why={why} title={t(state === "stopped" ? "ops.state.would" : "ops.state.why")} />
          {todo.length > 0 && (
            <div>
              <h2>{t("ops.state.todo")}</h2>
              <ul>{todo.map((item, index) => <li key={index}>{item}</li>)}</ul>
            </div>
          )}
        </div>
      )}
    </section>
  );
}
