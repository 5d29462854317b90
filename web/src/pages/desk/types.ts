// What the engine tells an agent's desk; the schemas of openapi.json.

export type AgentState = "offline" | "ready" | "reserved" | "talking" | "wrap_up" | "paused";

export interface DeskCall {
  attempt: string;
  number: string;
  name: string;
  region: string;
  answered_at: string | null;
  bridged_at: string | null;
}

/** Preview mode: the lead that waits for the agent's decision. */
export interface Preview {
  lead: number;
  number: string;
  name: string;
  region: string;
  attempts: number;
  since: string;
  callback: string; // what was noted when a callback was agreed on; else empty
  decides_at: string | null; // when the engine decides for the agent
  then: "skip" | "dial";
}

export interface Desk {
  agent: { id: number; name: string };
  state: AgentState;
  since: string | null;
  reason: string;
  campaign: string | null;
  phone: "registered" | "not registered";
  call: DeskCall | null;
  preview?: Preview | null;
  wrap_up_left_s?: number;
  more_time_left_s?: number; // by how much this wrap-up can still be made longer
  pause_wanted?: string | null; // paused for this when the call is over
}

export type Mode = "manual" | "preview" | "progressive" | "predictive" | "ratio" | "agentless";

export interface Campaign {
  id: number;
  name: string;
  running: boolean;
  mode: Mode;
}

export type Category = "sale" | "contact" | "no_contact" | "machine" | "callback" | "do_not_call"
  | "wrong_number" | "other";

export interface Disposition {
  code: string;
  campaign: string | null;
  label: string;
  category: Category;
  lead_action: "finish" | "retry" | "callback" | "block_number" | "opt_out";
  position: number;
  active: boolean;
}

export interface FormField {
  name: string;
  label?: string;
  type?: "text" | "number" | "choice" | "date" | "flag";
  required?: boolean;
  choices?: string[];
}

export interface Script {
  script: number;
  version: number;
  text: string;
  form: FormField[];
}

export interface PastAttempt {
  attempt: string;
  at: string;
  number: string;
  agent_name: string;
  campaign: string; // of the same seller
  same_lead: boolean; // else another lead with that number, maybe another person
  outcome: string; // empty: still open
  treatment: string;
  talk_s: number | null;
  disposition: string; // code; empty: none
  note: string;
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

/** The person of the call or of the preview. */
export interface Person {
  lead: number;
  fields: Record<string, string>; // name, phone, region, ..., custom.COLUMN
  phones: { number: string; invalid: boolean }[];
  zones: string[]; // every one in which the person may be
  attempts: PastAttempt[]; // newest first
  callbacks: Callback[];
}

/** When the person may be called; half-open, none touching the next. */
export interface LegalHours {
  zones: string[];
  from: string;
  until: string;
  open: { from: string; until: string }[];
}
