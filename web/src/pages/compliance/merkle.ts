// The tree of the audit log (RFC 6962) with the browser's own SHA-256.

export type Hash = Uint8Array<ArrayBuffer>;

/** Digests can be had here; browsers have none on pages that came over a plain network. */
export const canHash = typeof crypto !== "undefined" && crypto.subtle !== undefined;

export async function sha256(...parts: Uint8Array[]): Promise<Hash> {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

const leafMark = Uint8Array.of(0);
const nodeMark = Uint8Array.of(1);

export function leafHash(record: Uint8Array): Promise<Hash> {
  return sha256(leafMark, record);
}

export function nodeHash(left: Hash, right: Hash): Promise<Hash> {
  return sha256(nodeMark, left, right);
}

/** The root of a tree of these leaves: a node without a neighbour moves up a level as it is. */
export async function rootOf(leaves: Hash[]): Promise<Hash> {
  let level = leaves;
  while (level.length > 1) {
    const pairs: Promise<Hash>[] = [];
    for (let i = 0; i < level.length; i += 2) {
      const left = level[i] as Hash;
      const right = level[i + 1];
      pairs.push(right ? nodeHash(left, right) : Promise.resolve(left));
    }
    level = await Promise.all(pairs);
  }
  return level[0] ?? sha256();
}

export function same(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}

/** RFC 9162 2.1.3.2: does the path lead from the leaf to the root of a tree of that size? */
export async function isIncluded(leaf: Hash, index: bigint, size: bigint, path: Hash[],
  root: Hash): Promise<boolean> {
  let node = index;
  let last = size - 1n;
  let found = leaf;
  for (const step of path) {
    if (last === 0n) {
      return false;
    }
    if ((node & 1n) === 1n || node === last) {
      found = await nodeHash(step, found);
      while ((node & 1n) === 0n && node !== 0n) {
        node >>= 1n;
        last >>= 1n;
      }
    } else {
      found = await nodeHash(found, step);
    }
    node >>= 1n;
    last >>= 1n;
  }
  return last === 0n && same(found, root);
}

export interface Root {
  size: bigint;
  root: Hash;
}

/** RFC 9162 2.1.4.2: does the later tree begin with the earlier one? */
export async function isConsistent(earlier: Root, later: Root, proof: Hash[]): Promise<boolean> {
  if (earlier.size > later.size) {
    return false;
  }
  if (earlier.size === later.size) {
    return proof.length === 0 && same(earlier.root, later.root);
  }
  if (earlier.size === 0n) {
    return proof.length === 0;
  }
  const isPower = (earlier.size & (earlier.size - 1n)) === 0n;
  const path = isPower ? [earlier.root, ...proof] : proof;
  let node = earlier.size - 1n;
  let last = later.size - 1n;
  while ((node & 1n) === 1n) {
    node >>= 1n;
    last >>= 1n;
  }
  const first = path[0];
  if (!first) {
    return false;
  }
  let before = first;
  let after = first;
  for (const step of path.slice(1)) {
    if (last === 0n) {
      return false;
    }
    if ((node & 1n) === 1n || node === last) {
      before = await nodeHash(step, before);
      after = await nodeHash(step, after);
      while ((node & 1n) === 0n && node !== 0n) {
        node >>= 1n;
        last >>= 1n;
      }
    } else {
      after = await nodeHash(after, step);
    }
    node >>= 1n;
    last >>= 1n;
  }
  return last === 0n && same(before, earlier.root) && same(after, later.root);
}

export function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function bytesOf(hex: string): Hash {
  const bytes = new Uint8Array(hex.length / 2);
  for (let i = 0; i < bytes.length; ++i) {
    bytes[i] = parseInt(hex.slice(2 * i, 2 * i + 2), 16);
  }
  return bytes;
}

/** Hashes that stand one after the other. */
export function hashesOf(hex: string): Hash[] {
  const found: Hash[] = [];
  for (let at = 0; at < hex.length; at += 64) {
    found.push(bytesOf(hex.slice(at, at + 64)));
  }
  return found;
}
