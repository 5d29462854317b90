// An agent at the desk with the phone of the page. phone.py starts the world, cuts and mends the
// way to Kamailio when it is asked to, and says afterwards what the customers heard.

import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

import { chromium } from "playwright-core";

import {
  api, desk, en, equal, holds, loaded, picture, runTests, signIn, test, until, world,
} from "./lib.mjs";
import { customerTone, lineStats, listenIn } from "./phone_ears.mjs";

const LOUD_DB = -75; // customers' tones come at about -57, silence below -90
const FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
  "--autoplay-policy=no-user-gesture-required", "--use-fake-ui-for-media-stream",
  "--use-fake-device-for-media-stream", `--use-file-for-fake-audio-capture=${world.tone}`,
  ...(world.tls ? ["--ignore-certificate-errors"] : [])];

const browser = await chromium.launch({
  executablePath: process.env.DIALER_CHROMIUM ?? "/usr/bin/chromium", args: FLAGS });
const context = await browser.newContext({ baseURL: world.url, locale: "en-GB",
  timezoneId: "America/New_York", permissions: ["microphone"],
  viewport: { width: 1280, height: 800 } });
context.setDefaultTimeout(15_000);
const page = await context.newPage();
const faults = [];
page.on("pageerror", (error) => faults.push(String(error)));
page.on("console", (message) => {
  if (message.text().includes("Content Security Policy")) {
    faults.push(message.text());
  }
});
await listenIn(page);

const answers = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

/** Has phone.py do what cannot be done from here. */
async function order(what) {
  console.log(`order ${what}`);
  await answers.next();
}

const button = (key) => page.getByRole("button", { name: en(key), exact: false }).first();
const state = async () => (await desk(world.agent)).state;

/** The tone of the customer whose call was answered last. */
function latestTone() {
  return readFileSync(world.journal, "utf8").split("\n")
    .filter((line) => line.endsWith("}")).map((line) => JSON.parse(line))
    .filter((one) => one.ev === "ok").at(-1)?.tone_hz;
}

/** Waits until the page hears this tone, and it alone, and returns its level. */
async function hears(hz) {
  const heard = await until(async () => {
    const loudest = await customerTone(page);
    return loudest && loudest.db > LOUD_DB && Math.abs(loudest.hz - hz) < 6 ? loudest : null;
  }, `the page hears ${hz} Hz`);
  return heard.db;
}

async function nextCustomer() {
  await until(async () => (await state()) === "talking", "a customer is there");
  const hz = latestTone();
  return { hz, db: await hears(hz) };
}

/** The result of the call; what the desk does with it is for other tests. */
async function wrapUp(ready) {
  await until(async () => (await state()) === "wrap_up", "wrap-up");
  await api(world.agent, "POST", "/api/agent/disposition", { code: "sale", ready });
  if (ready && (await state()) === "paused") { // as the desk wished when its phone was lost
    await api(world.agent, "POST", "/api/agent/ready", {});
  }
}

let broken = false;

/** A test that stands on those before it: after the first failure the others would only wait. */
function step(name, run) {
  test(name, async () => {
    holds(!broken, "something before it failed");
    try {
      await run();
    } catch (error) {
      broken = true;
      const shown = await page.evaluate(() => document.body.innerText).catch(() => "");
      console.log(`  the page shows: ${JSON.stringify(shown.slice(0, 600))}; ${faults.join("; ")}`);
      await picture(page, "failed-phone").catch(() => undefined);
      throw error;
    }
  });
}

step("the desk's phone registers and takes the engine's call by itself", async () => {
  await page.goto("/");
  await signIn(page, world.agent);
  await loaded(page);
  const began = Date.now();
  await button("desk.start").click();
  await until(async () => (await state()) === "paused", "the line is up");
  const stats = await until(async () => {
    const found = await lineStats(page);
    return found.state === "connected" && found.received > 0 ? found : null;
  }, "packets come");
  const ms = Date.now() - began;
  console.log(`  from "start shift" to the line: ${ms} ms; ${JSON.stringify(stats)}`);
  holds(/PCM[UA]/.test(stats.codec), `codec: ${stats.codec}`);
});

step("the customer is heard in the page", async () => {
  await button("desk.ready").click();
  const { hz, db } = await nextCustomer();
  console.log(`  ${hz} Hz at ${db.toFixed(0)} dB; ${JSON.stringify(await lineStats(page))}`);
});

step("mute sends silence and hears on", async () => {
  await button("desk.mute").click();
  await until(async () => (await lineStats(page)).level === 0, "nothing is said");
  await hears(latestTone());
  await button("desk.unmute").click();
  await until(async () => (await lineStats(page)).level > 0.01, "the agent is heard again");
});

step("hold neither hears nor is heard, and ends", async () => {
  await button("desk.hold").click();
  await page.getByText(en("desk.isHeld")).waitFor();
  await until(async () => (await lineStats(page)).level === 0, "nothing is said");
  await button("desk.unhold").click();
  await until(async () => (await lineStats(page)).level > 0.01, "the agent is heard again");
});

step("keys go out as key presses", async () => {
  await button("desk.keypad").click();
  for (const key of ["1", "5", "9", "#"]) {
    await page.getByRole("button", { name: key, exact: true }).click();
  }
});

step("a cut between browser and proxy ends neither line nor call", async () => {
  await order("cut");
  await page.getByText(en("desk.trouble.phone")).first().waitFor();
  await hears(latestTone());
  await order("mend");
  await page.getByText(en("desk.trouble.phone")).first().waitFor({ state: "detached",
    timeout: 30_000 });
  await hears(latestTone());
  equal(await state(), "talking", "the agent");
});

step("the next customer comes on the same line", async () => {
  const before = latestTone();
  const connections = await page.evaluate(() => window.ears.connections.length);
  await button("desk.hangUp").click();
  await wrapUp(true);
  const { hz } = await nextCustomer();
  holds(hz !== before, "it is another customer");
  equal(await page.evaluate(() => window.ears.connections.length), connections, "connections");
});

step("the shift ends at the engine and in the page", async () => {
  await button("desk.hangUp").click();
  await wrapUp(false);
  await page.reload(); // a page that goes takes its line along
  await until(async () => (await state()) === "offline", "the line is gone");
});

step("no script failed and the policy of the pages was kept", async () => {
  equal(faults, [], "faults");
});

await runTests();
await browser.close();
process.exit(0);
