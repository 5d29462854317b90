// The key that the reader trusts, and the head that this browser saw last.

import type { AuditState } from "./types";
import { isKey, type HeadLine } from "./verify";

const kKey = "audit.key";
const kHead = "audit.head";

/** What the reader once typed in, else what the engine says of itself. */
export function keyToTrust(state: AuditState): string {
  const kept = localStorage.getItem(kKey) ?? "";
  return isKey(kept) ? kept : state.key?.key ?? "";
}

export function ownKey(): string {
  return localStorage.getItem(kKey) ?? "";
}

export function keepKey(key: string): void {
  if (isKey(key)) {
    localStorage.setItem(kKey, key);
  } else {
    localStorage.removeItem(kKey);
  }
}

export interface SeenHead {
  log: string;
  size: string;
  root: string;
  at: string;
}

export function seenHead(log: string): SeenHead | null {
  try {
    const head = JSON.parse(localStorage.getItem(kHead) ?? "null") as SeenHead | null;
    return head && head.log === log ? head : null;
  } catch {
    return null;
  }
}

export function keepHead(head: HeadLine): void {
  const { log, size, root, at } = head;
  localStorage.setItem(kHead, JSON.stringify({ log, size: String(size), root, at }));
}
