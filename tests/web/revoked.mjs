// A session ends while its agent is on a call: the page asks to sign in again, the person on the
// line notices nothing, and the desk is as it was.

import { atDesk, dispose, endShift, hangUp, shows, startShift, takeCall, written }
  from "./desk.mjs";
import { api, desk, en, equal, runTests, sendHome, signIn, test } from "./lib.mjs";

async function revokeAll(name) {
  const { sessions } = await api("adam", "GET", "/api/sessions");
  for (const { id } of sessions.filter(({ user }) => user === name)) {
    await api("adam", "POST", `/api/sessions/${id}/revoke`, {});
  }
}

test("a session revoked on a call asks to sign in again, and the call is still there", async () => {
  const page = await atDesk("ann");
  await startShift(page);
  const call = await takeCall(page, "ann");
  await revokeAll("ann");
  // The next thing she does, or the next sign of life of the stream, finds out.
  await page.getByRole("button", { name: en("desk.hangUp"), exact: true }).click();
  await page.getByRole("heading", { name: en("signIn.title") }).waitFor();
  await page.getByText(en("signIn.ended")).waitFor();
  equal((await desk("ann")).call?.attempt, call.attempt, "the call goes on");
  equal(await page.getByText(call.name).count(), 0, "the person's name is still on the screen");
  await signIn(page, "ann");
  await shows(page, "talking");
  await page.getByRole("heading", { name: call.name }).waitFor();
  await hangUp(page);
  await dispose(page, "sale");
  equal((await written(call.attempt)).attempt.disposition, "sale", "written down");
  await endShift(page);
});

test("an idle desk finds out by itself", async () => {
  const page = await atDesk("ann");
  await startShift(page, undefined, false);
  await revokeAll("ann");
  await page.getByRole("heading", { name: en("signIn.title") }).waitFor({ timeout: 40_000 });
});

test("ann goes home", () => sendHome("ann"));

await runTests();
