// What the API answers about users and sessions, as openapi.json has it.

import type { Role } from "../../api";

export interface UserRow {
  name: string;
  role: Role;
  agent: { id: number; name: string } | null;
  active: boolean;
  password: boolean;
  token: boolean;
  /** At the identity provider; without a subject the user is invited. */
  identity: { email: string | null; subject: string | null } | null;
  signed_in_at: string | null;
  sessions: number;
}

export interface OpenSession {
  id: number;
  user: string;
  role: Role;
  at: string;
  seen_at: string;
  address: string;
  browser: string;
  current: boolean;
}

export interface AgentRow {
  id: number;
  name: string;
}
