// The live figures as they come, the engine's clock, and the last ten minutes for the chart.

import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";

import { get } from "../../api";
import { listen, lostSince } from "../../events";
import type { Live, LiveCampaign, LiveHistory } from "./types";

export const live = signal<Live | null>(null);
/** The engine's clock, which in a demonstration is not this computer's; moves every second. */
export const now = signal<number>(Date.now());

const WINDOW_MS = 10 * 60_000;

export interface Sample {
  at: number;
  free: number;
  campaigns: Map<number, { lines: number | null; free: number | null }>;
}
export const samples = signal<Sample[]>([]);

let heardAt = 0;

function engineNow(): number {
  return live.value ? Date.parse(live.value.at) + (performance.now() - heardAt) : Date.now();
}

/** Dialed and not answered yet. */
export function linesOut(campaign: LiveCampaign): number {
  return campaign.lines.committing + campaign.lines.dialing + campaign.lines.ringing;
}

/** Those a campaign may get: of its pool where it shares them. */
export function agentsOf(campaign: LiveCampaign) {
  return campaign.pool?.agents ?? campaign.agents;
}

function sampleNow(state: Live): Sample {
  return {
    at: now.value,
    free: state.campaigns.reduce((sum, one) => sum + one.agents.ready, 0),
    campaigns: new Map(state.campaigns.map((one) =>
      [one.id, { lines: linesOut(one), free: agentsOf(one).ready ?? 0 }])),
  };
}

function samplesOf(history: LiveHistory): Sample[] {
  return history.at.map((at, index) => ({
    at: Date.parse(at),
    free: history.agents_free[index] ?? 0,
    campaigns: new Map(history.campaigns.map((one) =>
      [one.id, { lines: one.lines[index] ?? null, free: one.agents_free[index] ?? null }])),
  }));
}

function keep(added: Sample[]): void {
  const last = samples.value.at(-1)?.at ?? 0;
  const all = [...samples.value, ...added.filter((one) => one.at > last)];
  const since = now.value - WINDOW_MS;
  samples.value = all.filter((one) => one.at >= since);
}

function tick(): void {
  if (document.hidden) {
    return;
  }
  now.value = engineNow();
  if (live.value && !lostSince.value) {
    keep([sampleNow(live.value)]);
  }
}

/** What was missed while nobody looked comes from the engine, which keeps ten minutes. */
async function fill(): Promise<void> {
  try {
    const history = await get<LiveHistory>("/api/live/history");
    samples.value = samplesOf(history);
  } catch {
    // The chart begins now instead.
  }
}

function start(): () => void {
  void fill();
  const stop = listen<Live>("/api/events", "live", (state) => {
    live.value = state;
    heardAt = performance.now();
    now.value = engineNow();
  });
  const clock = window.setInterval(tick, 1000);
  const shown = () => {
    if (!document.hidden) {
      void fill();
    }
  };
  document.addEventListener("visibilitychange", shown);
  return () => {
    stop();
    clearInterval(clock);
    document.removeEventListener("visibilitychange", shown);
    live.value = null;
    samples.value = [];
  };
}

/** Listens while the page is there. */
export function useLive(): void {
  useEffect(start, []);
}
