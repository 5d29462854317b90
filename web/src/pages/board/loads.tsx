// Lines and agents by state, as one bar each and as numbers.

import { number, t } from "../../text";
import type { Scope } from "./scope";
import { signedIn } from "./scope";

const lineStates = ["committing", "dialing", "ringing", "waiting", "bridged", "message"] as const;
const agentStates = ["ready", "reserved", "talking", "wrap_up", "paused"] as const;

interface Part {
  key: string;
  name: string;
  count: number;
}

export function LinesCard(props: { scope: Scope }) {
  const parts = lineStates.map((key) =>
    ({ key, name: t(`board.line.${key}`), count: props.scope.lines[key] }));
  const total = parts.reduce((sum, part) => sum + part.count, 0);
  return (
    <section class="card" aria-labelledby="lines-title">
      <h2 id="lines-title">
        {t("board.lines.title")} <span class="quiet">{t("board.lines.inUse", { n: total })}</span>
      </h2>
      <Stack parts={parts} kind="lines" />
    </section>
  );
}

export function AgentsCard(props: { scope: Scope }) {
  const { counts } = props.scope;
  const parts = agentStates.map((key) =>
    ({ key, name: t(`board.agent.${key}`), count: counts[key] }));
  return (
    <section class="card" aria-labelledby="states-title">
      <h2 id="states-title">
        {t("board.agents.byState")}{" "}
        <span class="quiet">{t("board.tile.signedIn", { n: signedIn(counts) })}</span>
      </h2>
      <Stack parts={parts} kind="agents" />
    </section>
  );
}

function Stack(props: { parts: Part[]; kind: string }) {
  const total = props.parts.reduce((sum, part) => sum + part.count, 0);
  let before = 0;
  return (
    <div class="board-stack" data-kind={props.kind}>
      <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">
        <rect class="level-ground" width="100" height="10" />
        {props.parts.map((part) => {
          const width = total > 0 ? (100 * part.count) / total : 0;
          const x = before;
          before += width;
          return <rect key={part.key} data-of={part.key} x={x} width={width} height="10" />;
        })}
      </svg>
      <dl>
        {props.parts.map((part) => (
          <div key={part.key} data-of={part.key} data-zero={part.count === 0 || undefined}>
            <dt>{part.name}</dt>
            <dd>{number(part.count)}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
