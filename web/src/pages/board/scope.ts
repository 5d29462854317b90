// One campaign or all of them together: the figures that both are shown by.

import { agentsOf, linesOut } from "./state";
import type { AgentCounts, FunnelZone, LegalPeriod, Lines, Live, LiveAgent, LiveCampaign }
  from "./types";

export interface Scope {
  /** Null: all campaigns together. */
  campaign: LiveCampaign | null;
  campaigns: LiveCampaign[];
  agents: LiveAgent[];
  lines: Lines;
  counts: AgentCounts;
}

const noLines: Lines = {
  committing: 0, dialing: 0, ringing: 0, waiting: 0, bridged: 0, message: 0, ending: 0,
};
const noAgents: AgentCounts = { ready: 0, reserved: 0, talking: 0, wrap_up: 0, paused: 0 };

function sumOf<T extends object>(zero: T, parts: T[]): T {
  const sum = { ...zero } as Record<string, number>;
  for (const part of parts) {
    for (const [name, value] of Object.entries(part)) {
      sum[name] = (sum[name] ?? 0) + (value as number);
    }
  }
  return sum as T;
}

export function scopeOf(live: Live, name: string | null): Scope {
  const campaign = live.campaigns.find((one) => one.name === name) ?? null;
  const campaigns = campaign ? [campaign] : live.campaigns;
  // A campaign of a pool is served by all agents of the pool, wherever they signed in.
  const pool = campaign?.pool?.name;
  const names = new Set(live.campaigns
    .filter((one) => one === campaign || (pool !== undefined && one.pool?.name === pool))
    .map((one) => one.name));
  return {
    campaign,
    campaigns,
    agents: campaign ? live.agents.filter((one) => names.has(one.campaign ?? "")) : live.agents,
    lines: sumOf(noLines, campaigns.map((one) => one.lines)),
    counts: campaign ? { ...noAgents, ...agentsOf(campaign) }
      : sumOf(noAgents, campaigns.map((one) => one.agents)),
  };
}

export const signedIn = (counts: AgentCounts): number =>
  Object.values(counts).reduce((sum, one) => sum + one, 0);

export const linesOutOf = (scope: Scope): number =>
  scope.campaigns.reduce((sum, one) => sum + linesOut(one), 0);

// -- abandonment against the law

export type Standing = "met" | "near" | "over";
const NEAR = 0.9;

export const shareOf = (period: LegalPeriod): number =>
  period.answered > 0 ? period.abandoned / period.answered : 0;

/** How much of the lawful share is used: 1 is all of it. */
export const usedOf = (period: LegalPeriod): number =>
  period.cap > 0 ? shareOf(period) / period.cap : 0;

export function standingOf(period: LegalPeriod): Standing {
  return !period.met ? "over" : usedOf(period) > NEAR ? "near" : "met";
}

export interface Tightest {
  campaign: LiveCampaign;
  period: LegalPeriod;
}

/** The period that is nearest to its ceiling, or furthest over it. */
export function tightest(campaigns: LiveCampaign[]): Tightest | null {
  let found: Tightest | null = null;
  for (const campaign of campaigns) {
    for (const period of campaign.budget ?? []) {
      const worse = found === null || (found.period.met && !period.met)
        || (found.period.met === period.met && usedOf(period) > usedOf(found.period));
      if (worse) {
        found = { campaign, period };
      }
    }
  }
  return found;
}

const DAY_MS = 86_400_000;

/** The last day of a period, as a date; UTC is only the calendar that it is counted in. */
export function lastDayOf(period: LegalPeriod): string {
  const from = new Date(`${period.from}T00:00:00Z`);
  if (period.period === "calendar_month") {
    return isoDay(Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + 1, 0));
  }
  const days = period.period === "day" ? 1 : Math.max(period.days, 1);
  return isoDay(from.getTime() + (days - 1) * DAY_MS);
}

const isoDay = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** Days of the period that are still to come after today, by the clocks of the law's zone. */
export function daysLeft(period: LegalPeriod, at: number): number {
  // The Swedish way to write dates is ISO 8601.
  const today = new Intl.DateTimeFormat("sv-SE", { timeZone: period.days_of || "UTC" }).format(at);
  const left = Date.parse(`${lastDayOf(period)}T00:00:00Z`) - Date.parse(`${today}T00:00:00Z`);
  return Math.max(0, Math.round(left / DAY_MS));
}

// -- leads by zone

export function zonesOf(campaigns: LiveCampaign[]): FunnelZone[] {
  const found = new Map<string, FunnelZone>();
  for (const zone of campaigns.flatMap((one) => one.funnel?.zones ?? [])) {
    const key = zone.zones.join(" ");
    const sum = found.get(key);
    found.set(key, sum ? {
      ...sum,
      leads: sum.leads + zone.leads,
      callable: sum.callable + zone.callable,
      closed: sum.closed + zone.closed,
      opens_at: earlier(sum.opens_at, zone.opens_at),
      closes_at: earlier(sum.closes_at, zone.closes_at),
    } : zone);
  }
  return [...found.values()].sort((one, other) => other.leads - one.leads);
}

export function earlier(one: string | null, other: string | null): string | null {
  return one === null || other === null ? one ?? other : one < other ? one : other;
}
