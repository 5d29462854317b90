// What keeps the agent from working: said plainly, and nobody is sent to an agent who cannot hear.

import { effect, signal } from "@preact/signals";
import { useEffect } from "preact/hooks";

import { post } from "../../api";
import { lostSince } from "../../events";
import { Action } from "../../parts/basics";
import { t, type Key } from "../../text";
import { callAgain, ending, ownPhone } from "./line";
import { desk } from "./state";

export type Trouble = "network" | "phone" | "microphoneDenied" | "microphoneMissing" | "noPhone";

const offline = signal(!navigator.onLine);

export function troubles(): Trouble[] {
  const found: Trouble[] = [];
  if (offline.value || lostSince.value) {
    found.push("network");
  }
  const at = desk.value;
  const phone = ownPhone()?.state.value;
  const onShift = at !== null && at.state !== "offline";
  // Before the shift its start says so.
  if (onShift && phone?.microphone === "denied") {
    found.push("microphoneDenied");
  } else if (onShift && phone?.microphone === "missing") {
    found.push("microphoneMissing");
  }
  if (phone?.status === "lost" || (phone?.status === "off" && onShift && !ending.value)) {
    found.push("phone");
  } else if (onShift && at.phone === "not registered") {
    found.push("noPhone");
  }
  return found;
}

/** The reasons under which the engine keeps the pauses that this page makes by itself. */
const PAUSES: Partial<Record<Trouble, string>> = {
  phone: "phone lost", microphoneDenied: "microphone lost", microphoneMissing: "microphone lost",
};

/**
 * Pauses the agent once for each trouble that begins. The engine does so by itself when it hears
 * nothing of this page any more.
 */
export function useTroubles(): void {
  useEffect(() => {
    const came = () => { offline.value = false; };
    const went = () => { offline.value = true; };
    addEventListener("online", came);
    addEventListener("offline", went);
    let before = "";
    const over = effect(() => {
      const reason = troubles().map((one) => PAUSES[one]).find(Boolean) ?? "";
      const state = desk.value?.state;
      const reachable = !offline.value && lostSince.value === null;
      if (reason && reason !== before && reachable && state && state !== "offline"
          && state !== "paused") {
        post("/api/agent/pause", { reason }).catch(() => { before = ""; });
      }
      before = reachable ? reason : before;
    });
    return () => {
      over();
      removeEventListener("online", came);
      removeEventListener("offline", went);
    };
  }, []);
}

const TEXTS: Record<Trouble, Key> = {
  network: "desk.trouble.network", phone: "desk.trouble.phone", noPhone: "desk.trouble.noPhone",
  microphoneDenied: "desk.trouble.denied", microphoneMissing: "desk.trouble.missing",
};

export function Troubles() {
  return (
    <div role="alert" class="troubles">
      {troubles().map((one) => (
        <p key={one} class="trouble">
          <span aria-hidden="true">⚠</span> {t(TEXTS[one])}
          {ownPhone() && one !== "network" && (
            <Action run={callAgain}>{t("desk.connectAgain")}</Action>
          )}
        </p>
      ))}
    </div>
  );
}
