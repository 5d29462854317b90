// How the call went, in one key; and the time that is left to say it.

import { effect } from "@preact/signals";
import { useEffect, useId, useState } from "preact/hooks";

import { post } from "../../api";
import { Fault } from "../../parts/basics";
import { duration, number, t } from "../../text";
import { CallbackDialog } from "./callback";
import { FREE_KEYS, KeyButton } from "./keys";
import { fieldId } from "./script";
import { callbackAgreed, chosen, codes, desk, dispose, done, formIsDone, missing, note, NOTE_MAX,
  thenPause } from "./state";
import type { Disposition } from "./types";

/** With this much left, what is chosen is saved: the engine will not wait. */
const LAST_S = 1;
const SOON_S = 10;
const MORE_S = 30;

function goToMissing(): void {
  const [first] = missing.value;
  if (first) {
    document.getElementById(fieldId(first))?.focus();
  }
}

export function Dispose() {
  const at = desk.value;
  const [agreeing, setAgreeing] = useState(false);
  const [fault, setFault] = useState<unknown>(null);
  useSavedAtLast();
  if (!at?.call || at.state === "reserved") {
    return null;
  }
  const after = at.state === "wrap_up";
  const save = async (code: Disposition) => {
    setFault(null);
    if (!formIsDone(code)) {
      goToMissing();
      return;
    }
    await dispose(code).catch(setFault);
  };
  // During the talk a key says how it is going to end; what it asks can be changed until then.
  const take = async (code: Disposition) => {
    chosen.value = code.code;
    if (code.lead_action === "callback" && !callbackAgreed.value) {
      setAgreeing(true);
    } else if (after) {
      await save(code);
    }
  };
  return (
    <section class="card dispose" aria-labelledby="dispose-title">
      <h2 id="dispose-title">{t(after ? "desk.disposeNow" : "desk.dispose")}</h2>
      {after && <WrapUp left={at.wrap_up_left_s ?? 0} more={at.more_time_left_s ?? 0} />}
      <Codes take={take} />
      {after && chosen.value && <SaveChosen save={save} />}
      {missing.value.size > 0 && (
        <p class="fault" role="alert">{t("desk.formMissing", { n: missing.value.size })}</p>
      )}
      {fault !== null && <Fault error={fault} />}
      <Note />
      <ThenPause />
      <p><KeyButton of="c" label={t("desk.agreeCallback")} run={() => setAgreeing(true)} /></p>
      {agreeing && (
        <CallbackDialog onClose={() => setAgreeing(false)} onAgreed={(text) => {
          done.value = [...done.value, text];
          callbackAgreed.value = true;
          const code = codes.value.find((one) => one.lead_action === "callback");
          chosen.value = code?.code ?? chosen.value;
        }} />
      )}
    </section>
  );
}

function Codes({ take }: { take: (code: Disposition) => Promise<void> }) {
  if (codes.value.length === 0) {
    return <p class="quiet">{t("desk.noCodes")}</p>;
  }
  return (
    <div class="codes">
      {codes.value.map((code, index) => (
        <KeyButton key={code.code} of={FREE_KEYS[index]} class={`code code-${code.category}`}
          label={code.label || code.code} pressed={chosen.value === code.code}
          run={() => take(code)} />
      ))}
    </div>
  );
}

/** What was chosen during the talk or stands in the form's way; one more key saves it. */
function SaveChosen({ save }: { save: (code: Disposition) => Promise<void> }) {
  const code = codes.value.find((one) => one.code === chosen.value);
  return code ? (
    <p>
      <KeyButton of="s" class="main" run={() => save(code)}
        label={t("desk.saveAs", { label: code.label || code.code })} />
    </p>
  ) : null;
}

function WrapUp({ left, more }: { left: number; more: number }) {
  const step = Math.min(MORE_S, more);
  return (
    <div class={left <= SOON_S ? "wrap-up soon" : "wrap-up"}>
      <p>
        {t("desk.wrapUpEnds")} <strong class="number" role="timer">{duration(left)}</strong>
      </p>
      <p role="status" class="warn">{left <= SOON_S ? t("desk.wrapUpSoon") : ""}</p>
      <KeyButton of="t" disabled={step <= 0}
        label={step > 0 ? t("desk.moreTime", { seconds: number(step) }) : t("desk.noMoreTime")}
        run={() => post("/api/agent/more-time", { by_s: step })} />
    </div>
  );
}

function Note() {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{t("desk.note")}</label>
      <textarea id={id} rows={3} maxLength={NOTE_MAX} value={note.value}
        onInput={(event) => { note.value = event.currentTarget.value; }} />
    </div>
  );
}

function ThenPause() {
  return (
    <label class="check">
      <input type="checkbox" checked={thenPause.value}
        onChange={(event) => { thenPause.value = event.currentTarget.checked; }} />{" "}
      {t("desk.thenPause")}
    </label>
  );
}

/** A choice that was made is kept when the time is over, whether or not somebody saved it. */
function useSavedAtLast(): void {
  useEffect(() => {
    let saved = "";
    return effect(() => {
      const at = desk.value;
      const attempt = at?.call?.attempt ?? "";
      const last = at?.state === "wrap_up" && (at.wrap_up_left_s ?? LAST_S + 1) <= LAST_S;
      const code = codes.value.find((one) => one.code === chosen.value);
      if (last && code && attempt !== saved) {
        saved = attempt;
        dispose(code).catch(() => undefined); // the engine says no when it was quicker
      }
    });
  }, []);
}
