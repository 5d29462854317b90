// Checks an export of the audit log in the browser, line by line, as AUDIT.md says: with nothing
// but the file and a key that the reader trusts.

import type { Key } from "../../text";
import { bytesOf, type Hash, hashesOf, hexOf, isConsistent, isIncluded, leafHash, rootOf, same,
  sha256 } from "./merkle";

export interface HeadLine {
  log: string;
  size: bigint;
  root: string;
  at: string;
  closes: string;
  key: string;
}

export interface ShownRecord {
  leaf: bigint;
  text: string;
}

/** What was found; with a fault, what is wrong and where. */
export interface Verdict {
  fault: Key | null;
  line: number;
  leaf: bigint | null;
  records: number;
  heads: HeadLine[];
  /** Whether this browser could check the signatures. */
  signed: boolean;
  /** The first records of the file, to look at. */
  shown: ShownRecord[];
}

const kBlock = 64n;
const kShownMax = 100;
const n = "(0|[1-9][0-9]{0,17})";
const hex = (digits: number) => `([0-9a-f]{${digits}})`;
const instant = "(\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z)";
const text = '([ !#-\\[\\]-~]*)';
const check = `,"check":"${hex(64)}"\\}`;
const forms = {
  header: new RegExp(`^\\{"audit_export":1,"log":"${hex(32)}","made_at":"${instant}",` +
    `"from":"${instant}?","to":"${instant}?","filter":"${text}","first":${n},"end":${n},` +
    `"size":${n}${check}$`),
  key: new RegExp(`^\\{"key":(\\{"audit_key":1,"log":"${hex(32)}","key":"${hex(64)}",` +
    `"at":"${instant}","endorsed_by":"([0-9a-f]{16})?"\\}),"signature":"${hex(128)}"${check}$`),
  head: new RegExp(`^\\{"head":(\\{"audit_head":1,"log":"${hex(32)}","size":${n},` +
    `"root":"${hex(64)}","at":"${instant}","closes":"(\\d{4}-\\d\\d-\\d\\d)?","key":"${hex(16)}"` +
    `\\}),"signature":"${hex(128)}","consistency":"((?:[0-9a-f]{64})*)"${check}$`),
  block: new RegExp(`^\\{"block":${n},"shown":"${hex(16)}","hashes":"((?:[0-9a-f]{64})*)",` +
    `"path":"((?:[0-9a-f]{64})*)"${check}$`),
  last: new RegExp(`^\\{"records":${n},"blocks":${n}${check}$`),
};

/** Stops the check: what is wrong, at the line that is being read. */
class Wrong extends Error {
  constructor(readonly key: Key, readonly leaf: bigint | null = null) {
    super(key);
  }
}

const ascii = new TextDecoder("utf-8");
const bytes = (line: string) => new TextEncoder().encode(line);

interface Header {
  log: string;
  from: string;
  to: string;
  filtered: boolean;
  first: bigint;
  end: bigint;
  size: bigint;
}

/** The lines of a file, each without its line feed. */
class Lines {
  at = 0;
  number = 0;
  constructor(readonly file: Uint8Array) {}

  next(): Uint8Array | null {
    if (this.at >= this.file.length) {
      return null;
    }
    const end = this.file.indexOf(10, this.at);
    this.number += 1;
    if (end < 0) {
      throw new Wrong("office.fault.cut");
    }
    const line = this.file.subarray(this.at, end);
    this.at = end + 1;
    return line;
  }
}

class Verifier {
  private lines: Lines;
  private header: Header | null = null;
  private checkBefore: Uint8Array = new Uint8Array(32);
  private trusted = new Map<string, CryptoKey | null>();
  private blocks = 0;
  private lastBlock = -1n;
  readonly heads: HeadLine[] = [];
  readonly shown: ShownRecord[] = [];
  records = 0;
  signed = true;

  constructor(file: Uint8Array, private progress: (share: number) => void) {
    this.lines = new Lines(file);
  }

  get line(): number {
    return this.lines.number;
  }

