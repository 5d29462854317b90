// What the API answers on compliance pages, as openapi.json has it.

export interface FoundCall {
  attempt: string;
  at: string;
  campaign: string;
  lead: number;
  name: string;
  number: string;
  caller_id: string;
  outcome: string | null;
  treatment: string | null;
  agent: string | null;
  answered_at: string | null;
  ended_at: string | null;
  talk_s: number | null;
  disposition: string | null;
}

export interface CallPage {
  calls: FoundCall[];
  next: string | null;
  looked_at: number;
  looked_back_to: string | null;
}

export interface Local {
  zone: string;
  local: string;
}

export interface Evidence {
  zones?: Local[];
  lists?: { list: string; version: number; as_of: string | null }[];
  packs?: { id: string; version: string; sha256: string }[];
  tzdb?: string;
  consent?: number | null;
  relationship?: number | null;
  caps?: { rule: string; from: string; limit: number; before: number }[];
}

export interface CallEvent {
  seq: number;
  at: string;
  kind: string;
  detail: string;
}

export interface Attempt {
  attempt: string;
  at: string;
  campaign: string;
  lead: number;
  number: string;
  caller_id: string;
  trunk: string;
  failover_of: string | null;
  run: string;
  clock_shift_s: number;
  outcome: string | null;
  treatment: string | null;
  sip_status: number | null;
  agent_name: string | null;
  ringing_at: string | null;
  answered_at: string | null;
  bridged_at: string | null;
  first_audio_at: string | null;
  message_started_at: string | null;
  message_ended_at: string | null;
  answer_to_bridge_us: number | null;
  answer_to_agent_us: number | null;
  ended_at: string | null;
  ended_by: string | null;
  failover_follows: boolean | null;
  disposition: string | null;
  evidence: Evidence;
  events: CallEvent[];
}

export interface Consent {
  id: number;
  grade: string;
  sellers: string[];
  subject: string;
  at: string;
  expires: string | null;
  evidence: Record<string, unknown>;
  source: string;
  recorded_at: string;
  recorded_by: string;
}

export interface Relationship {
  id: number;
  kind: string;
  seller: string;
  at: string;
  proof: Record<string, unknown>;
  source: string;
  recorded_at: string;
  recorded_by: string;
}

export interface Story {
  attempt: Attempt;
  dispositions: { at: string; agent_name: string | null; code: string;
    label: string | null; note: string }[];
  answers: { at: string; script: number | null; answers: Record<string, unknown> }[];
  matter: { seller: string; subject: string; purpose: string } | null;
  person: { lead: number; name: string; region: string; external_id: string } | null;
  consent: Consent | null;
  relationship: Relationship | null;
  list_versions: { version: number; source: string; sha256: string; rows: number;
    loaded_at: string }[];
  opt_outs: { at: string; source: string; by: string; list: string }[];
  leaves: { kind: string; subject: string; at: string; leaf: number | null }[];
  record_faults: string[];
}

export interface Reason {
  code: string;
  rule: string;
  cite: string;
  detail: string;
}

export interface Dossier {
  number: string;
  made_at: string;
  lists: { list: string; kind: string; country: string; region: string; seller: string;
    listed: boolean; version: number; as_of: string | null; covered: boolean;
    events: { at: string; listed: boolean; version: number; as_of: string | null;
      registry_at: string | null; source: string }[] }[];
  leads: { lead: number; campaign: string; seller: string; status: string; name: string;
    region: string; list: { file: string; imported_at: string };
    undone_at: string | null }[];
  consents: Consent[];
  revocations: { id: number; at: string; means: string; scope: string; seller: string;
    subject: string; legal_deadline: string; attempt: string | null; recorded_at: string;
    recorded_by: string }[];
  relationships: Relationship[];
  reassigned: { asked_for: string; answer: string; queried_at: string }[];
  opt_outs: { change: number; list: string; seller: string; listed: boolean; at: string;
    source: string; by: string; attempt: string | null }[];
  refusals: { id: string; at: string; campaign: string | null; verdict: string;
    until: string | null; reasons: Reason[]; evidence: Evidence }[];
  attempts: { attempt: string; at: string; campaign: string | null; seller: string;
    caller_id: string; result: { outcome: string; treatment: string; agent: string | null } | null;
    dispositions: { code: string; note: string }[] }[];
}

export interface OptOut {
  id: number;
  at: string;
  number: string;
  list: string;
  seller: string;
  source: string;
  by: string;
  attempt: string | null;
  open_calls: number;
  last_ended_s: number | null;
  calls_after: number;
}

export interface NumberList {
  name: string;
  kind: string;
  country: string;
  region: string;
  seller: string;
  version: number;
  as_of: string | null;
  loaded_at: string | null;
  rows: number;
  bad: number;
  source: string;
  sha256: string;
  versions: number;
  good_until: string | null;
  rule: string | null;
  cite: string | null;
  stale: boolean;
}

export interface PackRule {
  id: string;
  kind: string;
  cite: string;
  status: string;
  confidence: string;
  from: string | null;
  to: string | null;
  note: string;
}

export interface PackSummary {
  id: string;
  version: string;
  sha256: string;
  level: string;
  place: string;
  reviewed: string;
  min_tzdb: string;
  rules_count: number;
}

export type Pack = PackSummary & { rules: PackRule[] };

export interface Packs {
  tzdb: string;
  packs: PackSummary[];
  changes: (PackRule & { pack: string })[];
}

export interface Head {
  size: number;
  root: string;
  at: string;
  closes: string | null;
  key: string;
  signature: string;
}

export interface AuditState {
  log: string;
  size: number;
  waiting: number;
  oldest_waiting: string | null;
  head: Head | null;
  key: { id: string; key: string } | null;
}

export interface Checked {
  agrees: boolean;
  leaves: number;
  heads: number;
  rows: number;
  waiting: number;
  differences: string[];
}

export interface Repair {
  attempt: string;
  campaign: string;
  field: string;
  text: string;
  found_at: string;
  repaired_at: string | null;
  by: string;
  value: string;
  note: string;
}

export interface Hold {
  id: number;
  number: string | null;
  campaign: string | null;
  why: string;
  by: string;
  at: string;
  released_at: string | null;
  released_by: string;
  released_why: string;
}

export interface RetentionPart {
  table: string;
  part: string;
  from: string;
  to: string;
  keep_until: string;
  source: string;
  bytes: number;
  expired: boolean;
  held_by: string;
}

export type Cell = string | number | null;

export interface Report {
  report: string;
  title: string;
  columns: { name: string; kind: string }[];
  rows: Record<string, Cell>[];
  notes: string[];
}

export interface CampaignName {
  name: string;
}
