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

const watchers: readonly Role[] = ["supervisor", "ops", "compliance", "admin"];

export const pages: readonly Page[] = [
  // Wallboard and reports
  { path: "/wallboard", title: "nav.wallboard", roles: watchers, inMenu: true,
    load: () => import("./board/wallboard") },
  { path: "/live", title: "nav.wallboard", roles: watchers, inMenu: false,
    load: () => import("./board/live") },
  { path: "/reports", title: "nav.reports", roles: watchers, inMenu: true,
    load: () => import("./reports/list") },
  { path: "/reports/:report", title: "nav.reports", roles: watchers, inMenu: false,
    load: () => import("./reports/report") },
];

export function pagesFor(role: Role | undefined): readonly Page[] {
  return pages.filter((page) => role !== undefined && page.roles.includes(role));
}
