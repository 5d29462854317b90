// What the compliance pages share: their tabs, confirmation, pages of a list, days, downloads.

import type { ComponentChildren, ComponentType } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

import { ApiError, get, query, user } from "../../api";
import { Action, Dialog, Fault, Link, useLoad } from "../../parts/basics";
import { path } from "../../route";
import { hasText, type Key, number, share, t } from "../../text";

const tabs: [string, Key][] = [
  ["/compliance", "office.calls"],
  ["/compliance/numbers", "office.numbers"],
  ["/compliance/opt-outs", "office.optOuts"],
  ["/compliance/abandonment", "office.abandonment"],
  ["/compliance/law", "office.law"],
  ["/compliance/audit", "office.audit"],
  ["/compliance/records", "office.records.title"],
  ["/compliance/exports", "office.exports"],
];

/** The frame of each compliance page: its tabs, its title. */
export function CompliancePage(props: { title: string; children: ComponentChildren }) {
  return (
    <div class="office">
      <nav class="tabs" aria-label={t("office.menu")}>
        {tabs.map(([to, title]) => (
          <Link key={to} to={to} current={isTab(to)}>{t(title)}</Link>
        ))}
      </nav>
      <h1>{props.title}</h1>
      {props.children}
    </div>
  );
}

function isTab(to: string): boolean {
  const here = path.value;
  return to === "/compliance" ? here === to || here.startsWith("/compliance/calls/")
    : here === to || here.startsWith(`${to}/`);
}

/** Compliance officers and administrators change things; supervisors read. */
export function mayAct(): boolean {
  return user.value?.role === "compliance" || user.value?.role === "admin";
}

/** A button that first says what it does. */
export function Confirmed(props: { button: string; title: string; effect: string; yes: string;
  run: () => Promise<unknown>; disabled?: boolean; children?: ComponentChildren }) {
  const [open, setOpen] = useState(false);
  const run = async () => {
    await props.run();
    setOpen(false);
  };
  return (
    <>
      <button type="button" disabled={props.disabled} onClick={() => setOpen(true)}>
        {props.button}
      </button>
      {open && (
        <Dialog title={props.title} onClose={() => setOpen(false)}>
          <p>{props.effect}</p>
          {props.children}
          <div class="row"><Action class="main" run={run}>{props.yes}</Action></div>
        </Dialog>
      )}
    </>
  );
}

/** A long list a page at a time. */
export function usePages<Row>(rows: Row[], size = 100) {
  const [page, setPage] = useState(0);
  const last = Math.max(0, Math.ceil(rows.length / size) - 1);
  const here = Math.min(page, last);
  return {
    shown: rows.slice(here * size, (here + 1) * size),
    pager: rows.length > size && (
      <div class="row" role="group" aria-label={t("office.pages")}>
        <button type="button" disabled={here === 0} onClick={() => setPage(here - 1)}>
          {t("office.newer")}
        </button>
        <span role="status">{t("office.page", { page: here + 1, pages: last + 1 })}</span>
        <button type="button" disabled={here === last} onClick={() => setPage(here + 1)}>
          {t("office.older")}
        </button>
      </div>
    ),
  };
}

/** Names and values, one below the other. */
export function Facts(props: { facts: readonly (readonly [string, ComponentChildren])[] }) {
  return (
    <dl class="facts">
      {props.facts.filter(([, value]) => value !== null && value !== "" && value !== undefined)
        .map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}
    </dl>
  );
}

/** A mark with words: colour is never the only sign. */
export function Mark(props: { kind: "good" | "warn" | "bad"; children: ComponentChildren }) {
  const sign = { good: "✓", warn: "!", bad: "✗" }[props.kind];
  return (
    <span class={`mark ${props.kind}`}>
      <span aria-hidden="true">{sign}</span> {props.children}
    </span>
  );
}

/** A word of the engine in the reader's language; words that the texts do not know stay. */
export function word(group: string, value: string | null): string {
  if (!value) {
    return "–";
  }
  const key = `office.${group}.${value}`;
  return hasText(key) ? t(key) : value;
}

/** The page of a number: E.164, or as somebody typed it. */
export function toNumber(number: string): string {
  return `/compliance/numbers/${number.replace(/[^\d+]/g, "")}`;
}

