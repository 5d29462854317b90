// What the browser tests share: a browser, people who sign in, waits with deadlines, and looks at
// what a page is like. The world they act in is started by stage.py, which names it in a file.

import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import net from "node:net";
import path from "node:path";

import { chromium } from "playwright-core";

const require = createRequire(import.meta.url);
const axeSource = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

/** Addresses, people and folders, as stage.py wrote them. */
export const world = JSON.parse(readFileSync(process.env.DIALER_STAGE, "utf8"));

const CHROMIUM = process.env.DIALER_CHROMIUM ?? "/usr/bin/chromium";
const FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
  "--disable-dev-shm-usage",
  "--autoplay-policy=no-user-gesture-required", "--use-fake-ui-for-media-stream",
  "--use-fake-device-for-media-stream"];
/** How long anything on a page may take; a machine under load is slow. */
export const PATIENCE_MS = 15_000;

let browser;

// -- words: the English texts of the pages, so that a better word breaks no test

/** The text of a key; `n` chooses among its two forms. */
export function en(key, values = {}) {
  const text = world.texts[key];
  if (text === undefined) {
    throw new Error(`there is no text ${key}`);
  }
  const forms = text.split("|");
  const form = values.n === 1 || forms.length === 1 ? forms[0] : forms[1];
  return form.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

/** The text of a key with anything where it has {values}. */
export function like(key) {
  const parts = world.texts[key].split("|").map((form) =>
    form.split(/\{\w+\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join(".*"));
  return new RegExp(parts.join("|"));
}

// -- people

/** A browser of its own with one page; faults of scripts and of the policy are kept. */
export async function open(options = {}) {
  browser ??= await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  const context = await browser.newContext({
    baseURL: world.url, locale: "en-GB", timezoneId: "America/New_York", reducedMotion: "reduce",
    viewport: { width: 1280, height: 800 }, permissions: ["microphone"], ...options,
  });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  page.faults = [];
  page.on("pageerror", (error) => page.faults.push(String(error)));
  page.on("console", (message) => {
    // That an answer was a refusal is said by the browser too; tests look at what the page says.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource")
      && !message.text().includes("net::ERR_")) {
      page.faults.push(message.text());
    }
  });
  opened.push(page);
  return page;
}

const opened = []; // closed when their test is over
const kept = new Map(); // open until the file is through

/** Somebody signed in once for all tests of a file, at a path. */
export async function regular(name, at, options = {}) {
  const key = `${name} ${JSON.stringify(options)}`;
  if (!kept.has(key)) {
    const page = await person(name, at, options);
    opened.splice(opened.indexOf(page), 1);
    kept.set(key, page);
    return page;
  }
  const page = kept.get(key);
  await page.goto(at);
  await loaded(page);
  return page;
}

export async function signIn(page, name, password = world.people[name].password,
  texts = world.texts) {
  await page.getByLabel(texts["signIn.name"]).fill(name);
  await page.getByLabel(texts["signIn.password"]).fill(password);
  await page.getByRole("button", { name: texts["signIn.button"] }).click();
}

/** Somebody signed in, at a path. */
export async function person(name, at = "/", options = {}) {
  const page = await open(options);
  await page.goto(at);
  await signIn(page, name);
  await page.getByText(en(`role.${world.people[name].role}`)).first().waitFor();
  await loaded(page);
  return page;
}

/** Waits until the page shows itself and nothing of it is still on its way. */
export async function loaded(page) {
  await page.locator("main h1, main [role=alert]:not(:empty)").first().waitFor();
  await page.getByText(en("app.loading"), { exact: true }).first().waitFor({ state: "detached" });
}

// -- the API, for what is no matter of pages

/** What the API answers somebody; throws when it refuses. */
export async function api(name, method, target, body) {
  const response = await fetch(world.url + target, {
    method,
    headers: {
      Authorization: `Bearer ${world.people[name].token}`,
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
    },
    body: body === undefined ? undefined : JSON.stringify(body),
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  const text = await response.text();
  if (!response.ok) {
    throw new Error(`${method} ${target}: ${response.status} ${text}`);
  }
  return text === "" ? null : JSON.parse(text);
}

/** Lines of JSON. */
export async function apiLines(name, target) {
  const response = await fetch(world.url + target, {
    headers: { Authorization: `Bearer ${world.people[name].token}` },
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  return (await response.text()).split("\n").filter(Boolean).map((line) => JSON.parse(line));
}

export const desk = (name) => api(name, "GET", "/api/agent/desk");

/** Ends whatever an agent is at, so that the next test finds him at home. */
export async function sendHome(name) {
  await until(async () => {
    const { state } = await desk(name);
    const steps = {
      talking: ["hang-up"], wrap_up: ["disposition", { code: "sale", ready: false }],
      ready: ["pause", { reason: "home" }], paused: ["sign-out"],
    };
    if (steps[state]) {
      await api(name, "POST", `/api/agent/${steps[state][0]}`, steps[state][1])
        .catch(() => undefined); // it may have changed by itself
    }
    return state === "offline";
  }, `${name} is signed out`);
}

// -- the network

/**
 * A line to the engine that can break: `cut` ends what is open and refuses what comes, `freeze` lets
 * nothing through any more and tells nobody, `mend` makes it whole.
 */
export async function openLine() {
  const { hostname, port } = new URL(world.url);
  const pairs = new Set();
  let whole = true;
  const server = net.createServer((near) => {
    if (!whole) {
      near.destroy();
      return;
    }
    const far = net.connect(Number(port), hostname);
    const pair = [near, far];
    pairs.add(pair);
    for (const socket of pair) {
      socket.on("error", () => undefined);
      socket.on("close", () => {
        pairs.delete(pair);
        pair.forEach((one) => one.destroy());
      });
    }
    near.pipe(far).pipe(near);
  });
  await new Promise((resolve) => server.listen(0, hostname, resolve));
  const each = (act) => [...pairs].flat().forEach(act);
  return {
    url: `http://${hostname}:${server.address().port}`,
    cut() {
      whole = false;
      each((socket) => socket.destroy());
    },
    freeze() {
      whole = false;
      each((socket) => socket.unpipe().pause());
    },
    mend() {
      whole = true;
      each((socket) => socket.isPaused() && socket.destroy()); // nobody knows them any more
    },
    close() {
      each((socket) => socket.destroy());
      server.close();
    },
  };
}

// -- waits

/** Asks again until the answer is true, and returns it; fails after a while. */
export async function until(condition, what, ms = PATIENCE_MS) {
  const deadline = Date.now() + ms;
  for (;;) {
    const value = await condition();
    if (value) {
      return value;
    }
    if (Date.now() > deadline) {
      throw new Error(`not within ${ms / 1000} s: ${what}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export function equal(found, wanted, what) {
  if (JSON.stringify(found) !== JSON.stringify(wanted)) {
    throw new Error(`${what}: ${JSON.stringify(found)}, not ${JSON.stringify(wanted)}`);
  }
}

export function holds(condition, what) {
  if (!condition) {
    throw new Error(what);
  }
}

// -- what a page is like

/** Breaches of accessibility rules, as texts. */
export async function axe(page) {
  // Given to the page from outside, so that the page's own policy stays as it is.
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate(() => window.axe.run(document, {
    resultTypes: ["violations"],
  }));
  return violations.map((one) => `${one.id} (${one.help}): `
    + one.nodes.slice(0, 3).map((node) => `${node.target.join(" ")} ${node.failureSummary}`)
      .join("; ").replace(/\s+/g, " ").slice(0, 600));
}

/** How many pixels of the page are off to the right. */
export const overflow = (page) => page.evaluate(() =>
  document.documentElement.scrollWidth - document.documentElement.clientWidth);

/** Keeps a picture for people to look at. */
export async function picture(page, name, options = {}) {
  mkdirSync(world.screenshots, { recursive: true });
  await page.screenshot({ path: path.join(world.screenshots, `${name}.png`), fullPage: true,
    ...options });
}

// -- tests

const tests = [];

/** A test is a sentence and what must not throw. */
export function test(name, run) {
  tests.push({ name, run });
}

/** What went wrong in scripts of the pages since the last look. */
async function faultsOfPages(name, failed) {
  const faults = [];
  for (const page of [...opened, ...kept.values()]) {
    const found = page.faults.splice(0);
    faults.push(...found.slice(0, 3));
    if ((failed && opened.includes(page)) || found.length > 0) {
      await picture(page, `failed-${name.replace(/\W+/g, "-").slice(0, 60)}`)
        .catch(() => undefined);
    }
  }
  return faults;
}

async function faultsOf({ name, run }) {
  const faults = [];
  try {
    await run();
  } catch (error) {
    faults.push(String(error.message ?? error).split("\n").slice(0, 8).join(" | "));
  }
  faults.push(...await faultsOfPages(name, faults.length > 0));
  for (const page of opened.splice(0)) {
    await page.context().close();
  }
  return faults;
}

/** Runs all tests of a file in their order, a line each. */
export async function runTests() {
  for (const one of tests) {
    const began = Date.now();
    const faults = await faultsOf(one);
    const seconds = ((Date.now() - began) / 1000).toFixed(1);
    console.log(faults.length > 0 ? `FAILED ${one.name}: ${faults.join("; ")}`
      : `ok ${one.name} (${seconds} s)`);
  }
  await browser?.close();
}
