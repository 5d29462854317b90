// The agent's open line: called at the start of a shift, kept, and called anew when it was lost.

import { signal } from "@preact/signals";

import { ApiError, post } from "../../api";
import { browserPhone } from "../../phone/phone";
import { t } from "../../text";
import { desk } from "./state";

const CHOSEN = "desk.phone";
const REGISTERED_WITHIN_MS = 10_000;

/** Whether this browser's phone is the one that rings, where there is one. */
export const usesBrowser = signal(localStorage.getItem(CHOSEN) !== "own");
/** Why the phone of this browser could not be loaded. */
export const phoneFault = signal<unknown>(null);
/** The shift is being ended: its phone may go. */
export const ending = signal(false);

export function chooseBrowser(on: boolean): void {
  usesBrowser.value = on;
  localStorage.setItem(CHOSEN, on ? "browser" : "own");
}

/** This browser's phone, when it is the one that rings. */
export const ownPhone = () => (usesBrowser.value ? browserPhone.value : null);

/** Done when the engine knows the phone: until then it cannot be called. */
async function phoneIsThere(): Promise<void> {
  for (const end = Date.now() + REGISTERED_WITHIN_MS; Date.now() < end;) {
    if (desk.value?.phone === "registered") {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new ApiError(0, "no_phone", t("desk.phoneNotThere"));
}

async function connect(): Promise<void> {
  const phone = ownPhone();
  if (phone) {
    await phone.connect();
    const { microphone } = phone.state.value;
    if (microphone !== "ok") {
      throw new ApiError(0, "microphone",
        t(microphone === "denied" ? "desk.trouble.denied" : "desk.trouble.missing"));
    }
  }
  await phoneIsThere();
}

export async function startShift(campaign: string, ready: boolean): Promise<void> {
  ending.value = false;
  await connect();
  await post("/api/agent/sign-in", { campaign, ready });
}

export async function endShift(): Promise<void> {
  ending.value = true;
  try {
    await post("/api/agent/sign-out");
  } catch (error) {
    ending.value = false;
    throw error;
  }
  await browserPhone.value?.disconnect();
}

/** The page was loaded anew: the line that it had is gone, whatever the engine still believes. */
export async function callAgain(): Promise<void> {
  const campaign = desk.value?.campaign;
  if (ownPhone()?.state.value.status !== "off" || !campaign) {
    await ownPhone()?.connect();
    return;
  }
  await post("/api/agent/sign-out");
  await startShift(campaign, false);
}
