// Streams of events from the engine, and whether what is shown is still true.

import { signal } from "@preact/signals";

import { loadUser } from "./api";

/** Since when no event came although one should have; null while all is well. */
export const lostSince = signal<Date | null>(null);

/** A stream sends a sign of life every five seconds; twice that without one is a loss. */
const SILENCE_MAX_MS = 12_000;
const RETRY_MS = 1_000;

/**
 * Listens until the returned function is called. The engine sends whole states, so a stream that
 * was cut misses nothing when it is back.
 */
export function listen<T>(path: string, event: string, take: (state: T) => void): () => void {
  let source: EventSource | null = null;
  let silence = 0;
  let retry = 0;
  let over = false;

  const heard = () => {
    lostSince.value = null;
    clearTimeout(silence);
    silence = window.setTimeout(lost, SILENCE_MAX_MS);
  };
  const lost = () => {
    lostSince.value ??= new Date();
    source?.close();
    clearTimeout(retry);
    retry = window.setTimeout(open, RETRY_MS);
  };
  const open = () => {
    if (over) {
      return;
    }
    source = new EventSource(path);
    // A line that swallows everything answers nothing at all: that try ends as well.
    clearTimeout(silence);
    silence = window.setTimeout(lost, SILENCE_MAX_MS);
    source.onopen = heard;
    source.onerror = () => {
      lost();
      // A session that was ended looks like a cut line from here.
      loadUser().catch(() => undefined);
    };
    source.addEventListener("heartbeat", heard);
    source.addEventListener(event, (message) => {
      heard();
      take(JSON.parse((message as MessageEvent<string>).data) as T);
    });
  };
  open();
  return () => {
    over = true;
    clearTimeout(silence);
    clearTimeout(retry);
    source?.close();
    lostSince.value = null;
  };
}
