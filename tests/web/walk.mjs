// Every page of the table, by every role: who has it sees it, who has not is told; accessible in
// both themes, without faults of scripts or of the policy, and with a picture to look at.

import { atDesk, hangUp, startShift, takeCall } from "./desk.mjs";
import { api, apiLines, axe, desk, en, equal, holds, open, overflow, person, picture,
  regular, runTests, sendHome, signIn, test, until, world } from "./lib.mjs";

const NAMES = { ops: "olga", agent: "ann", supervisor: "sam", compliance: "carla", admin: "adam" };
const FIRST_LOAD_MAX_KB = 100;
const WITH_CHARTS = ["supervisor", "admin"]; // begin at the wallboard, whose charts come last

/** A call of ann's by the API, so that every page has something to show. */
async function makeCall() {
  await api("ann", "POST", "/api/agent/sign-in", { campaign: world.campaign, ready: true });
  await until(async () => (await desk("ann")).state === "talking", "ann talks");
  await sendHome("ann");
}

/** What is there for the parts of paths. */
async function partsThatAreThere() {
  await makeCall();
  const { imports } = await api("olga", "GET", "/api/imports");
  const log = await apiLines("carla", "/api/log?from=2026-11-23T00:00:00Z");
  const call = log.find((row) => row.disposition) ?? log[0];
  return { name: world.campaign, campaign: world.campaign, id: imports[0]?.id,
    import: imports[0]?.id, attempt: call?.attempt, call: call?.attempt, number: call?.number,
    report: "attempts", user: "sam" };
}

const parts = await partsThatAreThere();
const address = (page) => page.path.replace(/:(\w+)/g, (whole, name) => {
  holds(parts[name] !== undefined, `nothing is known for ${whole} of ${page.path}`);
  return encodeURIComponent(parts[name]);
});
const slug = (page) => page.path.replace(/^\//, "").replace(/\W+/g, "-") || "home";

async function look(page, name) {
  await picture(page, name);
  const off = await overflow(page);
  holds(off <= 0, `${off} pixels of ${name} are off to the right`);
  equal(await axe(page), [], `accessibility of ${name}`);
  equal(await page.locator("h1").count(), 1, `headings of the first level on ${name}`);
}

holds(world.pages.length > 0, "the table of pages is empty");

for (const page of world.pages) {
  for (const colorScheme of ["light", "dark"]) {
    test(`${page.path} in ${colorScheme}`, async () => {
      const shown = await regular(NAMES[page.roles[0]], address(page), { colorScheme });
      const title = await shown.title();
      holds(title.startsWith(en(page.title)), `the title is ${title}`);
      await look(shown, `${slug(page)}-${colorScheme}`);
    });
  }
}

for (const [role, name] of Object.entries(NAMES)) {
  test(`${role} has the pages of the table and no other`, async () => {
    for (const page of world.pages) {
      const shown = await regular(name, address(page), { colorScheme: "light" });
      const refused = await shown.getByText(en("page.forbidden")).count();
      equal(refused, page.roles.includes(role) ? 0 : 1, `${page.path} is refused`);
      const link = shown.getByRole("navigation", { name: en("app.menu"), exact: true })
        .locator(`a[href="${page.path}"]`);
      equal(await link.count(), page.inMenu && page.roles.includes(role) ? 1 : 0,
        `${page.path} in the menu`);
    }
  });
}

test("an address that is none says so", async () => {
  const page = await person("sam", "/no-such-page");
  await page.getByText(en("page.notFound")).waitFor();
});

for (const colorScheme of ["light", "dark"]) {
  test(`the desk with a call in ${colorScheme}`, async () => {
    const page = await atDesk("ann", { colorScheme });
    await startShift(page);
    await takeCall(page, "ann");
    await page.getByText(en("desk.localTime")).first().waitFor().catch(() => undefined);
    await look(page, `desk-call-${colorScheme}`);
    const board = await person("sam", "/wallboard", { colorScheme });
    await board.getByText("Ann").first().waitFor();
    await look(board, `wallboard-call-${colorScheme}`);
    await hangUp(page);
    await look(page, `desk-wrap-up-${colorScheme}`);
    await sendHome("ann");
  });
}

test("the wallboard fits a phone", async () => {
  const wallboard = world.pages.find(({ title }) => title === "nav.wallboard");
  holds(wallboard, "there is no wallboard");
  const page = await person("sam", wallboard.path, { viewport: { width: 360, height: 740 } });
  await look(page, "wallboard-phone");
});

test("every language fits its pages", async () => {
  for (const language of ["it", "pl", "pt"]) {
    for (const [role, name] of Object.entries(NAMES)) {
      const mine = world.pages.filter((page) => page.roles[0] === role && page.inMenu);
      if (mine.length === 0) {
        continue;
      }
      const shown = await open({ locale: language });
      await shown.addInitScript((wanted) => localStorage.setItem("language", wanted), language);
      await shown.goto(address(mine[0]));
      const texts = world.languages[language];
      await signIn(shown, name, undefined, texts);
      await shown.getByText(texts[`role.${role}`]).first().waitFor();
      for (const page of mine) {
        await shown.goto(address(page));
        await shown.locator("main h1").first().waitFor();
        await shown.getByText(texts["app.loading"], { exact: true }).first()
          .waitFor({ state: "detached" });
        const off = await overflow(shown);
        holds(off <= 0, `${off} pixels of ${page.path} are off to the right in ${language}`);
        await picture(shown, `${slug(page)}-${language}`);
      }
      await shown.context().close();
    }
  }
});

test(`the first load of each role is under ${FIRST_LOAD_MAX_KB} KB in any language`, async () => {
  for (const [language, texts] of Object.entries({ en: world.texts, pl: world.languages.pl })) {
    for (const [role, name] of Object.entries(NAMES)) {
      const page = await open({ locale: language });
      const files = [];
      page.on("request", (request) => {
        if (!new URL(request.url()).pathname.startsWith("/api/")) {
          files.push(request);
        }
      });
      await page.goto("/");
      await signIn(page, name, undefined, texts);
      await page.getByText(texts[`role.${role}`]).first().waitFor();
      await page.getByText(texts["app.loading"], { exact: true }).first()
        .waitFor({ state: "detached" });
      if (WITH_CHARTS.includes(role)) {
        await page.locator(".uplot").first().waitFor();
      }
      let bytes = 0;
      for (const file of files) {
        await (await file.response()).finished();
        const size = await file.sizes();
        bytes += size.responseBodySize + size.responseHeadersSize;
      }
      console.log(`first load of ${role} in ${language}: ${(bytes / 1024).toFixed(0)} KB`);
      holds(bytes < FIRST_LOAD_MAX_KB * 1024, `${role} loads ${bytes} bytes in ${language}`);
      await page.context().close();
    }
  }
});

await runTests();
