// The figures that a floor is steered by, large enough to be read from across a room.

import { number, share, t } from "../../text";
import { linesOutOf, type Scope, shareOf, signedIn, standingOf, tightest } from "./scope";
import { Mark } from "./mark";
import { milliseconds } from "./words";

export function Tiles(props: { scope: Scope }) {
  const { scope } = props;
  return (
    <dl class="board-tiles">
      <AbandonmentTile scope={scope} />
      <AnswerTile scope={scope} />
      <Tile name={t("board.tile.lines")} value={number(linesOutOf(scope))}
        more={t("board.tile.bridged", { n: scope.lines.bridged })} />
      <Tile name={t("board.tile.free")} value={number(scope.counts.ready)}
        more={t("board.tile.signedIn", { n: signedIn(scope.counts) })} />
      <CallableTile scope={scope} />
      <SpeedTile scope={scope} />
    </dl>
  );
}

function Tile(props: { name: string; value: string; more: string; state?: string }) {
  return (
    <div class="board-tile" data-state={props.state}>
      <dt>{props.name}</dt>
      <dd class="board-value">{props.value}</dd>
      <dd class="quiet">{props.more}</dd>
    </div>
  );
}

function AbandonmentTile(props: { scope: Scope }) {
  const worst = tightest(props.scope.campaigns);
  if (!worst) {
    return <Tile name={t("board.tile.abandoned")} value="–" more={t("board.tile.noLaw")} />;
  }
  const state = standingOf(worst.period);
  return (
    <div class="board-tile" data-state={state}>
      <dt>{t("board.tile.abandoned")}</dt>
      <dd class="board-value">
        {worst.period.answered > 0 ? share(shareOf(worst.period), 2) : "–"}
      </dd>
      <dd><Mark state={state} /></dd>
      <dd class="quiet">
        {t("board.tile.ofAtMost", { cap: share(worst.period.cap) })}
        {props.scope.campaign === null && `, ${worst.campaign.name}`}
      </dd>
    </div>
  );
}

function AnswerTile(props: { scope: Scope }) {
  const attempts = props.scope.campaigns.reduce((sum, one) => sum + one.attempts, 0);
  const answered = props.scope.campaigns.reduce((sum, one) => sum + one.answered, 0);
  return (
    <Tile name={t("board.tile.answered")} value={attempts > 0 ? share(answered / attempts) : "–"}
      more={t("board.tile.attempts", { n: attempts })} />
  );
}

function CallableTile(props: { scope: Scope }) {
  const known = props.scope.campaigns.filter((one) => one.funnel);
  const callable = known.reduce((sum, one) => sum + (one.funnel?.callable ?? 0), 0);
  const closed = known.flatMap((one) => one.funnel?.stages ?? [])
    .filter((stage) => stage.step === "closed").reduce((sum, stage) => sum + stage.leads, 0);
  return (
    <Tile name={t("board.tile.callable")} value={known.length > 0 ? number(callable) : "–"}
      more={t("board.tile.closed", { n: closed })}
      state={known.length > 0 && callable === 0 ? "near" : undefined} />
  );
}

function slowest(values: (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length > 0 ? Math.max(...known) : null;
}

/** The slowest of them: a person who waited longest is who matters. */
function SpeedTile(props: { scope: Scope }) {
  const times = props.scope.campaigns.map((one) => one.answer_to_agent_ms);
  const p99 = slowest(times.map((one) => one.p99));
  const p50 = slowest(times.map((one) => one.p50));
  return (
    <Tile name={t("board.tile.speed")} value={milliseconds(p99)}
      more={t("board.tile.half", { time: milliseconds(p50) })}
      state={p99 !== null && p99 > 2000 ? "over" : undefined} />
  );
}
