// What happened in a call, in order, each step with its time from the beginning.

import { Time } from "../../parts/basics";
import { type Key, number, t } from "../../text";
import { word } from "./parts";
import type { Attempt, Story } from "./types";

interface Step {
  at: string;
  what: string;
  detail: string;
  key: boolean;
}

const ofResult: [keyof Attempt, Key][] = [
  ["ringing_at", "office.step.ringing"],
  ["answered_at", "office.step.answered"],
  ["bridged_at", "office.step.bridged"],
  ["first_audio_at", "office.step.audio"],
  ["message_started_at", "office.step.message"],
  ["message_ended_at", "office.step.messageEnd"],
];
/** Events that say what the columns of the result say as well. */
const told = new Set(["ringing", "answered", "bridged"]);

function stepsOf({ attempt, events }: { attempt: Attempt; events: Attempt["events"] }): Step[] {
  const steps: Step[] = [{ at: attempt.at, what: t("office.step.decided"), detail: "",
    key: true }];
  for (const [column, text] of ofResult) {
    const at = attempt[column];
    if (typeof at === "string") {
      steps.push({ at, what: t(text), detail: detailOf(attempt, column), key: true });
    }
  }
  for (const event of events) {
    if (!told.has(event.kind) || attempt.ended_at === null) {
      steps.push({ at: event.at, what: word("event", event.kind), detail: event.detail,
        key: false });
    }
  }
  steps.sort((one, other) => one.at.localeCompare(other.at));
  if (attempt.ended_at) {
    steps.push({ at: attempt.ended_at, detail: endOf(attempt), key: true,
      what: t("office.step.ended", { by: word("endedBy", attempt.ended_by) }) });
  }
  return steps;
}

function detailOf(attempt: Attempt, column: keyof Attempt): string {
  if (column === "bridged_at" && attempt.answer_to_bridge_us !== null) {
    return t("office.step.after", { ms: milliseconds(attempt.answer_to_bridge_us) });
  }
  if (column === "first_audio_at" && attempt.answer_to_agent_us !== null) {
    return t("office.step.after", { ms: milliseconds(attempt.answer_to_agent_us) });
  }
  return "";
}

function endOf(attempt: Attempt): string {
  return `${word("outcome", attempt.outcome)}${attempt.sip_status
    ? ` · SIP ${attempt.sip_status}` : ""}`;
}

function milliseconds(us: number): string {
  return number(Math.round(us / 100) / 10);
}

export function Timeline({ story }: { story: Story }) {
  const steps = stepsOf({ attempt: story.attempt, events: story.attempt.events });
  const begin = Date.parse(story.attempt.at);
  const zone = story.attempt.evidence.zones?.[0]?.zone;
  return (
    <ol class="timeline">
      {steps.map((step, index) => (
        <li key={index} class={step.key ? "key" : undefined}>
          <span class="offset">{`+${number((Date.parse(step.at) - begin) / 1000)} s`}</span>
          <span class="what">{step.what}</span>
          <span class="detail">
            <Time at={step.at} zone={zone} />{step.detail && <> · {step.detail}</>}
          </span>
        </li>
      ))}
    </ol>
  );
}
