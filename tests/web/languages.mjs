// What the engine says is shown in the reader's language: why a campaign does not dial, why a lead
// is not called, what is wrong with a row of a list.

import { en, holds, open, test, until, world, runTests, signIn } from "./lib.mjs";

const LANGUAGE = "pl";
const texts = world.languages[LANGUAGE];
const words = (key) => texts[`engine.${key}`];

/** Olga of sales ops, who reads the language. */
async function reader() {
  const page = await open({ locale: LANGUAGE });
  await page.addInitScript((wanted) => localStorage.setItem("language", wanted), LANGUAGE);
  await page.goto("/");
  await signIn(page, "olga", undefined, texts);
  await page.getByText(texts["role.ops"]).first().waitFor();
  return page;
}

/** Sentences long enough that no other text has them by chance, as far as they have no values. */
const english = Object.keys(world.texts)
  .filter((key) => key.startsWith("engine.") && world.texts[key] !== texts[key])
  .flatMap((key) => en(key).split(/\{\w+\}/))
  .map((part) => part.trim())
  .filter((part) => part.length >= 12);

/** The text that people read; not what the gate itself said, which is marked as English. */
async function holdsNoEnglish(page) {
  const shown = await page.locator("main").evaluate((main) => {
    const copy = main.cloneNode(true);
    copy.querySelectorAll("[lang=en]").forEach((part) => part.remove());
    return copy.textContent.replace(/\s+/g, " ");
  });
  const found = english.filter((part) => shown.toLowerCase().includes(part.toLowerCase()));
  holds(found.length === 0, `in English: ${found.join(" / ")}`);
}

const shows = (page, text) => until(async () =>
  (await page.locator("main").innerText()).toLowerCase().includes(text.toLowerCase()), text);

test("why a campaign does not dial is said in Polish", async () => {
  const page = await reader();
  await page.goto(`/campaigns/${world.campaign}`);
  await shows(page, words("no_agent"));
  await holdsNoEnglish(page);
});

test("why a lead is not dialed is said in Polish", async () => {
  const page = await reader();
  await page.goto("/why?lead=1");
  await shows(page, words("why.running"));
  await shows(page, words("why.list_active").split("{list}")[1]);
  holds(await page.getByText(words("why.any_agent")).count() > 0, "who may have it");
  await holdsNoEnglish(page);
});

test("what is wrong with a row is said in Polish", async () => {
  const page = await reader();
  await page.goto(`/lists?campaign=${world.campaign}`);
  const rows = ["name,phone,state", "Short,555-0107,NY", "Elsewhere,(917) 555-0101,Zz", ""];
  await page.locator("input[type=file]").setInputFiles({
    name: "lista.csv", mimeType: "text/csv", buffer: Buffer.from(rows.join("\r\n")),
  });
  await shows(page, words("row.phone_too_short"));
  await shows(page, words("row.state_unknown"));
  await holdsNoEnglish(page);
});

await runTests();
