// One desk in one tab: two would both take the calls and both speak for the agent.

import { signal } from "@preact/signals";

export type Place = "asking" | "here" | "elsewhere";

/** Whether the desk is in this tab. */
export const place = signal<Place>("asking");

interface Said {
  kind: "hello" | "here" | "take";
  id: string;
}

const ANSWER_MAX_MS = 200;

let channel: BroadcastChannel | null = null;
let timer = 0;
const own = `${Date.now().toString(36)}.${Math.random().toString(36).slice(2)}`;

function say(kind: Said["kind"]): void {
  channel?.postMessage({ kind, id: own } satisfies Said);
}

function hear({ kind, id }: Said): void {
  if (kind === "hello") {
    // Of two that ask at once the older one has it.
    if (place.value === "here" || (place.value === "asking" && own < id)) {
      say("here");
    }
  } else if (kind === "take" || place.value === "asking") {
    clearTimeout(timer);
    place.value = "elsewhere";
  }
}

/** Asks the other tabs; the desk is here when none of them has it. Ended by the returned call. */
export function claimDesk(): () => void {
  channel = new BroadcastChannel("desk");
  channel.onmessage = (event: MessageEvent<Said>) => hear(event.data);
  place.value = "asking";
  say("hello");
  timer = window.setTimeout(() => {
    place.value = "here";
  }, ANSWER_MAX_MS);
  return () => {
    clearTimeout(timer);
    channel?.close();
    channel = null;
  };
}

/** Takes the desk into this tab; the other one lets go of it. */
export function takeDesk(): void {
  say("take");
  place.value = "here";
}
