// @ts-check
// What computes is changed while the page is open: what stands on the stage, what was trained and what was taught go on.

import assert from "node:assert/strict";
import { describe } from "node:test";
import { pageTest, sharedPage } from "./session.mjs";
import { PIXELS, drawn, pictures, settled } from "./teach-page.mjs";
import { SMALL, answer, approach, rest, until } from "./toy-page.mjs";

const FRAME = 4;
const PLACES = [0.1, 0.2, -1, 0.5, 2, -2];
const HASH = `lang=en&steps=6&${SMALL}&toy_steps=0&teach_steps=2&teach_batch=2&teach_look=2&teach_lr=0.001`;

describe("changing what computes", () => {
  const page = sharedPage({ hash: HASH });
  pageTest("processor, graphics card and back twice: one picture each, the same", page, stage, { seconds: 600 });
  pageTest("a network of points and a taught one go along", page, training, { seconds: 600 });
  pageTest("the changes leave nothing in the console", page, async (page) => page.complainsOfNothing());

  const without = sharedPage({ query: "backend=webgpu", hash: "lang=en&steps=6" }, { webgpu: false });
  pageTest("where WebGPU is asked for in vain the processor computes, and the page says why", without, inVain);
});

/** @param {import("./page.mjs").Page} page @param {"cpu" | "webgpu"} backend */
async function change(page, backend) {
  await page.press(`use-${backend}`);
  await page.tab.waitForFunction(
    (backend) => chailou.stage.engine?.adapter().backend === backend && chailou.stage.chain,
    { timeout: 120_000 },
    backend,
  );
  await page.tab.waitForFunction(() => document.querySelector(".computes button:enabled"), { timeout: 120_000 });
  assert.equal(new URL(await page.evaluate(() => location.href)).searchParams.get("backend"), backend, "?backend=");
}

async function frame(page) {
  await page.tab.waitForFunction((frame) => chailou.stage.state.frame === frame, { timeout: 60_000 }, FRAME);
  return (await page.pictures(FRAME))[0];
}

async function stage(page) {
  await page.seek(FRAME);
  const found = [await frame(page)];
  for (const backend of /** @type {const} */ (["webgpu", "cpu", "webgpu", "cpu"])) {
    await change(page, backend);
    found.push(await frame(page));
  }
  const [cpu, webgpu, ...again] = found;
  assert.deepEqual(again, [cpu, webgpu, cpu], "the pictures after coming back");
  const worst = Math.max(...cpu.map((value, i) => Math.abs(value - webgpu[i])));
  assert(worst < 1e-3, `the pictures of the two differ by ${worst}`);
  return `the two differ by ${worst.toExponential(1)}`;
}

async function training(page) {
  await approach(page);
  await page.click("toy-train");
  await until(page, () => chailou.toy.session.step > 20, "no 20 steps");
  await rest(page);
  await until(page, () => chailou.toy.session.state === "ready", "no pause");
  const at = await page.evaluate(() => chailou.toy.session.step);
  const before = await answer(page, PLACES);
  await drawn(page);
  await page.press("teach-train");
  await page.tab.waitForFunction(() => chailou.teach.session.running, { timeout: 30_000 });
  await settled(page);
  const taught = await pictures(page, -1);

  await change(page, "webgpu");
  await until(page, () => chailou.toy.session.state === "ready", "no network on the graphics card");
  assert.equal(await page.evaluate(() => chailou.toy.session.step), at, "step after the change");
  const after = await answer(page, PLACES);
  const worst = Math.max(...after.map((value, i) => Math.abs(value - before[i])));
  assert(worst < 1e-4, `the network answers ${after}, before ${before}`);
  await page.press("toy-train");
  await until(page, (at) => chailou.toy.session.step > at + 10, "training did not go on", 120, at);
  await rest(page);
  await page.press("teach-look-now");
  await page.tab.waitForFunction(() => chailou.teach.session.running, { timeout: 30_000 });
  await settled(page);
  const again = await pictures(page, -1);
  assert.equal(again.length, 13 * PIXELS, "values in the samples");
  const off = Math.max(...again.map((value, i) => Math.abs(value - taught[i])));
  assert(off < 1e-2, `the taught network builds something else: ${off}`);
  await change(page, "cpu");
}

async function inVain(page) {
  assert.equal((await page.ready()).mode, "cpu", "mode");
  assert(await page.visible("refused"), "the page does not say why");
  assert(/WebGPU/.test(await page.text("refused")), `it says ${await page.text("refused")}`);
  page.complainsOfNothing();
}
