// Calls that the agent dials: a lead that is shown to him, or a number that he types.

import { useState } from "preact/hooks";

import { ApiError, post } from "../../api";
import { Choice, Fault, Field } from "../../parts/basics";
import { ReasonText } from "../../parts/reason";
import { duration, t } from "../../text";
import { KeyButton } from "./keys";
import { desk, engineNow, since } from "./state";
import type { Preview } from "./types";

/** As the log keeps them. */
const SKIPS = ["not now", "wrong data", "spoken to already", "other"] as const;
const SKIP_TEXTS = {
  "not now": "desk.skip.notNow", "wrong data": "desk.skip.data",
  "spoken to already": "desk.skip.spoken", "other": "desk.skip.other",
} as const;

const SOON_S = 5;

export function PreviewCard() {
  const preview = desk.value?.preview;
  const [reason, setReason] = useState<typeof SKIPS[number]>("not now");
  if (!preview) {
    return null;
  }
  return (
    <section class="card call" aria-labelledby="preview-title">
      <h2 id="preview-title">{t(preview.callback ? "desk.previewCallback" : "desk.preview")}</h2>
      {preview.callback && <p class="spoken">{preview.callback}</p>}
      <p>
        {t("desk.previewAttempts", { n: preview.attempts })}{" "}
        {!preview.decides_at && (
          <span class="number" role="timer" aria-label={t("desk.previewFor")}>
            {duration(since(preview.since))}
          </span>
        )}
      </p>
      {preview.decides_at && <TimeLeft at={preview.decides_at} then={preview.then} />}
      <div class="row">
        <KeyButton of="d" class="main" label={t("desk.dial")}
          run={() => post("/api/agent/preview/dial")} />
        <KeyButton of="s" label={t("desk.skip")}
          run={() => post("/api/agent/preview/skip", { reason })} />
      </div>
      <Choice label={t("desk.skipWhy")} value={reason} onChange={setReason}
        options={SKIPS.map((one) => [one, t(SKIP_TEXTS[one])] as const)} />
    </section>
  );
}

/** The engine counts, and decides; here it is shown. */
function TimeLeft({ at, then }: { at: string; then: Preview["then"] }) {
  const left = (Date.parse(at) - engineNow().getTime()) / 1000;
  return (
    <p class={left <= SOON_S ? "warn" : undefined}>
      {t(then === "dial" ? "desk.previewDials" : "desk.previewSkips")}{" "}
      <strong class="number" role="timer">{duration(Math.ceil(left))}</strong>
    </p>
  );
}

/** "CODE: sentence; CODE: sentence" as the gate words its refusals, one by one. */
function reasonsOf(message: string): { code: string; detail: string }[] {
  return message.split(/; (?=[A-Z][A-Z0-9_]+: )/).flatMap((one) => {
    const found = /^([A-Z][A-Z0-9_]+): (.*)$/s.exec(one);
    return found ? [{ code: found[1] ?? "", detail: found[2] ?? "" }] : [];
  });
}

export function ManualDial() {
  const [number, setNumber] = useState("");
  const [region, setRegion] = useState("");
  const [error, setError] = useState<unknown>(null);
  const ready = desk.value?.state === "ready";
  const dial = async () => {
    setError(null);
    const wanted = region.trim().toUpperCase();
    await post("/api/agent/dial", { number, ...(wanted && { region: wanted }) }).catch(setError);
  };
  return (
    <section class="card" aria-labelledby="manual-title">
      <h2 id="manual-title">{t("desk.manual")}</h2>
      <form onSubmit={(event) => { event.preventDefault(); void dial(); }}>
        <Field label={t("desk.number")} type="tel" value={number} onInput={setNumber} required
          hint={t("desk.numberHint")} autocomplete="off" />
        <Field label={t("desk.region")} value={region} onInput={setRegion}
          hint={t("desk.regionHint")} autocomplete="off" />
        <p class="row">
          <button class="main" disabled={!ready || number.trim() === ""}>{t("desk.dial")}</button>
          {!ready && <span class="quiet">{t("desk.dialWhenReady")}</span>}
        </p>
      </form>
      {error !== null && <NotDialed error={error} />}
    </section>
  );
}

function NotDialed({ error }: { error: unknown }) {
  const reasons = error instanceof ApiError ? reasonsOf(error.message) : [];
  if (reasons.length === 0) {
    return <Fault error={error} />;
  }
  return (
    <div role="alert" class="fault">
      <p>{t("desk.mustNotDial")}</p>
      <ul>
        {reasons.map(({ code, detail }) => (
          <li key={code + detail}><ReasonText code={code} detail={detail} /></li>
        ))}
      </ul>
    </div>
  );
}
