// The supervisor's wallboard: the floor as it is now, for one campaign or all together.

import "./board.css";

import { Choice } from "../../parts/basics";
import { go, search } from "../../route";
import { clock, t } from "../../text";
import { Agents } from "./agents";
import { Alarms } from "./alarms";
import { setBig, useBig, withValue } from "./big";
import { CallerIds, CampaignCounts, CampaignFigures, CampaignNow } from "./campaign";
import { Campaigns } from "./campaigns";
import { DialingChart } from "./dialing_chart";
import { Law } from "./law";
import { AgentsCard, LinesCard } from "./loads";
import { type Scope, scopeOf } from "./scope";
import { live, now, useLive } from "./state";
import { Tiles } from "./tiles";
import { Trunks } from "./trunks";
import type { Live } from "./types";
import { Zones } from "./zones";

export default function Wallboard() {
  useLive();
  const big = useBig();
  const state = live.value;
  const name = search.value.get("campaign");
  const unknown = state !== null && name !== null
    && !state.campaigns.some((one) => one.name === name);
  return (
    <div class="board">
      <Head live={state} name={name} big={big} />
      {state === null && <p class="quiet" role="status">{t("board.waiting")}</p>}
      {unknown && <p role="alert">{t("board.unknown", { campaign: name ?? "" })}</p>}
      {state !== null && !unknown && (
        big ? <Large live={state} scope={scopeOf(state, name)} />
          : <Whole live={state} scope={scopeOf(state, name)} />
      )}
    </div>
  );
}

function Head(props: { live: Live | null; name: string | null; big: boolean }) {
  const names = props.live?.campaigns.map((one) => one.name) ?? [];
  const options: [string, string][] = [["", t("board.all")],
    ...names.map((name): [string, string] => [name, name])];
  return (
    <header class="board-head">
      <h1>
        {t("nav.wallboard")}
        {props.big && props.name !== null && <span class="quiet"> {props.name}</span>}
      </h1>
      {!props.big && (
        <Choice label={t("board.scope")} value={props.name ?? ""} options={options}
          onChange={(name) => go(withValue("campaign", name || null))} />
      )}
      {props.live && (
        <p class="board-clock">
          <span class="quiet">{t("board.clock")}</span>{" "}
          <time>{clock(new Date(now.value), undefined, true)}</time>
        </p>
      )}
      <button type="button" aria-keyshortcuts="f" onClick={() => setBig(!props.big)}>
        {t(props.big ? "board.small" : "board.big")}
      </button>
    </header>
  );
}

/** In a demonstration the engine's clock is ahead, so that it dials at any hour. */
function DemoClock(props: { live: Live }) {
  const shift = Math.round(props.live.clock_shift_s / 3600);
  if (Math.abs(props.live.clock_shift_s) < 1) {
    return null;
  }
  return (
    <p class="board-demo" role="note">
      {t(shift < 0 ? "board.demo.behind" : "board.demo.ahead", { n: Math.abs(shift) })}
    </p>
  );
}

function Whole(props: { live: Live; scope: Scope }) {
  const { live: state, scope } = props;
  return (
    <>
      <DemoClock live={state} />
      <Alarms live={state} scope={scope} whole />
      <Tiles scope={scope} />
      {scope.campaign && <CampaignNow campaign={scope.campaign} />}
      <div class="board-pair">
        <DialingChart scope={scope} />
        <Law scope={scope} />
      </div>
      <div class="board-pair">
        <LinesCard scope={scope} />
        <AgentsCard scope={scope} />
      </div>
      {scope.campaign ? (
        <>
          <CampaignFigures campaign={scope.campaign} />
          <CampaignCounts campaign={scope.campaign} />
        </>
      ) : <Campaigns campaigns={scope.campaigns} />}
      <Agents agents={scope.agents} />
      <Zones scope={scope} />
      <Trunks live={state} />
      {scope.campaign && <CallerIds campaign={scope.campaign} />}
    </>
  );
}

function Large(props: { live: Live; scope: Scope }) {
  const { live: state, scope } = props;
  return (
    <>
      <DemoClock live={state} />
      <Alarms live={state} scope={scope} />
      <Tiles scope={scope} />
      <div class="board-pair">
        <DialingChart scope={scope} height={400} />
        <Law scope={scope} />
      </div>
      <div class="board-pair">
        <LinesCard scope={scope} />
        <AgentsCard scope={scope} />
      </div>
      {scope.campaign ? <CampaignNow campaign={scope.campaign} />
        : <Campaigns campaigns={scope.campaigns.filter((one) => one.running)} />}
    </>
  );
}
