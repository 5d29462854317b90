// The table of pages: path, who has it, its title, and what shows it.

import type { ComponentType } from "preact";

import type { Role } from "../api";
import type { Key } from "../text";

export interface Page {
  path: string; // ":name" stands for one part
  title: Key;
  roles: readonly Role[];
  inMenu: boolean;
  load: () => Promise<{ default: ComponentType<{ parts: Record<string, string> }> }>;
}

const everybody: readonly Role[] = ["ops", "agent", "supervisor", "compliance", "admin"];
const office: readonly Role[] = ["ops", "supervisor", "compliance", "admin"];
const makers: readonly Role[] = ["ops", "supervisor", "admin"];
const lawReaders: readonly Role[] = ["compliance", "supervisor", "admin"];

export const pages: readonly Page[] = [
  // Agents
  { path: "/desk", title: "nav.desk", roles: ["agent"], inMenu: true,
    load: () => import("./desk/desk") },
  // Wallboard
  { path: "/wallboard", title: "nav.wallboard", roles: office, inMenu: true,
    load: () => import("./board/wallboard") },
  { path: "/live", title: "nav.wallboard", roles: office, inMenu: false,
    load: () => import("./board/live") },
  // Sales ops
  { path: "/campaigns", title: "nav.campaigns", roles: office, inMenu: true,
    load: () => import("./ops/campaigns") },
  { path: "/campaigns/:name", title: "nav.campaigns", roles: office, inMenu: false,
    load: () => import("./ops/campaign") },
  { path: "/new-campaign", title: "ops.campaigns.new", roles: makers, inMenu: false,
    load: () => import("./ops/new_campaign") },
  { path: "/lists", title: "nav.lists", roles: office, inMenu: true,
    load: () => import("./ops/lists") },
  { path: "/lists/:id", title: "nav.lists", roles: office, inMenu: false,
    load: () => import("./ops/import") },
  { path: "/callbacks", title: "ops.callbacks", roles: makers, inMenu: true,
    load: () => import("./ops/callbacks") },
  { path: "/caller-ids", title: "ops.callerIds", roles: office, inMenu: true,
    load: () => import("./ops/caller_ids") },
  { path: "/why", title: "ops.why.title", roles: office, inMenu: true,
    load: () => import("./ops/why") },
  // Reports
  { path: "/reports", title: "nav.reports", roles: office, inMenu: true,
    load: () => import("./reports/list") },
  { path: "/reports/:report", title: "nav.reports", roles: office, inMenu: false,
    load: () => import("./reports/report") },
  // Compliance
  { path: "/compliance", title: "nav.compliance", roles: lawReaders, inMenu: true,
    load: () => import("./compliance/calls") },
  { path: "/compliance/calls/:attempt", title: "office.call", roles: lawReaders, inMenu: false,
    load: () => import("./compliance/story") },
  { path: "/compliance/numbers", title: "office.numbers", roles: lawReaders, inMenu: false,
    load: () => import("./compliance/dossier") },
  { path: "/compliance/numbers/:number", title: "office.numbers", roles: lawReaders,
    inMenu: false, load: () => import("./compliance/dossier") },
  { path: "/compliance/opt-outs", title: "office.optOuts", roles: lawReaders, inMenu: false,
    load: () => import("./compliance/opt_outs") },
  { path: "/compliance/abandonment", title: "office.abandonment", roles: lawReaders,
    inMenu: false, load: () => import("./compliance/abandonment") },
  { path: "/compliance/law", title: "office.law", roles: lawReaders, inMenu: false,
    load: () => import("./compliance/law") },
  { path: "/compliance/audit", title: "office.audit", roles: lawReaders, inMenu: false,
    load: () => import("./compliance/audit") },
  { path: "/compliance/records", title: "office.records.title", roles: lawReaders,
    inMenu: false, load: () => import("./compliance/records") },
  { path: "/compliance/exports", title: "office.exports", roles: lawReaders, inMenu: false,
    load: () => import("./compliance/exports") },
  // People
  { path: "/users", title: "nav.users", roles: ["admin"], inMenu: true,
    load: () => import("./people/users") },
  { path: "/account", title: "office.people.account", roles: everybody, inMenu: false,
    load: () => import("./people/account") },
];

export function pagesFor(role: Role | undefined): readonly Page[] {
  return pages.filter((page) => role !== undefined && page.roles.includes(role));
}

const homes: Record<Role, string> = {
  agent: "/desk", ops: "/campaigns", supervisor: "/wallboard", compliance: "/compliance",
  admin: "/wallboard",
};

/** Where somebody begins. */
export function homeOf(role: Role | undefined): string | undefined {
  return role && homes[role];
}
