// @ts-check
// The stage with a live engine: chains are built, demolished and scrubbed, and the canvas shows what the engine holds.

import assert from "node:assert/strict";
import { describe } from "node:test";
import { classify } from "./classifier.mjs";
import { longestBlock, staysFree, told } from "./mainthread.mjs";
import { pageTest } from "./session.mjs";
import { DIGIT, SEED, built, canvasIsTrue, everyFrameDiffersFromTheLast, stagePage } from "./stage-page.mjs";
import * as digits from "./testdigits.mjs";

const GRID_STEPS = 12;

describe("the stage", () => {
  pageTest("the page computes its first frame", stagePage, firstFrame);
  pageTest("a chain plays by itself without blocking the main thread", stagePage, plays);
  pageTest("the chain runs to t = 0 and every frame differs", stagePage, everyFrameDiffers);
  pageTest(`the digit asked for comes out (${DIGIT})`, stagePage, digitComesOut);
  pageTest("the canvas shows what the engine holds", stagePage, async (page) => {
    await built(page);
    await canvasIsTrue(page);
  });
  pageTest("scrubbing back shows the same pixels", stagePage, scrubbing);
  pageTest("predictions stand beside the picture", stagePage, predictions);
  pageTest("a test digit is demolished to noise and rebuilt", stagePage, demolishAndRebuild);
  pageTest("sixteen digits are built at once", stagePage, grid, { seconds: 600 });
  pageTest("nothing in the console, no request elsewhere", stagePage, complainsOfNothing);
});

async function firstFrame(page) {
  assert.equal((await page.ready()).mode, "cpu", "mode");
  const ms = await page.evaluate(() => performance.getEntriesByName("chailou:first-frame")[0].startTime);
  const adapter = await page.evaluate(() => JSON.stringify(chailou.stage.engine.adapter()));
  return `${(ms / 1000).toFixed(2)} s after navigation, on ${adapter}`;
}

async function digitComesOut(page) {
  await built(page);
  const [picture] = await page.pictures(await page.length());
  assert.equal(classify(picture), DIGIT, "the classifier's answer");
}

/** Of all pages that this browser has opened so far. */
async function complainsOfNothing(page) {
  page.complainsOfNothing();
  const { requests } = page.server;
  const bad = requests.filter(({ status }) => status !== 200);
  assert.equal(bad.map(({ path, status }) => `${status} ${path}`).join("\n"), "", "failed requests");
  return `${requests.length} requests, all to the page's own host`;
}

async function plays(page) {
  await page.start({ direction: "build", digit: DIGIT, seed: SEED });
  let played;
  const block = await longestBlock(page, async () => {
    played = await page.evaluate(async () => {
      const from = performance.now();
      chailou.stage.play();
      while (performance.now() - from < 30_000 && chailou.stage.state.frame < chailou.stage.chain.length())
        await new Promise((resolve) => setTimeout(resolve, 50));
      return { frames: chailou.stage.state.frame, seconds: (performance.now() - from) / 1000 };
    });
  });
  const { frames, seconds } = played;
  assert(frames >= 10, `only ${frames} frames in ${seconds.toFixed(0)} s`);
  staysFree(block);
  return `${frames} frames in ${seconds.toFixed(1)} s, ${told(block)}`;
}

async function everyFrameDiffers(page) {
  await page.start({ direction: "build", start: "noise", view: "single", digit: DIGIT, seed: SEED, steps: 50 });
  await page.runToEnd();
  assert.equal(await page.evaluate(() => chailou.stage.chain.t()), 0, "t at the end");
  return `${await everyFrameDiffersFromTheLast(page)} frames`;
}

async function scrubbing(page) {
  await built(page);
  const length = await page.length();
  const frames = [length, 5, Math.floor(length / 2), 0];
  const once = await page.fingerprints(frames);
  const again = await page.fingerprints(frames.toReversed());
  assert.equal(JSON.stringify(again.toReversed()), JSON.stringify(once), "the second time");
  const ms = await page.evaluate(async () => {
    const start = performance.now();
    await chailou.stage.seek(3);
    return performance.now() - start;
  });
  return `${ms.toFixed(0)} ms for a jump`;
}

