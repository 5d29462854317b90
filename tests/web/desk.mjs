// What agents do on their desk, step by step, as the other flows need it.

import { api, desk, en, loaded, person, until, world } from "./lib.mjs";

/** The desk of an agent in a browser of his own. */
export async function atDesk(name, options) {
  const page = await person(name, "/desk", options);
  await page.locator("main h1").first().waitFor();
  return page;
}

/** Starts the shift with the phone that stands on the desk. */
export async function startShift(page, campaign = world.campaign, ready = true) {
  await page.getByLabel(en("desk.campaign"), { exact: true }).selectOption(campaign);
  const own = page.getByRole("radio", { name: en("desk.phoneOwn") });
  if (await own.count() > 0) {
    await own.check();
  }
  await page.getByText(en("desk.phoneHere")).waitFor();
  if (ready) {
    await page.getByLabel(en("desk.readyAtOnce")).check();
  }
  await page.getByRole("button", { name: en("desk.start"), exact: true }).click();
  await page.getByRole("region", { name: en("desk.stateLabel") }).waitFor();
}

/** Waits until the desk shows a state of the agent. */
export async function shows(page, state, ms = 20_000) {
  await page.getByRole("region", { name: en("desk.stateLabel") })
    .getByText(en(`desk.state.${state}`), { exact: true }).waitFor({ timeout: ms });
}

/** A button of the desk by its text. */
export const button = (page, key, values) =>
  page.getByRole("button", { name: en(key, values), exact: true });

/** The call on the desk, once the person is on the line. */
export async function takeCall(page, name) {
  await shows(page, "talking");
  return (await desk(name)).call;
}

/** What a campaign calls one of its dispositions. */
export async function labelOf(code, campaign = world.campaign) {
  const { dispositions } = await api("ann", "GET",
    `/api/campaigns/${encodeURIComponent(campaign)}/dispositions`);
  const found = dispositions.find((one) => one.code === code);
  return found.label || found.code;
}

export async function hangUp(page) {
  await button(page, "desk.hangUp").click();
  await shows(page, "wrap_up");
}

/** Says how the call was; `pause`: and takes no other one. */
export async function dispose(page, code, { pause = true, campaign } = {}) {
  if (pause) {
    await page.getByLabel(en("desk.thenPause")).check();
  }
  await page.getByRole("region", { name: en("desk.disposeNow") })
    .getByRole("button", { name: await labelOf(code, campaign), exact: true }).click();
  await shows(page, pause ? "paused" : "ready");
}

export async function endShift(page) {
  await button(page, "desk.endShift").click();
  await page.getByRole("heading", { name: en("desk.shiftTitle") }).waitFor();
}

/** The row of the dial log of an attempt, once it says how the call was. */
export async function written(attempt) {
  return until(async () => {
    const story = await api("carla", "GET", `/api/attempts/${attempt}`);
    return story.attempt.disposition ? story : null;
  }, `attempt ${attempt} has its disposition`);
}

export { loaded };
