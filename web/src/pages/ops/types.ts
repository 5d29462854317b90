// What the API answers to these pages, as public/openapi.json has it.

import type { Said } from "../../said";
import type { Pacing } from "../board/types";

export type Mode =
  "manual" | "preview" | "progressive" | "predictive" | "ratio" | "agentless";

export interface LegalPeriod {
  period: "successive_days" | "trailing_days" | "calendar_month" | "day";
  days: number;
  from: string;
  answered: number;
  abandoned: number;
  cap: number;
  left: number;
  met: boolean;
}

export interface AgentCounts {
  ready: number;
  reserved: number;
  talking: number;
  wrap_up: number;
  paused: number;
}

export interface ShownNumber {
  number: string;
  proof: Proof;
  weight: number;
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

export interface LiveCampaign {
  id: number;
  name: string;
  running: boolean;
  mode: Mode;
  pacing: Pacing | null;
  pool: { name: string; agents: AgentCounts } | null;
  budget: LegalPeriod[];
  not_dialing: string[];
  not_dialing_said: Said[];
  lines: {
    committing: number; dialing: number; ringing: number; waiting: number; bridged: number;
    message: number;
  };
  agents: AgentCounts;
  funnel: ShortFunnel | null;
  caller_ids: ShownNumber[];
  attempts: number;
  answered: number;
  bridged: number;
  abandoned: number;
  early_hangup: number;
}

export interface Live {
  at: string;
  clock_shift_s: number;
  campaigns: LiveCampaign[];
  trunks: { name: string; up: boolean; why: string }[];
  store: { available: boolean };
}

export const steps = ["held", "filtered", "finished", "used_up", "refused", "in_hand", "for_agent",
  "list_off", "resting", "closed", "callable"] as const;
export type Step = (typeof steps)[number];

export interface Reason {
  code: string;
  words: string;
  words_said?: Said | null;
  leads: number;
  until: string | null;
}

export interface Stage {
  step: Step;
  words: string;
  words_said?: Said | null;
  leads: number;
  left: number;
  reasons: Reason[];
}

/** What the live figures say of a funnel. */
export interface ShortFunnel {
  at: string;
  loaded: number;
  rows_refused: number;
  by_hand: number;
  callable: number;
  next_change: string | null;
  stages: Stage[];
}

export interface FunnelZone {
  zones: string[];
  local: string[];
  leads: number;
  counts: Record<Step, number>;
  opens_at: string | null;
  closes_at: string | null;
  places: { place: number; key: string; leads: number; due: number; open: boolean;
    opens_at: string | null; closes_at: string | null; code: string; words: string; words_said: Said | null }[];
}

export interface FunnelList {
  list: number;
  name: string;
  source: string;
  status: string;
  weight: number;
  priority: number;
  rows_read: number;
  rows_refused: number;
  leads: number;
  counts: Record<Step, number>;
}

export interface Funnel extends ShortFunnel {
  campaign: number;
  name: string;
  running: boolean;
  zones: FunnelZone[];
  lists: FunnelList[];
}

export interface GateReason {
  code: string;
  rule: string;
  cite: string;
  detail: string;
}

export interface Why {
  at: string;
  lead: number;
  external_id: string;
  name: string;
  campaign: number;
  campaign_name: string;
  list: number;
  list_name: string;
  status: string;
  stop_reason: string;
  callable_now: boolean;
  summary: string;
  summary_said: Said | null;
  earliest: string | null;
  unless: string[];
  unless_said: Said[];
  earliest_then: string | null;
  ahead_min: number | null;
  ahead_max: number | null;
  conditions: { code: string; title: string; passes: "yes" | "no" | "unknown"; words: string;
    words_said: Said | null; until: string | null; unless: string | null;
    unless_said: Said | null }[];
  phones: {
    number: string; invalid: boolean; next: boolean; listed: string[]; earliest: string | null;
    unless: string[];
    unless_said: Said[];
    decision: null | { verdict: string; until: string | null; reasons: GateReason[];
      zones: { zone: string; local: string }[];
      lists: { list: string; version: number; as_of: string | null }[];
      consent: number | null; relationship: number | null };
  }[];
  attempts: { attempt: string; at: string; number: string; caller_id: string; trunk: string;
    outcome: string | null; treatment: string | null; disposition: string | null;
    ended_at: string | null; words: string; words_said: Said | null }[];
  refusals: { at: string; number: string; verdict: string; until: string | null;
    words: string; reasons: GateReason[] | string }[];
}

export interface ColumnChoice {
  field: string;
  column: string;
}

export interface Finding {
  reason: string;
  field: string;
  value: string;
  advice: string;
  advice_said: Said | null;
}

export interface ImportPreview {
  type: string;
  sheets: string[];
  columns: { header: string; field: string; samples: string[] }[];
  rows: { line: number; lead?: { phones: string[]; name?: string; state?: string;
    time_zone?: string; [name: string]: unknown }; refused?: Finding; warnings: Finding[] }[];
  notices: string[];
}

export interface Callable {
  now: number;
  today: number;
  later: number;
  never: number;
}

export interface Scrub {
  at: string;
  leads: Callable;
  reasons: Record<string, Callable>;
  places: ({ place: number; key: string } & Callable)[];
  packs: string;
  tzdb: string;
  lists: string[];
}

export interface ImportJob {
  job: number;
  campaign: string;
  file_name: string;
  by: string;
  asked_at: string;
  state: "queued" | "running" | "done" | "refused" | "failed" | "cancelled";
  bytes_read: number;
  bytes_total: number;
  rows: number;
  error: string;
  summary: { import: number; already_imported: boolean; accepted: number; refused: number;
    held: boolean } | null;
}

export interface Import {
  id: number;
  campaign: string;
  list: number | null;
  file: string;
  bytes: number;
  sha256: string;
  source: string;
  by: string;
  started_at: string;
  ended_at: string | null;
  status: string;
  rows: number;
  accepted: number;
  refused_total: number;
  consents: number;
  refused: Record<string, number>;
  warnings: Record<string, number>;
  columns: string[];
  notices: string[];
  scrub: Scrub | null;
  error: string;
  undone_at: string | null;
  undone_by: string;
  taken_back: number;
  kept: number;
}

export interface ImportSource {
  name: string;
  columns: ColumnChoice[];
  headers: string[];
  changed_at: string;
  changed_by: string;
}

export interface SettingField {
  name: string;
  kind: "text" | "flag" | "integer" | "real" | "word" | "texts" | "number" | "jurisdiction"
    | "hours" | "offer";
  low: number;
  high: number;
  usual: Setting;
  help: string;
  words: string[];
}

export type Setting = string | number | boolean | string[];
export type Settings = Record<string, Setting>;

export interface CampaignSettings {
  id: number;
  name: string;
  running: boolean;
  regulatory_campaign: number;
  first_call_at: string | null;
  settings: Settings;
  change: number;
}

export interface Template {
  name: string;
  title: string;
  note: string;
  settings: Settings;
}

export interface Change {
  id: number;
  at: string;
  by: string;
  table: string;
  key: string;
  campaign: number | null;
  kind: "made" | "changed" | "removed";
  fields: { field: string; before: unknown; after: unknown }[];
  reverts: number | null;
  reverted_by: number | null;
}

export interface LeadList {
  id: number;
  campaign: string;
  file_name: string;
  source: string;
  kind: "file" | "by_hand" | "api";
  status: "loading" | "active" | "undone";
  weight: number;
  priority: number;
  leads: number;
  ready: number;
  imported_at: string;
}

export interface FilterCheck {
  valid: boolean;
  canonical: string | null;
  fault: { column: number; text: string } | null;
  count: { let_through: number; of: number; exact: boolean; error: number; sampled: number } | null;
}

export interface RetryRule {
  outcome: string;
  delay_s: number | null;
  tries_max: number | null;
  other_phone: boolean;
  spread: boolean;
  own: boolean;
}

export interface RetryRules {
  rules: RetryRule[];
  attempts_per_day: number;
  attempts_per_week: number;
}

export interface Callback {
  id: number;
  lead: number;
  campaign: string;
  name: string;
  number: string;
  agent: number | null;
  agent_name: string;
  due: string;
  note: string;
  by: string;
  at: string;
  status: "open" | "done" | "cancelled" | "replaced";
  opened: boolean;
  missed: boolean;
  end_reason: string;
}

export const categories = ["sale", "contact", "no_contact", "machine", "callback", "do_not_call",
  "wrong_number", "other"] as const;
export const leadActions = ["finish", "retry", "callback", "block_number", "opt_out"] as const;

export interface Disposition {
  code: string;
  campaign: string | null;
  label: string;
  category: (typeof categories)[number];
  lead_action: (typeof leadActions)[number];
  position: number;
  active: boolean;
}

export const answerKinds = ["text", "number", "choice", "date", "flag"] as const;

export interface FormField {
  name: string;
  label: string;
  type: (typeof answerKinds)[number];
  required: boolean;
  choices: string[];
}

export interface Script {
  id: number;
  version: number;
  text: string;
  form: FormField[];
  by: string;
  at: string;
}

export const proofs = ["declared", "owned", "contract", "letter"] as const;
export type Proof = (typeof proofs)[number];

export interface CallerId {
  number: string;
  name: string;
  owner: string;
  proof: Proof;
  reference: string;
  valid_from: string | null;
  valid_to: string | null;
  document_sha256: string;
  verified: boolean;
  recorded_at: string;
  recorded_by: string;
  fault: string | null;
  fault_said: Said | null;
  rest: { from: string; until: string; by: string; why: string } | null;
}

export interface CallerIdPool {
  pool: { number: string; weight: number; active: boolean }[];
  obstacles: string[];
  obstacles_said: Said[];
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
