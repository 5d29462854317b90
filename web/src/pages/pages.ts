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

const office: readonly Role[] = ["ops", "supervisor", "compliance", "admin"];
const makers: readonly Role[] = ["ops", "supervisor", "admin"];

export const pages: readonly Page[] = [
  // Agents
  {
    path: "/desk", title: "nav.desk", roles: ["agent"], inMenu: true,
    load: () => import("./desk/desk"),
  },
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
];

export function pagesFor(role: Role | undefined): readonly Page[] {
  return pages.filter((page) => role !== undefined && page.roles.includes(role));
}
