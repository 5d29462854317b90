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

export const pages: readonly Page[] = [
  {
    path: "/desk", title: "nav.desk", roles: ["agent"], inMenu: true,
    load: () => import("./desk/desk"),
  },
];

export function pagesFor(role: Role | undefined): readonly Page[] {
  return pages.filter((page) => role !== undefined && page.roles.includes(role));
}
