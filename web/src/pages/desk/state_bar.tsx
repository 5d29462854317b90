// What the agent is doing, for how long, and what he can do about it.

import { useState } from "preact/hooks";

import { post } from "../../api";
import { Dialog, Fault } from "../../parts/basics";
import { duration, t, type Key as TextKey } from "../../text";
import { KeyButton, shutDialog } from "./keys";
import { endShift } from "./line";
import { desk, since } from "./state";
import type { Desk } from "./types";

/** As the log keeps them, whatever language the agent reads. */
const REASONS = ["break", "lunch", "meeting", "training", "paperwork", "technical", "personal",
] as const;

/** What the engine and this page give as reasons, in the reader's language. */
const KNOWN: Record<string, TextKey> = {
  ...Object.fromEntries(REASONS.map((one) => [one, `desk.reason.${one}` as TextKey])),
  "signed in": "desk.reason.signedIn",
  "signed out": "desk.reason.signedOut",
  "dials": "desk.reason.dials",
  "no desk page": "desk.reason.noPage",
  "microphone lost": "desk.reason.microphone",
  "phone lost": "desk.reason.phone",
};

export function reasonText(reason: string): string {
  const known = KNOWN[reason];
  return known ? t(known) : reason;
}

function stateText(at: Desk): string {
  if (at.state === "ready" && at.preview) {
    return t("desk.state.preview");
  }
  if (at.state === "reserved" && at.reason === "dials") {
    return t("desk.state.dialing");
  }
  return t(`desk.state.${at.state}`);
}

/** A shape for each state, since colour alone says nothing to some. */
const SIGNS = {
  offline: "○", ready: "●", reserved: "◆", talking: "▶", wrap_up: "✎", paused: "❚❚",
};

export function StateBar() {
  const at = desk.value;
  if (!at) {
    return null;
  }
  const reason = at.reason && at.reason !== "dials" ? reasonText(at.reason) : "";
  return (
    <section class={`state state-${at.state}`} aria-label={t("desk.stateLabel")}>
      <p class="state-now" role="status">
        <span class="state-sign" aria-hidden="true">{SIGNS[at.state]}</span>
        <strong>{stateText(at)}</strong>
        {reason && <span>{reason}</span>}
        {at.campaign && <span class="quiet">{at.campaign}</span>}
      </p>
      <Timer at={at} />
      <Buttons at={at} />
      {at.pause_wanted !== null && at.pause_wanted !== undefined && (
        <p class="state-next" role="status">
          {t("desk.pauseAfter", { reason: reasonText(at.pause_wanted) })}
        </p>
      )}
    </section>
  );
}

function Timer({ at }: { at: Desk }) {
  if (at.state === "wrap_up" && at.wrap_up_left_s !== undefined) {
    return (
      <p class="timer" role="timer" aria-label={t("desk.wrapUpLeft")}>
        {duration(at.wrap_up_left_s)} <span class="quiet">{t("desk.left")}</span>
      </p>
    );
  }
  return at.since && at.state !== "offline"
    ? (
      <p class="timer" role="timer" aria-label={t("desk.timeInState")}>
        {duration(since(at.since))}
      </p>
    ) : null;
}

function Buttons({ at }: { at: Desk }) {
  const [pausing, setPausing] = useState(false);
  const onCall = at.state === "reserved" || at.state === "talking";
  const away = at.pause_wanted !== null && at.pause_wanted !== undefined;
  return (
    <div class="row state-buttons">
      {(at.state === "paused" || at.state === "wrap_up" || (onCall && away)) && (
        <KeyButton of="r" class={at.state === "paused" ? "main" : undefined}
          label={t(onCall ? "desk.noPause"
            : at.state === "wrap_up" ? "desk.readyUnsaid" : "desk.ready")}
          run={() => post("/api/agent/ready")} />
      )}
      {at.state !== "offline" && at.state !== "paused" && !away && (
        <KeyButton of="p" label={t(at.state === "ready" ? "desk.pause" : "desk.pauseLater")}
          run={() => setPausing(true)} />
      )}
      {(at.state === "ready" || at.state === "paused") && (
        <KeyButton label={t("desk.endShift")} run={endShift} />
      )}
      {pausing && <PauseDialog onClose={() => setPausing(false)} />}
    </div>
  );
}

function PauseDialog(props: { onClose: () => void }) {
  const [error, setError] = useState<unknown>(null);
  const choose = async (reason: string) => {
    try {
      await post("/api/agent/pause", { reason });
      shutDialog();
    } catch (found) {
      setError(found);
    }
  };
  const byKey = (event: KeyboardEvent) => {
    const reason = REASONS[Number(event.key) - 1];
    if (reason) {
      event.preventDefault();
      void choose(reason);
    }
  };
  return (
    <Dialog title={t("desk.pauseWhy")} onClose={props.onClose}>
      <div class="reasons" onKeyDown={byKey}>
        {REASONS.map((reason, index) => (
          <button key={reason} type="button" aria-keyshortcuts={String(index + 1)}
            onClick={() => void choose(reason)}>
            {t(`desk.reason.${reason}`)} <kbd aria-hidden="true">{index + 1}</kbd>
          </button>
        ))}
      </div>
      {error !== null && <Fault error={error} />}
    </Dialog>
  );
}
