// @ts-check
// A figure is at home in any chapter: it is named like its file, imports nothing but lib/ and other figures, says what it
// says in both languages, and looks up no element of the page by name.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

const folder = new URL("../../www/figures/", import.meta.url);
/** @type {Map<string, any>} */
const defined = new Map();
Object.assign(globalThis, {
  HTMLElement: class {},
  CSSStyleSheet: class {
    replaceSync() {}
  },
  customElements: { define: (tag, kind) => defined.set(tag, kind) },
  matchMedia: () => ({ matches: false }),
  document: { adoptedStyleSheets: [] },
});
const files = readdirSync(folder).filter((name) => name.endsWith(".js"));
for (const name of files) await import(new URL(name, folder).href);

test("every element is named like its file", () => {
  const names = files
    .filter((name) => !["figure.js", "points.js", "brick-path.js", "cross.js"].includes(name))
    .map((name) => name.slice(0, -3));
  assert.deepEqual([...defined.keys()].toSorted(), names.toSorted());
});

for (const name of files)
  test(`${name} is at home anywhere`, () => {
    const text = readFileSync(new URL(name, folder), "utf8");
    for (const [, from] of text.matchAll(/from "([^"]+)"/g)) assert.match(from, /^(\.|\.\.\/lib)\/[\w-]+\.js$/);
    assert.doesNotMatch(text, /\bbyId\(|getElementById|\bid:/);
  });

for (const [tag, { words }] of defined)
  test(`<${tag}> has its words`, () => {
    for (const [key, both] of Object.entries(words))
      assert.ok(both.length === 2 && both.every((text) => text.trim()), `"${key}" is not said in both languages`);
    const text = readFileSync(new URL(`${tag}.js`, folder), "utf8");
    for (const [, key] of text.matchAll(/this\.say\("(\w+)"/g))
      assert.ok(Object.hasOwn(words, key), `"${key}" is not there`);
  });
