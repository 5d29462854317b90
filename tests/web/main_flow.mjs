// The day of a campaign as its people see it: a list goes in, an agent takes a real call, somebody
// asks not to be called again, the wallboard moves, compliance finds the call and its proof.

import { button, dispose, endShift, hangUp, atDesk, shows, startShift, takeCall, written }
  from "./desk.mjs";
import { api, desk, en, equal, holds, like, loaded, person, runTests, sendHome, test, until, world }
  from "./lib.mjs";

const CAMPAIGN = "winter";
const CALLED = Array.from({ length: 6 }, (_, index) => `+171855501${index}0`);
const ROWS = CALLED.map((number, index) => `${number},Person ${index},NY`);
const LIST = ["phone,name,state", ...ROWS, ""].join("\n");

/** As the pages write a number. */
const spoken = (number) => number.replace(/^\+1(\d{3})(\d{3})(\d{4})$/, "+1 $1-$2-$3");
/** What the flow learns on its way. */
const known = {};

test("ops makes a campaign from a template with its legal defaults", async () => {
  const page = await person("olga", "/campaigns");
  await page.getByRole("link", { name: en("ops.campaigns.new") }).first().click();
  await loaded(page);
  await page.getByLabel(en("ops.field.name"), { exact: true }).fill(CAMPAIGN);
  await page.getByLabel(en("ops.field.seller"), { exact: true }).fill("Acme");
  await page.getByLabel(en("ops.field.offer"), { exact: true }).fill("winter power");
  await page.getByLabel(en("ops.field.caller_id"), { exact: true }).fill("+12125550199");
  await page.locator("input[value=us-sales]").check();
  await page.getByRole("button", { name: en("ops.new.make") }).click();
  await page.getByRole("heading", { name: CAMPAIGN, exact: true }).waitFor();
  const { settings } = await api("olga", "GET", `/api/campaigns/${CAMPAIGN}`);
  equal(settings.attempts_per_day, 2, "attempts a day, as the template has them");
  await api("olga", "POST", `/api/campaigns/${CAMPAIGN}/settings`,
    { mode: "progressive", wrap_up_max_s: 300 });
});

test("ops writes the script that agents read", async () => {
  const page = await person("olga", `/campaigns/${CAMPAIGN}?tab=script`);
  await page.getByLabel(en("ops.script.text"), { exact: true })
    .fill("Good day {{name}}, I am calling for Acme.");
  await page.getByRole("button", { name: en("ops.script.save") }).click();
  await page.getByText(like("ops.script.saved")).first().waitFor();
});

test("ops sends a list in, looks at it and imports it", async () => {
  const page = await person("olga", `/lists?campaign=${CAMPAIGN}`);
  await page.locator("input[type=file]").setInputFiles(
    { name: "winter.csv", mimeType: "text/csv", buffer: Buffer.from(LIST) });
  await page.getByText("Person 0").first().waitFor();
  const start = page.getByRole("button", { name: en("ops.map.import", { campaign: CAMPAIGN }) });
  await until(() => start.isEnabled(), "it may be imported");
  await start.click();
  await page.getByRole("status").getByText(
    en("ops.job.result", { accepted: CALLED.length, refused: 0 })).waitFor();
});

test("ops starts the campaign", async () => {
  const page = await person("olga", `/campaigns/${CAMPAIGN}`);
  await page.getByRole("button", { name: en("ops.campaign.start") }).first().click();
  await page.getByRole("button", { name: en("ops.campaign.stop") }).first().waitFor();
});

test("an agent takes a real call and the wallboard shows it within a second", async () => {
  const { path } = world.pages.find(({ title }) => title === "nav.wallboard");
  const board = await person("sam", `${path}?campaign=${CAMPAIGN}`);
  const page = await atDesk("ann");
  await startShift(page, CAMPAIGN);
  const call = await takeCall(page, "ann");
  known.attempt = call.attempt;
  known.number = call.number;
  holds(CALLED.includes(call.number), `${call.number} was called`);
  await page.getByRole("heading", { name: call.name }).waitFor();
  await page.getByText(`Good day ${call.name}`).waitFor();
  await board.getByText(call.name).or(board.getByText(spoken(call.number))).first().waitFor();

  const before = Date.now();
  await hangUp(page);
  const row = board.getByRole("row").filter({ hasText: "Ann" });
  await row.getByText(en("board.agent.wrap_up")).first().waitFor({ timeout: 3000 });
  console.log(`the wallboard showed the wrap-up ${Date.now() - before} ms after the click`);
  await page.getByLabel(en("desk.note")).fill("wants a letter");
  await dispose(page, "sale");
  const story = await written(call.attempt);
  equal(story.attempt.disposition, "sale", "the disposition");
  await endShift(page);
});

test("who asks not to be called is not called again, and that is said at once", async () => {
  const page = await atDesk("ann");
  await startShift(page, CAMPAIGN);
  const call = await takeCall(page, "ann");
  await page.getByRole("region", { name: en("desk.call"), exact: true })
    .getByRole("button", { name: en("desk.doNotCall"), exact: true }).click();
  await button(page, "desk.doNotCallNow").click();
  await page.getByRole("status").getByText("✓").first().waitFor();
  const dossier = await api("carla", "GET", `/api/numbers/${call.number}/dossier`);
  holds(dossier.opt_outs.length > 0, "the dossier has no opt-out");
  equal((await desk("ann")).state, "talking", "ann can still say good-bye");
  await hangUp(page);
  await dispose(page, "do_not_call");
  await shows(page, "paused");
  await endShift(page);
  known.optedOut = call.number;
  const { whys } = await api("olga", "GET",
    `/api/why?number=${call.number.slice(1)}&campaign=${CAMPAIGN}`);
  equal(whys[0].callable_now, false, "it may be called");
});

test("compliance finds the call by its number and reads its whole story", async () => {
  const page = await person("carla", "/compliance");
  await page.getByLabel(en("office.search.number"), { exact: true }).fill(known.number);
  await page.getByRole("button", { name: en("office.search.find"), exact: true }).click();
  const row = page.getByRole("row").filter({ hasText: spoken(known.number) });
  await row.getByRole("link").first().click();
  await page.getByRole("heading", { level: 1,
    name: en("office.callTo", { number: spoken(known.number) }) }).waitFor();
  await page.getByText("wants a letter").first().waitFor();
  await page.getByText(like("office.chain.agrees")).first().waitFor();
});

test("compliance sees who opted out, and verifies the chain", async () => {
  const page = await person("carla", `/compliance/numbers/${known.optedOut}`);
  await page.getByText(spoken(known.optedOut)).first().waitFor();
  await page.goto("/compliance/audit");
  await page.getByRole("button", { name: en("office.chain.verify"), exact: true }).click();
  await page.getByText(like("office.chain.agrees")).first().waitFor({ timeout: 60_000 });
});

test("ann goes home", () => sendHome("ann"));

await runTests();
