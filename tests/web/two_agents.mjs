// Two agents take calls at once, each on a desk and a phone of his own.

import { atDesk, dispose, endShift, hangUp, startShift, takeCall, written } from "./desk.mjs";
import { desk, en, equal, holds, runTests, sendHome, test } from "./lib.mjs";

test("two agents at once have a call each and write down their own", async () => {
  const pages = { ann: await atDesk("ann"), bob: await atDesk("bob") };
  await Promise.all(Object.values(pages).map((page) => startShift(page)));
  const calls = {};
  for (const [name, page] of Object.entries(pages)) {
    calls[name] = await takeCall(page, name);
    await page.getByRole("heading", { name: calls[name].name }).waitFor();
  }
  holds(calls.ann.attempt !== calls.bob.attempt, "both desks show one call");
  holds(calls.ann.number !== calls.bob.number, "one person is on two lines");
  equal(await pages.bob.getByText(calls.ann.name, { exact: true }).count(), 0,
    "bob sees whom ann talks to");
  await hangUp(pages.ann);
  equal((await desk("bob")).state, "talking", "bob's call goes on");
  await dispose(pages.ann, "sale");
  await hangUp(pages.bob);
  await dispose(pages.bob, "wrong_number");
  const stories = { ann: await written(calls.ann.attempt), bob: await written(calls.bob.attempt) };
  equal(stories.ann.attempt.disposition, "sale", "ann's call");
  equal(stories.bob.attempt.disposition, "wrong_number", "bob's call");
  await Promise.all(Object.values(pages).map(endShift));
});

test("a second tab does not take the desk away unasked", async () => {
  const first = await atDesk("ann");
  await startShift(first, undefined, false);
  const second = await first.context().newPage();
  await second.goto("/desk");
  await second.getByRole("heading", { name: en("desk.elsewhere") }).waitFor();
  await second.getByRole("button", { name: en("desk.takeHere") }).click();
  await second.getByRole("region", { name: en("desk.stateLabel") }).waitFor();
  await first.getByRole("heading", { name: en("desk.elsewhere") }).waitFor();
  equal((await desk("ann")).state, "paused", "ann");
});

test("both go home", async () => {
  await sendHome("ann");
  await sendHome("bob");
});

await runTests();
