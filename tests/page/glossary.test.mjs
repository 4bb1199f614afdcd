// @ts-check
// Every symbol in the prose of any chapter has an entry in the glossary, and every entry is said in both languages.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { CHAPTERS } from "../../www/chapters/list.js";
import { withMathml } from "../../xtask/tex.mjs";

const www = new URL("../../www/", import.meta.url);
const read = (name) => readFileSync(new URL(name, www), "utf8");
const glossary = read("lesson/glossary.html");
const entries = [...glossary.matchAll(/<div class="entry" data-names="([^"]+)">(.*?)\n {4}<\/div>/gs)];
const names = new Set(entries.flatMap(([, names]) => names.split(" ")));
/** Indices, the base of logarithms and signs that are no quantity of the lesson. */
const PLAIN = /^([ijknde]|\W+|theta)$/;

for (const { id } of CHAPTERS)
  test(`${id}: every symbol has an entry`, () => {
    const prose = withMathml(read(`chapters/${id}/prose.html`), id);
    for (const [, symbol] of prose.matchAll(/data-symbol="([^"]+)"/g))
      assert.ok(names.has(symbol) || names.has(symbol.split("_")[0]) || PLAIN.test(symbol), symbol);
  });

test("every entry has a mark, and a name in both languages, once", () => {
  assert.ok(entries.length > 10);
  assert.equal(names.size, entries.flatMap(([, names]) => names.split(" ")).length);
  for (const [, name, text] of entries) {
    assert.match(text, /class="entry-mark">\\\(/, name);
    assert.match(text, /<div lang="zh-CN"><p><b>[^<]+。<\/b>/, name);
    assert.match(text, /<div lang="en"><p><b>[^<]+\.<\/b>/, name);
  }
});
