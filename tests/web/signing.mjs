// People sign in and out in the browser, in their language, and are told plainly what went wrong.

import { api, axe, en, equal, holds, like, loaded, open, person, picture, runTests, signIn, test,
  until, world } from "./lib.mjs";

test("a wrong password is refused in words, the right one lets in", async () => {
  const page = await open();
  await page.goto("/");
  await signIn(page, "sam", "not this password");
  await page.getByRole("alert").getByText(en("signIn.wrong")).waitFor();
  equal(await page.getByLabel(en("signIn.password")).inputValue(), "", "the password is cleared");
  await signIn(page, "sam");
  await page.getByText(en("role.supervisor")).waitFor();
});

test("who signs in lands where he was going", async () => {
  const target = world.pages.find((page) => page.roles.includes("supervisor")
    && page.inMenu && !page.path.includes(":"));
  const page = await person("sam", `${target.path}?from=here`);
  equal(new URL(page.url()).pathname, target.path, "the address stays");
});

test("the session survives a reload and ends with signing out", async () => {
  const page = await person("sam");
  await page.reload();
  await loaded(page);
  await page.getByText("sam").first().click();
  await page.getByRole("button", { name: en("app.signOut") }).click();
  await page.getByRole("heading", { name: en("signIn.title") }).waitFor();
  await page.getByText(en("signIn.ended")).waitFor();
  await page.goto("/");
  await page.getByRole("heading", { name: en("signIn.title") }).waitFor();
});

test("a session that an administrator ended asks to sign in again", async () => {
  const page = await person("carla");
  const { sessions } = await api("adam", "GET", "/api/sessions");
  for (const each of sessions.filter(({ user }) => user === "carla")) {
    await api("adam", "POST", `/api/sessions/${each.id}/revoke`, {});
  }
  await page.reload();
  await page.getByRole("heading", { name: en("signIn.title") }).waitFor();
});

test("each language is complete and the choice is remembered", async () => {
  for (const [language, texts] of Object.entries(world.languages)) {
    const page = await open({ locale: language === "en" ? "en-GB" : language });
    await page.goto("/");
    await page.getByRole("heading", { name: texts["signIn.title"] }).waitFor();
    equal(await page.locator("html").getAttribute("lang"), language, "the page says its language");
    for (const [key, text] of Object.entries(texts)) {
      const wanted = (world.texts[key].match(/\{\w+\}/g) ?? []).sort();
      for (const form of language === "en" ? [] : text.split("|")) {
        const found = (form.match(/\{\w+\}/g) ?? []).sort();
        holds(found.every((name) => wanted.includes(name)), `${language} ${key} has ${found}`);
      }
    }
  }
});

test("the other way in is there, and its faults are told in every language", async () => {
  for (const [language, texts] of Object.entries(world.languages)) {
    const page = await open({ locale: language === "en" ? "en-GB" : language });
    await page.goto("/");
    // The provider of this world is down.
    await page.getByRole("link", { name: texts["signIn.elsewhere"].replace("{label}", "Acme") })
      .click();
    await page.getByRole("alert").getByText(texts["signIn.unreachable"]).waitFor();
    await until(() => new URL(page.url()).search === "", "the fault does not stay in the address");
    await page.goto("/?sign-in=no_account");
    await page.getByRole("alert").getByText(texts["signIn.noAccount"]).waitFor();
  }
});

test("an administrator invites somebody who signs in elsewhere, and takes it back", async () => {
  const page = await person("adam", "/users");
  await page.getByRole("button", { name: en("office.people.add") }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel(en("office.people.name")).fill("ingrid");
  await dialog.getByLabel(en("office.people.role")).selectOption("ops");
  await dialog.getByLabel(en("office.people.signsInWith")).selectOption("email");
  await dialog.getByLabel(en("office.people.email")).fill("Ingrid@example.com");
  equal(await axe(page), [], "adding");
  await dialog.getByRole("button", { name: en("office.people.add") }).click();
  const invited = en("office.people.invitedAs").replace("{who}", "ingrid@example.com");
  const row = page.getByRole("row", { name: "ingrid" });
  await row.getByText(invited).waitFor();
  await row.getByRole("button").click();
  await dialog.getByText(invited).waitFor();
  equal(await axe(page), [], "managing");
  await picture(page, "users-identity");
  await dialog.getByRole("button", { name: en("office.people.untie"), exact: true }).click();
  await dialog.getByText(en("office.people.identityGone")).waitFor();
  await dialog.getByText(en("office.people.identityNone")).waitFor();
});

test("the first page is accessible in both themes", async () => {
  for (const colorScheme of ["light", "dark"]) {
    const page = await open({ colorScheme });
    await page.goto("/");
    await page.getByRole("link", { name: like("signIn.elsewhere") }).waitFor();
    equal(await axe(page), [], `sign-in, ${colorScheme}`);
    await picture(page, `sign-in-${colorScheme}`);
  }
});

test("too many wrong tries lock with the time to wait", async () => {
  const page = await open();
  await page.goto("/");
  for (let turn = 0; turn < 5; ++turn) {
    await signIn(page, "nobody of that name", "not this password");
    await page.getByRole("alert").getByText(en("signIn.wrong")).waitFor();
    await page.getByRole("button", { name: en("signIn.button") }).isEnabled();
  }
  await signIn(page, "nobody of that name", "not this password");
  await page.getByRole("alert").getByText(like("signIn.locked")).waitFor();
});

await runTests();