export const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The first instant of a day on the reader's clock, or of the day after it. */
export function dayStart(day: string, plus = 0): string | undefined {
  const [year, month, date] = day.split("-").map(Number);
  if (!year || !month || !date) {
    return undefined;
  }
  return new Date(year, month - 1, date + plus).toISOString();
}

let ahead: Promise<number> | null = null;
let aheadMs = 0;

/** How far the engine's clock is ahead of the reader's: far in a demonstration only. */
function engineClock(): Promise<number> {
  ahead ??= get<{ at: string }>("/api/live").then(({ at }) => {
    aheadMs = Date.parse(at) - Date.now();
    return aheadMs;
  }, () => 0);
  return ahead;
}

/** A page that speaks of today waits until it knows the engine's day. */
export function withClock<Props extends object>(View: ComponentType<Props>) {
  return function Clocked(props: Props) {
    const { value } = useLoad(engineClock, []);
    return value === undefined ? <p class="quiet" role="status">{t("app.loading")}</p>
      : <View {...props} />;
  };
}

/** A day of the reader's clock, so many days from the engine's today. */
export function dayFromNow(days: number): string {
  const day = new Date(Date.now() + aheadMs);
  day.setDate(day.getDate() + days);
  return [day.getFullYear(), String(day.getMonth() + 1).padStart(2, "0"),
    String(day.getDate()).padStart(2, "0")].join("-");
}

/** What came of a request, as bytes; tells how many came, and of how many when that is known. */
export async function fetchBytes(address: string, signal: AbortSignal,
  progress: (got: number, of: number | null) => void): Promise<Blob> {
  const response = await fetch(address, { signal, credentials: "same-origin" });
  if (!response.ok || !response.body) {
    const body = await response.json().catch(() => null);
    throw new ApiError(response.status, body?.error?.code ?? "unknown",
      body?.error?.message ?? response.statusText, body?.error?.field);
  }
  const length = response.headers.get("Content-Encoding") ? null
    : Number(response.headers.get("Content-Length")) || null;
  const reader = response.body.getReader();
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let got = 0;
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    pieces.push(piece.value as Uint8Array<ArrayBuffer>);
    got += piece.value.length;
    progress(got, length);
  }
  return new Blob(pieces, { type: response.headers.get("Content-Type") ?? "" });
}

export function size(bytes: number): string {
  const [unit, power] = bytes < 1e6 ? ["kB", 1e3] : bytes < 1e9 ? ["MB", 1e6] : ["GB", 1e9];
  return `${number(Math.round((10 * bytes) / (power as number)) / 10)} ${unit}`;
}

/** Hands a file to the browser to keep. */
export function keep(file: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** A file made by the engine: being made, coming, there; it can be given up. */
export function Download(props: { address: string; params: Record<string, string | undefined>;
  name: string; children: ComponentChildren; disabled?: boolean }) {
  const [state, setState] = useState("");
  const [part, setPart] = useState<number | null>(null);
  const [error, setError] = useState<unknown>(null);
  const abort = useRef<AbortController | null>(null);
  useEffect(() => () => abort.current?.abort(), []);
  const run = async () => {
    const control = new AbortController();
    abort.current = control;
    setError(null);
    setPart(null);
    setState(t("office.export.making"));
    try {
      const file = await fetchBytes(props.address + query(props.params), control.signal,
        (got, of) => {
          setPart(of ? got / of : null);
          setState(t("office.export.coming", { size: size(got),
            share: of ? share(got / of, 0) : "" }));
        });
      keep(file, props.name);
      setState(t("office.export.done", { size: size(file.size) }));
    } catch (found) {
      setState(control.signal.aborted ? t("office.export.ended") : "");
      setError(control.signal.aborted ? null : found);
    }
    abort.current = null;
    setPart(null);
  };
  const busy = abort.current !== null;
  return (
    <div class="row">
      <button type="button" disabled={props.disabled || busy} aria-busy={busy} onClick={run}>
        {props.children}
      </button>
      {busy && (
        <button type="button" onClick={() => abort.current?.abort()}>{t("app.cancel")}</button>
      )}
      {part !== null && <progress value={part} aria-label={t("office.export.progress")} />}
      <span role="status" class="quiet">{state}</span>
      {error !== null && <Fault error={error} />}
    </div>
  );
}