  async trust(key: string): Promise<void> {
    const raw = bytesOf(key);
    const id = hexOf(await sha256(raw)).slice(0, 16);
    let usable: CryptoKey | null = null;
    try {
      usable = await crypto.subtle.importKey("raw", raw, { name: "Ed25519" }, false, ["verify"]);
    } catch {
      this.signed = false; // an older browser: everything but the signatures is checked
    }
    this.trusted.set(id, usable);
  }

  async run(): Promise<void> {
    let part = await this.guarded();
    this.takeHeader(part);
    for (part = await this.guarded(); part.startsWith('{"key"'); part = await this.guarded()) {
      await this.takeKey(part);
    }
    for (; part.startsWith('{"head"'); part = await this.guarded()) {
      await this.takeHead(part);
    }
    this.checkHeads();
    for (; part.startsWith('{"block"'); part = await this.guarded()) {
      await this.takeBlock(part);
    }
    this.takeLast(part);
  }

  /** The next line that is no record, with its CHECK proved. */
  private async guarded(): Promise<string> {
    const line = this.lines.next();
    const end = 0x22; // the quotation mark
    const tail = ',"check":"'.length + 64 + 2;
    if (!line || line.length < tail || line[line.length - 2] !== end) {
      throw new Wrong("office.fault.cut");
    }
    const wanted = ascii.decode(line.subarray(line.length - 66, line.length - 2));
    const found = await sha256(this.checkBefore, line.subarray(0, line.length - tail));
    if (hexOf(found) !== wanted) {
      throw new Wrong("office.fault.damaged");
    }
    this.checkBefore = found;
    return ascii.decode(line);
  }

  private takeHeader(line: string): void {
    const found = forms.header.exec(line);
    if (!found) {
      throw new Wrong("office.fault.form");
    }
    const [, log = "", , from = "", to = "", filter = "", first, end, size] = found;
    this.header = { log, from, to, filtered: filter !== "", first: BigInt(first ?? 0),
      end: BigInt(end ?? 0), size: BigInt(size ?? 0) };
    if (this.header.first > this.header.end || this.header.end > this.header.size) {
      throw new Wrong("office.fault.form");
    }
  }

  private async takeKey(line: string): Promise<void> {
    const [, statement = "", log, key = "", , by = "", signature = ""] = forms.key.exec(line) ?? [];
    if (log !== this.header?.log) {
      throw new Wrong("office.fault.form");
    }
    if (this.trusted.has(by)) {
      await this.checkSignature(by, signature, statement);
      await this.trust(key);
    }
  }

  private async takeHead(line: string): Promise<void> {
    const found = forms.head.exec(line);
    const [, statement = "", log = "", size = "", root = "", at = "", closes = "", key = "",
      signature = "", proof = ""] = found ?? [];
    if (!found || log !== this.header?.log) {
      throw new Wrong("office.fault.form");
    }
    if (!this.trusted.has(key)) {
      throw new Wrong("office.fault.key");
    }
    await this.checkSignature(key, signature, statement);
    const head: HeadLine = { log, size: BigInt(size), root, at, closes, key };
    const before = this.heads.at(-1);
    const follows = before
      ? await isConsistent({ size: before.size, root: bytesOf(before.root) },
        { size: head.size, root: bytesOf(root) }, hashesOf(proof))
      : proof === "";
    if (!follows) {
      throw new Wrong("office.fault.consistency");
    }
    this.heads.push(head);
  }

  private async checkSignature(id: string, signature: string, statement: string): Promise<void> {
    const key = this.trusted.get(id);
    if (key && !await crypto.subtle.verify({ name: "Ed25519" }, key, bytesOf(signature),
      bytes(statement))) {
      throw new Wrong("office.fault.signature");
    }
  }

  /** The heads must enclose the period, or leaves of it could be missing. */
  private checkHeads(): void {
    const header = this.header as Header;
    const last = this.heads.at(-1);
    if (!last || last.size !== header.size) {
      throw new Wrong("office.fault.heads");
    }
    const before = header.first === 0n || (header.from !== "" &&
      this.heads.some((head) => head.at <= header.from && head.size >= header.first));
    const after = header.end === header.size || (header.to !== "" &&
      this.heads.some((head) => head.at >= header.to && head.size <= header.end));
    if (!before || !after) {
      throw new Wrong("office.fault.heads");
    }
  }

