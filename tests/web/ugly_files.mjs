// Files as people really send them: each is shown as the engine reads it or refused in words, and
// the page goes on.

import { readdirSync } from "node:fs";
import path from "node:path";

import { api, en, equal, holds, person, runTests, test, until, world } from "./lib.mjs";

const files = readdirSync(world.ugly).sort();

/** What the page says of a file: its columns, or why not. */
async function said(page) {
  return until(async () => {
    if (await page.getByText(en("ops.map.reading")).count() > 0) {
      return null;
    }
    const alerts = await page.getByRole("main").getByRole("alert").allInnerTexts();
    const fault = alerts.join(" ").trim();
    const columns = await page.getByRole("region", { name: en("ops.map.columns") }).count();
    return fault || columns > 0 ? { fault, columns } : null;
  }, "the file is shown or refused");
}

test(`each of ${files.length} ugly files is shown or refused in words`, async () => {
  const page = await person("olga", `/lists?campaign=${world.campaign}`);
  const before = (await api("olga", "GET", "/api/imports")).imports.length;
  let shown = 0;
  for (const file of files) {
    await page.locator("input[type=file]").setInputFiles(path.join(world.ugly, file));
    const { fault, columns } = await said(page).catch((error) => {
      throw new Error(`${file}: ${error.message}`);
    });
    shown += columns > 0 ? 1 : 0;
    holds(!fault.includes(en("error.unknown")), `${file}: ${fault}`);
    holds(page.faults.length === 0, `${file}: ${page.faults}`);
    const cancel = page.getByRole("button", { name: en("app.cancel") });
    if (await cancel.count() > 0) {
      await cancel.click();
    }
    await page.getByRole("button", { name: en("ops.upload.choose") }).waitFor();
  }
  holds(shown > files.length / 3, `only ${shown} of ${files.length} were understood`);
  equal((await api("olga", "GET", "/api/imports")).imports.length, before, "imports");
});

const rows = ["Kunde;Handy;St.", "Zoë Müller;(917) 555-0101;NY", "Broken;1.21255E+10;NY",
  "Short;555-0107;NY", ";;", "Nobody;;NY", "Again;917.555.0101;NY", ""];

test("a file with wrong rows is imported with each refusal by reason", async () => {
  const page = await person("olga", `/lists?campaign=${world.campaign}`);
  await page.locator("input[type=file]").setInputFiles({
    name: "späte Gäste.csv", mimeType: "text/csv", buffer: Buffer.from(rows.join("\r\n"), "latin1"),
  });
  await said(page);
  for (const [column, field] of [["Handy", "phone"], ["Kunde", "name"], ["St.", "state"]]) {
    await page.getByLabel(en("ops.map.isOf", { column }), { exact: true }).selectOption(field);
  }
  await until(async () => (await page.getByText("Zoë Müller").count()) > 0, "the preview is read");
  const start = page.getByRole("button",
    { name: en("ops.map.import", { campaign: world.campaign }) });
  await until(() => start.isEnabled(), "it may be imported");
  await start.click();
  await page.getByRole("status").getByRole("link", { name: en("ops.job.report") }).click();
  await page.getByRole("heading", { name: "späte Gäste.csv" }).waitFor();
  await page.getByRole("link", { name: en("ops.import.download") }).waitFor();
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: en("ops.import.download") }).click();
  holds((await (await download).suggestedFilename()).endsWith(".csv"), "the refusals are a file");
});

await runTests();
