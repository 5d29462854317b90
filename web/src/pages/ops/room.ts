// What the pages of sales ops share: addresses, live figures, who may change something.

import { useEffect, useRef, useState } from "preact/hooks";

import { user } from "../../api";
import { listen } from "../../events";
import { hasText, t } from "../../text";
import type { Live } from "./types";

/** The API's address of a campaign or of a part of it: "/api/campaigns/spring/filter". */
export function api(campaign: string, part = ""): string {
  return `/api/campaigns/${encodeURIComponent(campaign)}${part && `/${part}`}`;
}

/** The page of a campaign. */
export function pageOf(campaign: string, tab = ""): string {
  return `/campaigns/${encodeURIComponent(campaign)}${tab && `?tab=${tab}`}`;
}

/** Compliance looks and changes nothing. */
export function mayChange(): boolean {
  const role = user.value?.role;
  return role === "ops" || role === "supervisor" || role === "admin";
}

/** The engine's figures; undefined until the first ones are here. */
export function useLive(): Live | undefined {
  const [live, setLive] = useState<Live | undefined>();
  useEffect(() => listen<Live>("/api/events", "live", setLive), []);
  return live;
}

/** Does the work every so often while somebody looks, and at once when somebody looks again. */
export function useEvery(ms: number, work: () => unknown): void {
  const latest = useRef(work);
  latest.current = work;
  useEffect(() => {
    const look = () => document.visibilityState === "visible" && latest.current();
    const timer = setInterval(look, ms);
    document.addEventListener("visibilitychange", look);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", look);
    };
  }, [ms]);
}

/** The value once it has not changed for so long. */
export function useSettled<T>(value: T, ms: number): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(() => value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return settled;
}

/** The words for a code of the API; for one that is new here the engine's, or the code itself. */
export function wordsFor(group: string, code: string, engine = ""): string {
  const key = `ops.${group}.${code}`;
  return hasText(key) ? t(key) : engine || code.replaceAll("_", " ");
}
