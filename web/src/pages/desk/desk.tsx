// The agent's desk: from the start of the shift over one call after another to its end.

import "./desk.css";

import { useEffect, useState } from "preact/hooks";

import { get } from "../../api";
import { listen } from "../../events";
import { Fault } from "../../parts/basics";
import { browserPhone, loadPhone } from "../../phone/phone";
import { t } from "../../text";
import { ManualDial, PreviewCard } from "./by_hand";
import { Call } from "./call";
import { Dispose } from "./dispose";
import { Key, KeysDialog, useKeys, useShortcut } from "./keys";
import { phoneFault } from "./line";
import { OwnCallbacks } from "./own_callbacks";
import { PersonPanel } from "./person";
import { ScriptPanel } from "./script";
import { Shift } from "./shift";
import { SoundTest } from "./sound_test";
import { desk, mode, saved, take } from "./state";
import { StateBar } from "./state_bar";
import { claimDesk, place, takeDesk } from "./tabs";
import { Troubles, useTroubles } from "./troubles";
import type { Desk as State } from "./types";

export default function DeskPage() {
  useEffect(claimDesk, []);
  if (place.value === "asking") {
    return <p class="quiet" role="status">{t("app.loading")}</p>;
  }
  return place.value === "here" ? <Desk /> : <Elsewhere />;
}

function Elsewhere() {
  return (
    <section class="card elsewhere" aria-labelledby="elsewhere-title">
      <h1 id="elsewhere-title">{t("desk.elsewhere")}</h1>
      <p role="status">{t("desk.elsewhereHint")}</p>
      <button type="button" class="main" onClick={takeDesk}>{t("desk.takeHere")}</button>
    </section>
  );
}

function Desk() {
  const [error, setError] = useState<unknown>(null);
  const load = () => {
    setError(null);
    get<State>("/api/agent/desk").then(take, setError);
  };
  useEffect(() => {
    load();
    loadPhone().catch((found) => { phoneFault.value = found; });
    const over = listen<State>("/api/agent/events", "desk", take);
    return () => {
      over();
      // Another tab has the desk now, or nobody: one line is enough.
      void browserPhone.value?.disconnect();
      desk.value = null;
    };
  }, []);
  useTroubles();
  useKeys();
  if (error !== null && desk.value === null) {
    return <Fault error={error} retry={load} />;
  }
  return (
    <div class="desk">
      <Troubles />
      {desk.value === null ? <p class="quiet" role="status">{t("app.loading")}</p>
        : desk.value.state === "offline" ? <Shift />
        : <OnShift state={desk.value} />}
      <KeysButton />
    </div>
  );
}

function OnShift({ state }: { state: State }) {
  return (
    <>
      <StateBar />
      <div role="status">{saved.value && <p class="good">✓ {saved.value}</p>}</div>
      {state.call || state.preview ? <WithPerson /> : <Between state={state} />}
    </>
  );
}

function WithPerson() {
  return (
    <div class="desk-columns">
      <PersonPanel />
      <ScriptPanel />
      <div class="desk-work">
        <PreviewCard />
        <Call />
        <Dispose />
      </div>
    </div>
  );
}

function Between({ state }: { state: State }) {
  return (
    <div class="desk-between">
      <section class="card">
        <h1>{t(state.state === "ready" ? "desk.waiting" : "desk.resting")}</h1>
        <p>{t(state.state !== "ready" ? "desk.restingHint"
          : mode.value === "manual" ? "desk.waitingManual"
          : mode.value === "preview" ? "desk.waitingPreview" : "desk.waitingHint")}</p>
        {state.state === "paused" && (
          <details>
            <summary>{t("desk.sound.title")}</summary>
            <SoundTest />
          </details>
        )}
      </section>
      {mode.value === "manual" && <ManualDial />}
      <OwnCallbacks />
    </div>
  );
}

function KeysButton() {
  const [open, setOpen] = useState(false);
  useShortcut("?", t("app.shortcuts"), () => setOpen(true));
  return (
    <p class="desk-keys">
      <button type="button" onClick={() => setOpen(true)}>
        {t("app.shortcuts")} <Key of="?" />
      </button>
      {open && <KeysDialog onClose={() => setOpen(false)} />}
    </p>
  );
}
