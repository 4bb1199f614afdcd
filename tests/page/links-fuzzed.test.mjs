// @ts-check
// Every address that the fuzzer has kept, and some damaged from each: see fuzz/links.mjs.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";

Object.defineProperty(globalThis, "navigator", { value: { language: "en-GB" }, configurable: true });
const { links } = await import("../../fuzz/links.mjs");

const CORPUS = new URL("../../fuzz/corpus/links/", import.meta.url);
const COPIES = 20;

test("addresses as fuzzed", (t) => {
  const names = readdirSync(CORPUS).toSorted();
  assert.ok(names.length >= 20, `${names.length} inputs`);
  for (const name of names) {
    const input = readFileSync(new URL(name, CORPUS));
    links(input);
    for (let copy = 1; copy <= COPIES; copy++) {
      const damaged = Uint8Array.from(input); // the same ones in every run
      damaged[(7 * copy) % input.length] = (31 * copy) % 256;
      links(damaged.subarray(copy % 3 ? 0 : 1));
    }
  }
  t.diagnostic(`${names.length * (COPIES + 1)} addresses`);
});
