// @ts-check
// What chapter 9's loss curve calls its runs: the present one by what is taught, an earlier one by what differed.

import assert from "node:assert/strict";
import { test } from "node:test";
import { runOf } from "../../www/chapters/teach/runs.js";
import { words } from "../../www/chapters/teach/words.js";
import { addWords, setLanguage } from "../../www/lib/words.js";

addWords(words);
/** @type {any} */ (globalThis).document ??= { documentElement: {} };

const lesson = { group: "a", count: 8, digit: 4, made: { lr: 0.001, steps: 150, batch: 16, layers: "all" } };
const told = (/** @type {string} */ lang, /** @type {object} */ present) => {
  setLanguage(lang);
  const run = runOf(lesson);
  return [run.text(null), run.text({ ...lesson.made, ...present })];
};

test("a run is named by its pictures, an earlier one by what it did otherwise", () => {
  assert.deepEqual(told("en", {}), ["This run: 8 photographs, number 4", "Before: the same settings"]);
  assert.equal(told("en", { lr: 0.01, layers: "up" })[1], "Before: Learning rate 0.001, Let these layers change All");
  assert.deepEqual(told("zh", { batch: 2 }), ["这一轮：8 张照片，占用数字 4", "从前：每步看几张 16"]);
});
