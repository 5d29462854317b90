// The big screen: the figures alone, large, on the whole screen. Its state is in the address, so
// that a screen on a wall can be started with it.

import { useEffect } from "preact/hooks";

import { go, path, search } from "../../route";

export const isBig = (): boolean => search.value.get("big") === "1";

/** The address of the wallboard with one value of it changed; null leaves it out. */
export function withValue(name: string, value: string | null): string {
  const values = new URLSearchParams(search.value);
  if (value === null) {
    values.delete(name);
  } else {
    values.set(name, value);
  }
  const text = values.toString();
  return path.value + (text ? `?${text}` : "");
}

export function setBig(on: boolean): void {
  go(withValue("big", on ? "1" : null), true);
  // A browser that forbids the whole screen still shows the large figures.
  if (on && !document.fullscreenElement) {
    document.documentElement.requestFullscreen?.().catch(() => undefined);
  } else if (!on && document.fullscreenElement) {
    document.exitFullscreen().catch(() => undefined);
  }
}

const typing = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.closest("input, select, textarea, dialog") !== null;

function onKey(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || typing(event.target)) {
    return;
  }
  if (event.key === "f" || event.key === "F") {
    event.preventDefault();
    setBig(!isBig());
  } else if (event.key === "Escape" && isBig()) {
    setBig(false);
  }
}

/** Escape leaves the whole screen without telling the page of the key. */
function onChange(): void {
  if (!document.fullscreenElement && isBig()) {
    setBig(false);
  }
}

/** Keys of the big screen, and its style on the whole document, while the page is there. */
export function useBig(): boolean {
  const big = isBig();
  useEffect(() => {
    document.documentElement.toggleAttribute("data-big", big);
  }, [big]);
  useEffect(() => {
    addEventListener("keydown", onKey);
    document.addEventListener("fullscreenchange", onChange);
    return () => {
      removeEventListener("keydown", onKey);
      document.removeEventListener("fullscreenchange", onChange);
      document.documentElement.removeAttribute("data-big");
      if (document.fullscreenElement) {
        document.exitFullscreen().catch(() => undefined);
      }
    };
  }, []);
  return big;
}
