// @ts-check
// The whole page without WebGPU: the stage samples a digit, chapter 8 learns two moons, chapter 9 is taught a
// character, all on the processor, while the page answers.

import assert from "node:assert/strict";
import { describe } from "node:test";
import { classify } from "./classifier.mjs";
import { longestBlock, staysFree, told } from "./mainthread.mjs";
import { pageTest, sharedPage } from "./session.mjs";
import { DIGIT, SEED, canvasIsTrue } from "./stage-page.mjs";
import { pictures, settled } from "./teach-page.mjs";
import { approach, until } from "./toy-page.mjs";

const STEPS = 20;
const POINT_STEPS = 1500;
const TEACH_STEPS = 40;
const HASH = [
  `lang=en&digit=${DIGIT}&seed=${SEED}&steps=${STEPS}&toy=moons&toy_steps=${POINT_STEPS}`,
  `teach_digit=4&teach_steps=${TEACH_STEPS}&teach_batch=8&teach_look=10`,
].join("&");

describe("without WebGPU", () => {
  const page = sharedPage({ hash: HASH }, { webgpu: false });
  pageTest("without WebGPU the processor builds the digit asked for", page, stage);
  pageTest("without WebGPU chapter 8 learns two moons", page, moons, { seconds: 600 });
  pageTest("without WebGPU chapter 9 is taught a character", page, character, { seconds: 600 });
  pageTest("without WebGPU nothing is complained of", page, async (page) => page.complainsOfNothing());
});

async function stage(page) {
  assert.equal((await page.ready()).mode, "cpu", "mode");
  const ms = await page.evaluate(() => performance.getEntriesByName("chailou:first-frame")[0].startTime);
  const { line, workers } = await page.evaluate(() => ({
    line: document.querySelector("[data-testid=computes]").textContent,
    workers: chailou.stage.engine.adapter().workers,
  }));
  assert(workers >= 1 && line.includes(workers === 1 ? "single" : String(workers)), `${workers} workers: ${line}`);
  assert(await page.visible("use-webgpu"), "the graphics card is not offered");
  const block = await longestBlock(page, () => page.runToEnd());
  const [picture] = await page.pictures(STEPS);
  assert.equal(classify(picture), DIGIT, "the classifier's answer");
  await canvasIsTrue(page);
  staysFree(block);
  return `first frame after ${ms.toFixed(0)} ms, ${workers} workers, ${told(block)}`;
}

async function moons(page) {
  await approach(page);
  const started = performance.now();
  const block = await longestBlock(page, async () => {
    await page.click("toy-train");
    await until(page, () => chailou.toy.session.state === "finished", `${POINT_STEPS} steps did not end`, 500);
  });
  const seconds = (performance.now() - started) / 1000;
  const distance = await page.evaluate(() => chailou.toy.distance);
  assert(distance < 2, `the cloud is ${distance.toFixed(2)} times as far from fresh moons as two fresh draws are`);
  staysFree(block);
  return `${POINT_STEPS} steps in ${seconds.toFixed(1)} s, distance ${distance.toFixed(2)}, ${told(block)}`;
}

/** For too few steps to build the character, and enough to change what it builds. */
async function character(page) {
  await page.press("teach-example-大");
  const block = await longestBlock(page, async () => {
    await page.press("teach-train");
    await page.tab.waitForFunction(() => chailou.teach.session.running, { timeout: 30_000 });
    await settled(page);
  });
  const { step, ms } = await page.evaluate(() => {
    const { step, msPerStep } = chailou.teach.session;
    return { step, ms: msPerStep };
  });
  assert.equal(step, TEACH_STEPS, "steps");
  const [before, after] = [await pictures(page, 0), await pictures(page, -1)];
  assert(after.every(Number.isFinite), "a sample is not finite");
  assert(
    after.some((value, i) => Math.abs(value - before[i]) > 0.1),
    "the samples did not change",
  );
  staysFree(block);
  return `${ms.toFixed(0)} ms a step, ${told(block)}`;
}
