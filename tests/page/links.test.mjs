// @ts-check
// Links that readers have kept restore what they restored when they were made: links.json was recorded (by
// record-links.mjs) at commit 1358c1b, one link or more for every choice. A new choice or chapter adds to it; what
// stands there stays true.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { OPENING, PROPERTIES } from "../../www/chapters/list.js";
import { Settings } from "../../www/settings.js";

const { defaults, links } = JSON.parse(readFileSync(new URL("links.json", import.meta.url), "utf8"));

// The language of a link without one is the browser's.
Object.defineProperty(globalThis, "navigator", { value: { language: "en-GB" }, configurable: true });

for (const { link, restores, written } of links)
  test(`#${link}`, () => {
    const settings = new Settings(PROPERTIES, `#${link}`, undefined, OPENING);
    const ofStage = Object.keys(OPENING).some((name) => Object.hasOwn(settings.link.values, name));
    const expected = { ...defaults, ...(ofStage ? {} : OPENING), ...restores };
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

test("a link that names nothing of the stage opens it with a tower, one of old that names something with digits", () => {
  const stage = (hash) => {
    const settings = new Settings(PROPERTIES, hash, undefined, OPENING);
    /** @type {Record<string, any>} */
    const values = Object.fromEntries(Object.keys(OPENING).map((name) => [name, settings.get(name)]));
    return { ...values, model: values.model, hash: settings.hash() };
  };
  assert.deepEqual(stage("#lang=en"), { ...OPENING, hash: "lang=en" });
  assert.deepEqual(stage("#lang=en&toy_lr=0.002"), { ...OPENING, hash: "lang=en&toy_lr=0.002" });
  for (const choice of ["digit=5", "seed=3", "acts=b3.d", "at=4", "guidance=3"]) {
    const { model, hash } = stage(`#lang=en&${choice}`);
    assert.equal(model, "digits", choice);
    assert.equal(stage(`#${hash}`).model, "digits", `${choice} is written as ${hash}`);
  }
});

test("whatever stands on the stage, the link that is written brings it back", () => {
  const changed = [{}, { seed: 9 }, { digit: "3" }, { model: "digits" }, { guidance: 2, digit: "3", model: "digits" }];
  for (const changes of [...changed, { at: 4 }, { at: 4, model: "digits", digit: "3", guidance: 2 }]) {
    const settings = new Settings(PROPERTIES, "#lang=en", undefined, OPENING);
    settings.set(changes);
    const again = new Settings(PROPERTIES, `#${settings.hash()}`, undefined, OPENING);
    for (const name of Object.keys(OPENING))
      assert.equal(again.get(name), settings.get(name), `${settings.hash()}: ${name}`);
  }
});
