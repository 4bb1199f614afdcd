// @ts-check
// Records links.json anew: node tests/page/record-links.mjs CHECKOUT, where CHECKOUT is the project at commit 1358c1b.
// A link that is to be held as well is added to links.json first, with what it restores left empty.

import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";

const [checkout] = process.argv.slice(2);
const file = new URL("links.json", import.meta.url);

// As in links.test.mjs: the language of a link without one.
Object.defineProperty(globalThis, "navigator", { value: { language: "en-GB" }, configurable: true });
const { Settings, PROPERTIES } = await import(resolve(checkout, "www/settings.js"));

const all = (settings) => Object.fromEntries(Object.keys(PROPERTIES).map((name) => [name, settings.get(name)]));
const defaults = all(new Settings());
const links = JSON.parse(readFileSync(file, "utf8")).links.map(({ link }) => {
  const settings = new Settings(`#${link}`);
  const restores = Object.entries(all(settings)).filter(([name, value]) => value !== defaults[name]);
  return { link, restores: Object.fromEntries(restores), written: settings.hash() };
});
writeFileSync(file, `${JSON.stringify({ defaults, links }, null, 2)}\n`);
