// The network of a browser breaks and comes back: people are told, calls go on, and what they see
// afterwards is what is.

import { atDesk, dispose, endShift, hangUp, shows, startShift, takeCall, written }
  from "./desk.mjs";
import { api, desk, en, equal, like, openLine, person, runTests, sendHome, test, world }
  from "./lib.mjs";

/** Does it with the desk of ann on a line that can break. */
async function onLine(work) {
  const line = await openLine();
  const page = await atDesk("ann", { baseURL: line.url });
  const away = page.getByRole("alert").getByText(en("desk.trouble.network"));
  const cut = async () => {
    line.cut();
    await page.context().setOffline(true); // what the browser says of itself
    await away.waitFor();
  };
  const mend = async () => {
    line.mend();
    await page.context().setOffline(false);
    await away.waitFor({ state: "detached" });
  };
  try {
    await work(page, cut, mend);
  } finally {
    line.close();
    await sendHome("ann");
  }
}

test("a desk without network says so and shows what happened meanwhile", () =>
  onLine(async (page, cut, mend) => {
    await startShift(page, undefined, false);
    await cut();
    const { agent } = await desk("ann");
    await api("sam", "POST", `/api/agents/${agent.id}/sign-out`);
    await mend();
    await page.getByRole("heading", { name: en("desk.shiftTitle") }).waitFor();
  }));

test("a call outlives the network of the desk", () =>
  onLine(async (page, cut, mend) => {
    await startShift(page);
    const call = await takeCall(page, "ann");
    await cut();
    equal((await desk("ann")).call?.attempt, call.attempt, "the call goes on");
    await mend();
    await shows(page, "talking");
    await hangUp(page);
    await dispose(page, "sale");
    equal((await written(call.attempt)).attempt.disposition, "sale", "written down");
    await endShift(page);
  }));

test("what cannot be sent is said and nothing is lost", () =>
  onLine(async (page, cut, mend) => {
    await startShift(page);
    const call = await takeCall(page, "ann");
    await page.getByLabel(en("desk.note")).fill("asked about the price");
    await cut();
    await page.getByRole("button", { name: en("desk.hangUp"), exact: true }).click();
    await page.getByText(en("error.unreachable")).waitFor();
    await mend();
    equal(await page.getByLabel(en("desk.note")).inputValue(), "asked about the price", "the note");
    await hangUp(page);
    await dispose(page, "sale");
    const story = await written(call.attempt);
    equal(JSON.stringify(story).includes("asked about the price"), true, "the note is in the log");
    await endShift(page);
  }));

for (const how of ["cut", "freeze"]) {
  test(`a wallboard says since when nothing came after a ${how}, and goes on by itself`,
    async () => {
      const { path } = world.pages.find(({ title }) => title === "nav.wallboard");
      const line = await openLine();
      const page = await person("sam", path, { baseURL: line.url });
      const lost = page.getByRole("alert").getByText(like("app.lost"));
      try {
        await page.getByRole("article", { name: world.campaign, exact: true }).waitFor();
        line[how]();
        // A silent line is known by its silence only.
        await lost.waitFor({ timeout: 40_000 });
        line.mend();
        await lost.waitFor({ state: "detached" });
      } finally {
        line.close();
      }
    });
}

await runTests();
