// A whole call without a mouse: signing in, the shift, the call, "do not call", the disposition.

import { desk, en, equal, holds, open, runTests, sendHome, test, until, world } from "./lib.mjs";
import { labelOf, shows, written } from "./desk.mjs";

const TABS_MAX = 80;

/** Goes with the tab key to what is wanted; what has the focus must be seen to have it. */
async function tabTo(page, wanted, what) {
  for (let step = 0; step < TABS_MAX; ++step) {
    await page.keyboard.press("Tab");
    const on = page.locator(":focus");
    if (await on.count() === 0) {
      continue;
    }
    const seen = await on.evaluate((element) => {
      const style = getComputedStyle(element);
      const box = element.getBoundingClientRect();
      return { outline: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1,
        size: box.width * box.height > 0, name: element.outerHTML.slice(0, 120) };
    });
    holds(seen.outline && seen.size, `the focus is not seen on ${seen.name}`);
    if (await on.evaluate((element, other) => element === other,
      await wanted.first().elementHandle({ timeout: 1000 }))) {
      return;
    }
  }
  throw new Error(`no way to ${what} with ${TABS_MAX} tabs`);
}

const button = (page, name) => page.getByRole("button", { name, exact: true });

test("a call from sign-in to sign-out by keyboard alone", async () => {
  const page = await open();
  await page.goto("/desk");
  await tabTo(page, page.getByLabel(en("signIn.name")), "the name");
  await page.keyboard.type("ann");
  await page.keyboard.press("Tab");
  await page.keyboard.type(world.people.ann.password);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: en("desk.shiftTitle") }).waitFor();
  await page.getByText(en("desk.phoneHere")).waitFor();

  const campaign = page.getByLabel(en("desk.campaign"), { exact: true });
  await tabTo(page, campaign, "the campaign");
  await page.keyboard.type(world.campaign.slice(0, 3));
  equal(await campaign.inputValue(), world.campaign, "the campaign");
  await tabTo(page, button(page, en("desk.start")), "the start");
  await page.keyboard.press("Enter");
  await shows(page, "paused");

  await page.keyboard.press("r");
  await shows(page, "talking");
  const { call } = await desk("ann");
  await page.keyboard.press("n");
  await page.getByRole("dialog").waitFor();
  await tabTo(page, button(page, en("desk.doNotCallNow")), "the confirmation");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await page.getByRole("status").getByText("✓").first().waitFor();

  await page.keyboard.press("?");
  await page.getByRole("dialog").getByRole("cell", { name: en("desk.hangUp") }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });

  await page.keyboard.press("p");
  await page.getByRole("dialog").waitFor();
  await page.keyboard.press("1");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await page.keyboard.press("h");
  await shows(page, "wrap_up");
  const code = page.getByRole("region", { name: en("desk.disposeNow") })
    .getByRole("button", { name: await labelOf("do_not_call"), exact: true });
  const key = await code.getAttribute("aria-keyshortcuts");
  holds(key, "the disposition has no key");
  await page.keyboard.press(key.toLowerCase());
  await until(async () => (await desk("ann")).state === "paused", "ann is on her break");
  const story = await written(call.attempt);
  equal(story.attempt.disposition, "do_not_call", "the disposition");

  await tabTo(page, button(page, en("desk.endShift")), "the end of the shift");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: en("desk.shiftTitle") }).waitFor();
  const account = page.locator("summary", { hasText: "ann" });
  await tabTo(page, account, "the account");
  await page.keyboard.press("Enter");
  await tabTo(page, button(page, en("app.signOut")), "signing out");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: en("signIn.title") }).waitFor();
});

test("no key of the desk acts while somebody types", async () => {
  const page = await open();
  await page.goto("/desk");
  await page.getByLabel(en("signIn.name")).fill("ann");
  await page.getByLabel(en("signIn.password")).fill(world.people.ann.password);
  await page.keyboard.press("Enter");
  await page.getByLabel(en("desk.campaign"), { exact: true }).selectOption(world.campaign);
  await page.getByLabel(en("desk.readyAtOnce")).check();
  await button(page, en("desk.start")).click();
  await shows(page, "talking");
  await page.getByLabel(en("desk.note")).click();
  await page.keyboard.type("hnp 123 shrt");
  equal(await page.getByLabel(en("desk.note")).inputValue(), "hnp 123 shrt", "the note");
  equal(await page.getByRole("dialog").count(), 0, "dialogs");
  equal((await desk("ann")).state, "talking", "ann");
});

test("the first tab leads past the menu", async () => {
  const page = await open();
  await page.goto("/");
  await page.getByRole("heading", { name: en("signIn.title") }).waitFor();
  await page.keyboard.press("Tab");
  equal(await page.locator(":focus").innerText(), en("app.skip"), "the first stop");
  await page.keyboard.press("Enter");
  equal(await page.evaluate(() => document.activeElement?.id), "content", "the focus");
});

test("ann goes home", () => sendHome("ann"));

await runTests();