  private async takeBlock(line: string): Promise<void> {
    const header = this.header as Header;
    const found = forms.block.exec(line);
    const block = BigInt(found?.[1] ?? -1);
    const mask = BigInt(`0x${found?.[2] ?? 0}`);
    const hashes = hashesOf(found?.[3] ?? "");
    const first = block * kBlock;
    const due = header.size - first < kBlock ? header.size - first : kBlock;
    const wanted = this.maskOf(first);
    const follows = this.lastBlock < 0n ? block >= header.first / kBlock : block > this.lastBlock;
    const whole = header.filtered ? mask !== 0n && (mask & ~wanted) === 0n
      : mask === wanted && block === (this.lastBlock < 0n ? header.first / kBlock
        : this.lastBlock + 1n);
    if (!found || !follows || !whole || BigInt(hashes.length) !== due) {
      throw new Wrong("office.fault.block");
    }
    const root = bytesOf((this.heads.at(-1) as HeadLine).root);
    const count = (header.size + kBlock - 1n) / kBlock;
    if (!await isIncluded(await rootOf(hashes), block, count, hashesOf(found[4] ?? ""), root)) {
      throw new Wrong("office.fault.root");
    }
    await this.takeRecords(first, mask, hashes);
    this.lastBlock = block;
    this.blocks += 1;
    this.progress(this.lines.at / this.lines.file.length);
  }

  /** The bits of the leaves of a block that the file speaks of. */
  private maskOf(first: bigint): bigint {
    const { first: from, end } = this.header as Header;
    let mask = 0n;
    for (let i = 0n; i < kBlock; ++i) {
      if (first + i >= from && first + i < end) {
        mask |= 1n << i;
      }
    }
    return mask;
  }

  private async takeRecords(first: bigint, mask: bigint, hashes: Hash[]): Promise<void> {
    for (const [index, hash] of hashes.entries()) {
      if (((mask >> BigInt(index)) & 1n) === 0n) {
        continue;
      }
      const leaf = first + BigInt(index);
      const line = this.lines.next();
      const begin = bytes(`{"leaf":${leaf},"record":`);
      const record = line?.subarray(begin.length, line.length - 1);
      if (!line || !record || !same(line.subarray(0, begin.length), begin) ||
        line[line.length - 1] !== 0x7d || !same(await leafHash(record), hash)) {
        throw new Wrong("office.fault.record", leaf);
      }
      this.records += 1;
      if (this.shown.length < kShownMax) {
        this.shown.push({ leaf, text: ascii.decode(record) });
      }
    }
  }

  private takeLast(line: string): void {
    const header = this.header as Header;
    const found = forms.last.exec(line);
    if (!found) {
      throw new Wrong("office.fault.form");
    }
    if (!header.filtered && BigInt(this.records) !== header.end - header.first) {
      throw new Wrong("office.fault.record", header.first + BigInt(this.records));
    }
    if (Number(found[1]) !== this.records || Number(found[2]) !== this.blocks) {
      throw new Wrong("office.fault.form");
    }
    if (this.lines.next()) {
      throw new Wrong("office.fault.form");
    }
    this.progress(1);
  }
}

export function isKey(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}

/** Checks a file against a public key (64 hexadecimal digits) that the reader trusts. */
export async function verify(file: Uint8Array, key: string,
  progress: (share: number) => void = () => undefined): Promise<Verdict> {
  const verifier = new Verifier(file, progress);
  let fault: Wrong | null = null;
  try {
    await verifier.trust(key);
    await verifier.run();
  } catch (error) {
    if (!(error instanceof Wrong)) {
      throw error;
    }
    fault = error;
  }
  return { fault: fault?.key ?? null, line: verifier.line, leaf: fault?.leaf ?? null,
    records: verifier.records, heads: verifier.heads, signed: verifier.signed,
    shown: verifier.shown };
}
