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
const lawReaders: readonly Role[] = ["compliance", "supervisor", "admin"];

export const pages: readonly Page[] = [
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
  { path: "/users", title: "nav.users", roles: ["admin"], inMenu: true,
    load: () => import("./people/users") },
  { path: "/account", title: "office.people.account", roles: everybody, inMenu: false,
    load: () => import("./people/account") },
];

export function pagesFor(role: Role | undefined): readonly Page[] {
  return pages.filter((page) => role !== undefined && page.roles.includes(role));
}
