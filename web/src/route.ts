// Where the reader is: paths without a library. /campaigns/spring?tab=lists

import { computed, signal } from "@preact/signals";

const address = signal(location.pathname + location.search);

export const path = computed(() => address.value.replace(/\?.*$/, ""));
export const search = computed(() => new URLSearchParams(address.value.replace(/^[^?]*\??/, "")));

addEventListener("popstate", () => {
  address.value = location.pathname + location.search;
});

/** Goes to a path of ours; `replace` leaves no step to go back to. */
export function go(to: string, replace = false): void {
  if (to === address.value) {
    return;
  }
  if (replace) {
    history.replaceState(null, "", to);
  } else {
    history.pushState(null, "", to);
    scrollTo(0, 0);
  }
  address.value = to;
}

/** The parts of a path that stand where the pattern has ":name"; null when it is another path. */
export function match(pattern: string, given: string): Record<string, string> | null {
  const wanted = pattern.split("/");
  const found = given.split("/");
  if (wanted.length !== found.length) {
    return null;
  }
  const parts: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const value = found[index] ?? "";
    if (part.startsWith(":")) {
      parts[part.slice(1)] = decodeURIComponent(value);
    } else if (part !== value) {
      return null;
    }
  }
  return parts;
}
