// Prints what the tests need of the pages' own source as JSON: the table of pages and the texts.
//
//   node tests/web/tables.mjs

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";

const web = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../../web");
const { transformSync } = createRequire(path.join(web, "package.json"))("esbuild");

/** A module of the pages without its types; what it loads later is not touched. */
async function read(name) {
  const source = readFileSync(path.join(web, "src", name), "utf8");
  const { code } = transformSync(source, { loader: "ts", format: "esm" });
  return import(`data:text/javascript;base64,${Buffer.from(code).toString("base64")}`);
}

const { pages } = await read("pages/pages.ts");
const languages = {};
for (const language of ["en", "it", "pl", "pt"]) {
  languages[language] = (await read(`text/${language}.ts`))[language];
}
console.log(JSON.stringify({
  pages: pages.map(({ path: at, title, roles, inMenu }) => ({ path: at, title, roles, inMenu })),
  languages,
}));
