// The network of a browser is cut and comes back: people are told, calls go on, and what they see
// afterwards is what is.

import { atDesk, dispose, endShift, hangUp, shows, startShift, takeCall, written }
  from "./desk.mjs";
import { api, desk, en, equal, like, person, runTests, sendHome, test, world }
  from "./lib.mjs";

test("a desk without network says so and shows what happened meanwhile", async () => {
  const page = await atDesk("ann");
  await startShift(page, undefined, false);
  await page.context().setOffline(true);
  await page.getByRole("alert").getByText(en("desk.trouble.network")).waitFor();
  const { agent } = await desk("ann");
  await api("sam", "POST", `/api/agents/${agent.id}/pause`, { reason: "come and see me" });
  await page.context().setOffline(false);
  await page.getByText("come and see me").waitFor();
  await page.getByText(en("desk.trouble.network")).waitFor({ state: "detached" });
  await endShift(page);
});

test("a call outlives the network of the desk", async () => {
  const page = await atDesk("ann");
  await startShift(page);
  const call = await takeCall(page, "ann");
  await page.context().setOffline(true);
  await page.getByRole("alert").getByText(en("desk.trouble.network")).waitFor();
  equal((await desk("ann")).call?.attempt, call.attempt, "the call goes on");
  await page.context().setOffline(false);
  await page.getByText(en("desk.trouble.network")).waitFor({ state: "detached" });
  await shows(page, "talking");
  await hangUp(page);
  await dispose(page, "sale");
  equal((await written(call.attempt)).attempt.disposition, "sale", "written down");
  await endShift(page);
});

test("what cannot be sent is said and nothing is lost", async () => {
  const page = await atDesk("ann");
  await startShift(page);
  const call = await takeCall(page, "ann");
  await page.getByLabel(en("desk.note")).fill("asked about the price");
  await page.context().setOffline(true);
  await page.getByRole("button", { name: en("desk.hangUp"), exact: true }).click();
  await page.getByText(en("error.unreachable")).waitFor();
  await page.context().setOffline(false);
  await page.getByText(en("desk.trouble.network")).waitFor({ state: "detached" });
  equal(await page.getByLabel(en("desk.note")).inputValue(), "asked about the price", "the note");
  await hangUp(page);
  await dispose(page, "sale");
  const story = await written(call.attempt);
  equal(JSON.stringify(story).includes("asked about the price"), true, "the note is in the log");
  await endShift(page);
});

test("a wallboard without network says since when, and goes on by itself", async () => {
  const { path } = world.pages.find(({ title }) => title === "nav.wallboard");
  const page = await person("sam", path);
  await page.getByRole("article", { name: world.campaign, exact: true }).waitFor();
  await page.context().setOffline(true);
  await page.getByRole("alert").getByText(like("app.lost")).waitFor();
  await page.context().setOffline(false);
  await page.getByText(like("app.lost")).waitFor({ state: "detached" });
});

test("ann goes home", () => sendHome("ann"));

await runTests();