async function predictions(page) {
  await built(page);
  const middle = Math.floor((await page.length()) / 2);
  await page.seek(middle);
  const [[x_t], [x_0], [eps]] = [
    await page.pictures(middle),
    await page.pictures(middle, "x_0"),
    await page.pictures(middle, "eps"),
  ];
  const { alphaBar } = await page.evaluate((i) => chailou.stage.chain.table()[i], middle);
  x_t.forEach((x, i) => {
    const sum = Math.sqrt(alphaBar) * x_0[i] + Math.sqrt(1 - alphaBar) * eps[i];
    assert(Math.abs(x - sum) < 1e-3, `x_t ≠ √ᾱ x̂_0 + √(1−ᾱ) ε̂ at pixel ${i}: ${x} and ${sum}`);
  });
  const shown = await Promise.all(["stage-canvas", "x0-canvas", "eps-canvas"].map((id) => page.pixels(id)));
  const distinct = new Set(shown.map(({ red }) => red.join()));
  assert.equal(distinct.size, 3, "number of different pictures");
}

async function demolishAndRebuild(page) {
  const index = digits.label(0) === DIGIT ? 1 : 0;
  await page.start({
    direction: "demolish",
    start: "real",
    view: "single",
    steps: 50,
    test: index,
    digit: digits.label(index),
  });
  await page.runToEnd();
  const length = await page.length();
  const [[first], [last]] = [await page.pictures(0), await page.pictures(length)];
  const worst = Math.max(...digits.picture(index).map((value, i) => Math.abs(value - first[i])));
  assert(worst < 1e-6, `frame 0 differs from the test digit by ${worst}`);
  const mean = last.reduce((sum, x) => sum + x, 0) / last.length;
  const deviation = Math.sqrt(last.reduce((sum, x) => sum + (x - mean) ** 2, 0) / last.length);
  assert(
    Math.abs(mean) < 0.15 && Math.abs(deviation - 1) < 0.1,
    `the rubble has mean ${mean.toFixed(3)} and deviation ${deviation.toFixed(3)}`,
  );
  await everyFrameDiffersFromTheLast(page);

  await page.click("build");
  await page.tab.waitForFunction(() => chailou.stage.state.direction === "build", { timeout: 60_000 });
  await page.runToEnd();
  const [start] = await page.pictures(0);
  assert(
    start.every((value, i) => value === last[i]),
    "the rebuilding does not start from the rubble",
  );
  const [rebuilt] = await page.pictures(await page.length());
  assert.equal(classify(rebuilt), digits.label(index), "the rebuilt digit");
  return `deviation of the rubble ${deviation.toFixed(3)}`;
}

async function grid(page) {
  const started = performance.now();
  await page.start({ direction: "build", start: "noise", view: "grid", digit: "mixed", seed: SEED, steps: GRID_STEPS });
  await page.runToEnd();
  const seconds = (performance.now() - started) / 1000;
  const pictures = await page.pictures(GRID_STEPS);
  assert.equal(pictures.length, 16, "number of pictures");
  const found = pictures.map(classify);
  const right = found.filter((digit, i) => digit === i % 10).length;
  assert(right >= 14, `${right} of 16 are the digit asked for: ${found.join(" ")}`);
  const { width, height, red } = await page.pixels();
  const bright = Array.from({ length: 16 }, () => 0);
  red.forEach((value, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    if (value > 128) bright[4 * Math.floor((4 * y) / height) + Math.floor((4 * x) / width)]++;
  });
  assert(
    bright.every((count) => count > 0),
    `cells of the canvas without a digit: ${bright}`,
  );
  return `${right} of 16 as asked, ${GRID_STEPS} steps in ${seconds.toFixed(1)} s`;
}
