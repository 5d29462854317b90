// What the engine tells about itself while it dials (GET /api/events, /api/live/history).

import type { Said } from "../../said";

export type Mode = "manual" | "preview" | "progressive" | "predictive" | "ratio" | "agentless";
export type Limit = "agents" | "leads" | "trunk" | "rate" | "law" | "turn" | "mode" | "nobody";
export type AgentState = "offline" | "ready" | "reserved" | "talking" | "wrap_up" | "paused";

export interface Pacing {
  at: string | null;
  mode: Mode;
  sentence: string;
  dial: number;
  give_up: number;
  limit: Limit;
  agents_signed_in: number;
  agents_free: number;
  agents_expected: number;
  horizon_s: number;
  lines_in_flight: number;
  answers_expected: number;
  waiting: number;
  answer_rate: number;
  shortage: number;
  threshold: number;
  budget_left: number;
  abandoned_share: number;
}

export interface LegalPeriod {
  period: "successive_days" | "trailing_days" | "calendar_month" | "day";
  days: number;
  from: string;
  answered: number;
  abandoned: number;
  cap: number;
  left: number;
  met: boolean;
  jurisdiction?: string;
  days_of?: string;
  rule?: string;
  cite?: string;
}

export interface Lines {
  committing: number;
  dialing: number;
  ringing: number;
  waiting: number;
  bridged: number;
  message: number;
  ending?: number;
}

export type AgentCounts = Record<Exclude<AgentState, "offline">, number>;

export interface FunnelStage {
  step: string;
  words: string;
  leads: number;
  left: number;
  reasons: { code: string; words: string; words_said: Said | null; leads: number; until: string | null }[];
}

export interface FunnelZone {
  zones: string[];
  local: string[];
  leads: number;
  callable: number;
  closed: number;
  opens_at: string | null;
  closes_at: string | null;
}

export interface LiveFunnel {
  at: string;
  loaded: number;
  rows_refused: number;
  by_hand: number;
  callable: number;
  next_change: string | null;
  stages: FunnelStage[];
  zones: FunnelZone[];
}

export interface LiveCallerId {
  number: string;
  usable: boolean;
  why: string;
  why_said: Said | null;
  resting_until: string | null;
  calls: number;
  answered: number;
  short_calls: number;
  blocked: number;
  answer_rate_usual: number;
}

export interface Percentiles {
  p50: number | null;
  p99: number | null;
}

export interface LiveCampaign {
  id: number;
  name: string;
  running: boolean;
  mode: Mode;
  pool?: { name: string; agents: AgentCounts } | null;
  not_dialing: string[];
  not_dialing_said: Said[];
  pacing?: Pacing | null;
  budget?: LegalPeriod[];
  caller_ids?: LiveCallerId[];
  lines: Lines;
  agents: AgentCounts;
  leads: Record<string, number>;
  funnel?: LiveFunnel | null;
  attempts: number;
  outcomes: Record<string, number>;
  answered: number;
  bridged: number;
  abandoned: number;
  early_hangup: number;
  refused: Record<string, number>;
  answer_to_bridge_ms: Percentiles;
  answer_to_agent_ms: Percentiles;
  agent_idle_s_per_call: number | null;
}

export interface LiveAgent {
  id: number;
  name: string;
  state: AgentState;
  since: string | null;
  campaign: string | null;
  reason: string;
  phone: string;
  call: { number: string; name?: string } | null;
  preview?: { number: string; name: string } | null;
}

export interface Trunk {
  name: string;
  up: boolean;
  why: string;
  lines: number;
  calls_per_second: number;
}

export interface Live {
  at: string;
  clock_shift_s: number;
  campaigns: LiveCampaign[];
  agents: LiveAgent[];
  trunks: Trunk[];
  store: { available: boolean; opt_outs_refused: number };
  dropped: { sip_strangers: number; sip_malformed: number };
}

export interface LiveHistory {
  step_s: number;
  at: string[];
  agents_free: number[];
  campaigns: { id: number; lines: (number | null)[]; agents_free: (number | null)[] }[];
}

export interface CallerIdAlarm {
  id: string;
  at: string;
  campaign: number;
  number: string;
  trunk: string;
  signal: string;
  detail: string;
  rest_until: string | null;
}

/** What the alarms read of GET /api/suppression-lists. */
export interface ListState {
  name: string;
  good_until: string | null;
  stale: boolean;
}

export interface AuditStanding {
  size: number;
  waiting: number;
  oldest_waiting: string | null;
  head: { size: number; at: string } | null;
  key: { id: string } | null;
}
