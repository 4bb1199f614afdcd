// @ts-check
// Links that readers have kept restore what they restored when they were made: links.json was recorded (by
// record-links.mjs) at commit 1358c1b, one link or more for every choice. A new choice or chapter adds to it; what
// stands there stays true.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { PROPERTIES } from "../../www/chapters/list.js";
import { Settings } from "../../www/settings.js";

const { defaults, links } = JSON.parse(readFileSync(new URL("links.json", import.meta.url), "utf8"));

// The language of a link without one is the browser's.
Object.defineProperty(globalThis, "navigator", { value: { language: "en-GB" }, configurable: true });

for (const { link, restores, written } of links)
  test(`#${link}`, () => {
    const settings = new Settings(PROPERTIES, `#${link}`);
    const expected = { ...defaults, ...restores };
    const restored = Object.fromEntries(Object.keys(expected).map((name) => [name, settings.get(name)]));
    assert.deepEqual(restored, expected);
    const sorted = (hash) => hash.split("&").toSorted();
    assert.deepEqual(sorted(settings.hash()), sorted(written), "the link that the page writes for it");
  });

test("a link says which choices it sets, and names those that it cannot", () => {
  const { link } = new Settings(PROPERTIES, "#lang=en&toy=moons&toy_n=0&constructor=1");
  assert.deepEqual(link.values, { lang: "en", toy: "moons" });
  assert.deepEqual(link.faults, [{ key: "link_unread", values: { pieces: "toy_n=0, constructor=1" } }]);
});
