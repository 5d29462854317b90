// Before the shift: which campaign, which phone, and whether it sounds.

import { useEffect, useState } from "preact/hooks";

import { Action, Choice, Fault } from "../../parts/basics";
import { browserPhone } from "../../phone/phone";
import { t } from "../../text";
import { chooseBrowser, phoneFault, startShift, usesBrowser } from "./line";
import { SoundTest } from "./sound_test";
import { campaigns, desk, loadCampaigns } from "./state";
import { reasonText } from "./state_bar";

const KEPT = "desk.campaign";
async function start(campaign: string, ready: boolean): Promise<void> {
  await startShift(campaign, ready);
  localStorage.setItem(KEPT, campaign);
}

export function Shift() {
  const [error, setError] = useState<unknown>(null);
  const load = () => {
    setError(null);
    loadCampaigns().catch(setError);
  };
  useEffect(load, []);
  const at = desk.value;
  return (
    <div class="shift">
      <section class="card" aria-labelledby="shift-title">
        <h1 id="shift-title">{t("desk.shiftTitle")}</h1>
        {at?.reason && at.reason !== "signed out" && (
          <p class="trouble" role="status">
            {t("desk.endedBecause", { reason: reasonText(at.reason) })}
          </p>
        )}
        {error !== null ? <Fault error={error} retry={load} /> : <StartForm />}
      </section>
      <section class="card" aria-labelledby="sound-title">
        <h2 id="sound-title">{t("desk.sound.title")}</h2>
        <SoundTest />
      </section>
    </div>
  );
}

function StartForm() {
  const [campaign, setCampaign] = useState(localStorage.getItem(KEPT) ?? "");
  const [ready, setReady] = useState(false);
  const offered = campaigns.value.filter((one) => one.mode !== "agentless")
    .sort((one, other) => Number(other.running) - Number(one.running)
      || one.name.localeCompare(other.name));
  const wanted = offered.find((one) => one.name === campaign)?.name ?? offered[0]?.name;
  if (!wanted) {
    return <p>{t("desk.noCampaigns")}</p>;
  }
  return (
    <>
      <Choice label={t("desk.campaign")} value={wanted} onChange={setCampaign}
        options={offered.map((one) => [one.name, one.running ? one.name
          : t("desk.campaignStopped", { name: one.name })] as const)} />
      <PhoneChoice />
      <label class="check">
        <input type="checkbox" checked={ready}
          onChange={(event) => setReady(event.currentTarget.checked)} /> {t("desk.readyAtOnce")}
      </label>
      <p class="row">
        <Action class="main" run={() => start(wanted, ready)}>{t("desk.start")}</Action>
      </p>
      <p class="hint">{t("desk.startHint")}</p>
    </>
  );
}

function PhoneChoice() {
  const phone = browserPhone.value;
  const there = desk.value?.phone === "registered";
  return (
    <fieldset>
      <legend>{t("desk.phone")}</legend>
      {phoneFault.value !== null && <Fault error={phoneFault.value} />}
      {phone && (
        <>
          <label class="check"><input type="radio" name="phone" checked={usesBrowser.value}
            onChange={() => chooseBrowser(true)} /> {t("desk.phoneBrowser")}</label>
          <label class="check"><input type="radio" name="phone" checked={!usesBrowser.value}
            onChange={() => chooseBrowser(false)} /> {t("desk.phoneOwn")}</label>
        </>
      )}
      {phone && usesBrowser.value && <p class="hint">{t("desk.phoneBrowserHint")}</p>}
      {(!phone || !usesBrowser.value) && (
        <p role="status" class={there ? "good" : "warn"}>
          <span aria-hidden="true">{there ? "✓" : "⚠"}</span>{" "}
          <span>{t(there ? "desk.phoneHere" : "desk.phoneAway")}</span>
        </p>
      )}
    </fieldset>
  );
}
