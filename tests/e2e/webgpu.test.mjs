// @ts-check
// The page on WebGPU. Software adapters make the processor the page's choice in both browsers, so the address asks for it;
// what does not depend on the backend is tested there, where it takes less time.

import assert from "node:assert/strict";
import { describe } from "node:test";
import { classify } from "./classifier.mjs";
import { longestBlock, staysFree, told } from "./mainthread.mjs";
import { pageTest, sharedPage } from "./session.mjs";
import { DIGIT, SEED, canvasIsTrue } from "./stage-page.mjs";
import { drawn, pictures, settled } from "./teach-page.mjs";
import { SMALL, approach, escaped, startOver, until } from "./toy-page.mjs";

const STEPS = 12;
const TAUGHT = 2;
const HASH = [
  `lang=en&digit=${DIGIT}&seed=${SEED}&steps=${STEPS}&${SMALL}&toy=eight_gaussians&toy_steps=300`,
  `teach_steps=${TAUGHT}&teach_batch=2&teach_look=2&teach_lr=0.001`,
].join("&");

describe("on WebGPU", () => {
  const page = sharedPage({ query: "backend=webgpu", hash: HASH });
  pageTest("on WebGPU the stage builds the digit asked for, and its canvas shows what the engine holds", page, stage);
  pageTest("on WebGPU chapter 8 learns: the loss falls, the cloud comes nearer", page, points, { seconds: 600 });
  pageTest("on WebGPU chapter 9 teaches, and the samples change", page, teaching, { seconds: 600 });
  const tuned = { query: "backend=webgpu&tune=on", hash: `lang=en&digit=${DIGIT}&seed=${SEED}&steps=${STEPS}` };
  pageTest("on WebGPU ways are tried, kept and recalled, and change no picture", sharedPage(tuned), tuning);
  pageTest("on WebGPU nothing is complained of", page, async (page) => page.complainsOfNothing());
});

async function stage(page) {
  assert.equal((await page.ready()).mode, "webgpu", "mode");
  assert(await page.visible("use-cpu"), "the processor is not offered");
  const block = await longestBlock(page, () => page.runToEnd());
  const [picture] = await page.pictures(STEPS);
  assert.equal(classify(picture), DIGIT, "the classifier's answer");
  await canvasIsTrue(page);
  staysFree(block);
  return told(block);
}

async function tuning(page) {
  await page.ready();
  await page.runToEnd();
  const [print] = await page.fingerprints([STEPS]);
  const lines = () => localStorage.getItem("chailou:ways")?.split("\n") ?? [];
  await page.tab.waitForFunction(`(${lines})().length > 4`, { timeout: 120_000 });
  await page.tab.reload();
  await page.ready();
  await page.pause();
  const [kept, recalled] = await page.evaluate(() => [
    localStorage.getItem("chailou:ways"),
    chailou.stage.engine.keptWays(),
  ]);
  const [adapter, ...operations] = kept.split("\n");
  assert.match(adapter, /^\d+\.\d+\.\d+ \w+ /);
  for (const line of operations.slice(0, 3)) {
    assert.match(line, /^[0-3] \w+ \d+ × .* → /);
    assert(recalled.split("\n").includes(line), `“${line}” was not recalled`);
  }
  await page.runToEnd();
  assert.deepEqual(await page.fingerprints([STEPS]), [print], "the picture");
  page.complainsOfNothing();
  await page.evaluate(() => localStorage.removeItem("chailou:ways"));
  return `${operations.length} operations, of them ${operations.filter((line) => line[0] !== "0").length} another way`;
}

async function points(page) {
  await approach(page);
  await startOver(page);
  const { lit, outside } = await escaped(page);
  assert(outside > 100 && lit > 100, `${outside} bricks are outside, ${lit} pixels lit at the edge of the picture`);
  const before = await page.evaluate(() => chailou.toy.distance);
  await page.click("toy-train");
  await until(page, () => chailou.toy.session.state === "finished", "300 steps did not end", 500);
  const { losses, distance } = await page.evaluate(async () => ({
    losses: Array.from(await chailou.toy.session.network.losses()),
    distance: chailou.toy.distance,
  }));
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [first, last] = [mean(losses.slice(0, 20)), mean(losses.slice(-50))];
  assert(last < 0.7 * first, `the loss went from ${first.toFixed(3)} to ${last.toFixed(3)}`);
  assert(distance < 0.6 * before, `the distance went from ${before.toFixed(2)} to ${distance.toFixed(2)}`);
}

async function teaching(page) {
  await drawn(page);
  await page.press("teach-train");
  await page.tab.waitForFunction(() => chailou.teach.session.running, { timeout: 30_000 });
  await settled(page);
  assert.equal(await page.evaluate(() => chailou.teach.session.step), TAUGHT, "steps");
  const [before, after] = [await pictures(page, 0), await pictures(page, -1)];
  assert(after.every(Number.isFinite), "a sample is not finite");
  assert(
    after.some((value, i) => Math.abs(value - before[i]) > 1e-3),
    "the samples did not change",
  );
}
