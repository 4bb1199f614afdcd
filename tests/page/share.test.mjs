// @ts-check
// A link to this very moment: every choice there is goes through it unharmed, whatever plays or is chosen by then; and what
// no link can hold is known.

import assert from "node:assert/strict";
import { test } from "node:test";
import { readLink } from "../../www/address.js";
import { AddressBar } from "../../www/address-bar.js";
import { PROPERTIES } from "../../www/chapters/list.js";
import { decodePoints, encodePoints } from "../../www/chapters/toy/link.js";
import { unshared } from "../../www/chapters/toy/unshared.js";
import { Settings, oneOf } from "../../www/settings.js";

Object.assign(globalThis, {
  history: { state: null, replaceState: () => {} },
  location: { href: "https://example.org/lesson/?from=mail#ch0&check=1&lang=zh&seed=3" },
  document: { getElementById: (/** @type {string} */ id) => (/^ch[089]$/.test(id) ? {} : null) },
  addEventListener: () => {},
});
Object.defineProperty(globalThis, "navigator", { value: { language: "en-GB" }, configurable: true });

const properties = Object.assign({ notation: ["su", oneOf("su", "ho")] }, ...PROPERTIES);
const DRAWN = encodePoints(Float32Array.from({ length: 40 }, (_, i) => Math.sin(i)));
/** Texts of which one at least is another value than the default, whatever the choice. */
const TEXTS = ["ho", "0", "1", "2", "dusk", "0.25", "0.0005", "d", "7", "10", "16", "50"].concat(
  ["towers", "grid", "real", "ddpm", "trailing", "beta", "demolish", "rings", DRAWN, "follow", "exact", "over"],
  ["naive", "sample", "raw", "up", "guess", "jump"],
);

test("every choice has a value that a link carries unharmed, in characters that nothing encodes", () => {
  for (const [name, [standard, parse]] of Object.entries(properties)) {
    const others = TEXTS.map((text) => parse(text)).filter((value) => value !== undefined && value !== standard);
    assert(others.length, `${name}: none of the texts is another value of it; add one`);
    for (const value of others) {
      const settings = new Settings(PROPERTIES);
      const link = new AddressBar(settings, () => {}).address("ch8", { [name]: value });
      assert.match(link, /^https:\/\/example\.org\/lesson\/\?from=mail#ch8&check=\w+(&\w+=[\w.-]*)+$/, name);
      const opened = new Settings(PROPERTIES, link.slice(link.indexOf("#")));
      assert.deepEqual([opened.get(name), opened.link.place, opened.link.faults], [value, "ch8", []], name);
    }
  }
});

test("what plays goes into the link as it is by now, and nothing is changed by that", () => {
  const settings = new Settings(PROPERTIES, "#lang=en&at=3");
  const link = new AddressBar(settings, () => {}).address("ch0", { at: 17, toy_at: 5 });
  const { values } = readLink(link.slice(link.indexOf("#")), properties);
  assert.deepEqual([values.at, values.toy_at, settings.get("at")], [17, 5, 3]);
});

test("chapter 8 knows what a link cannot hold", () => {
  const run = { step: 0, fromFiles: false };
  const set = (count, at = 1, own = true) => ({ own, count, points: new Float32Array(2 * count).fill(at) });
  const keys = (dataset, session = run) => unshared({ dataset, session }).map(({ key }) => key);
  assert.deepEqual(keys(set(1000)), []);
  assert.equal(encodePoints(set(1001).points), "");
  assert.deepEqual(keys(set(1001)), ["unshared_points"]);
  assert.deepEqual(keys(set(2000, 1, false)), [], "a preset's are drawn anew");
  assert(decodePoints(encodePoints(set(1, 5).points)).every((value) => value === 4));
  assert.deepEqual(keys(set(7, 5)), ["unshared_far"]);
  assert.deepEqual(keys(set(7), { step: 1, fromFiles: true }), ["unshared_training"]);
  assert.deepEqual(keys(set(7), { step: 0, fromFiles: true }), ["unshared_network"]);
});
