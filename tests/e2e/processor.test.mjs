// @ts-check
// The whole page without WebGPU: the stage samples a digit, chapter 8 learns two moons, chapter 9 a character, all on the
// processor, while the page answers.

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
  pageTest("without WebGPU chapter 9 learns a character", page, character, { seconds: 600 });
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

/** Most of the fours that it builds now resemble what it was shown more than any digit it knew. */
async function character(page) {
  await page.press("teach-example-大");
  const block = await longestBlock(page, async () => {
    await page.press("teach-train");
    await page.tab.waitForFunction(() => chailou.teach.session.running, { timeout: 30_000 });
    await settled(page);
  });
  const { step, ms, resembling } = await page.evaluate(async () => {
    const { dataTools } = await import(new URL("chapters/teach/engine.js", document.baseURI).href);
    const { resembling } = await dataTools();
    const { session } = chailou.teach;
    const { values } = chailou.teach.photos();
    const { pictures } = session.moments.at(-1);
    return { step: session.step, ms: session.msPerStep, resembling: resembling(values, pictures.slice(0, 4 * 784)) };
  });
  assert.equal(step, TEACH_STEPS, "steps");
  const [before, after] = [await pictures(page, 0), await pictures(page, -1)];
  assert(after.every(Number.isFinite), "a sample is not finite");
  assert(
    after.some((value, i) => Math.abs(value - before[i]) > 0.1),
    "the samples did not change",
  );
  assert(resembling >= 2, `${resembling} of 4 samples resemble the character`);
  staysFree(block);
  return `${ms.toFixed(0)} ms a step, ${resembling} of 4 resemble the character, ${told(block)}`;
}
