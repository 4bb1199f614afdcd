// @ts-check
// Chapter 9: the network is taught a few steps and changes, undo brings it back bit for bit, and what was kept comes back.

import assert from "node:assert/strict";
import { describe } from "node:test";
import { lose, remembered } from "./loss.mjs";
import { longestBlock, staysFree, told } from "./mainthread.mjs";
import { chosen } from "./refusal-ways.mjs";
import { pageTest } from "./session.mjs";
import {
  HASH,
  PIXELS,
  STEPS,
  drawings,
  drawn,
  error,
  forgotten,
  kept,
  pictures,
  settled,
  taught,
  teachPage,
  unfold,
} from "./teach-page.mjs";

const LONG = { seconds: 600 };

describe("chapter 9's training", () => {
  pageTest("teaching changes the samples, the loss is finite, the page answers meanwhile", teachPage, teaching, LONG);
  pageTest("a pause brings the pictures up to date, and what is kept shows its own", teachPage, pausing, LONG);
  pageTest("a taught model is kept", teachPage, keeping, LONG);
  pageTest("the taught model goes on the stage and is marked there", teachPage, onStage, LONG);
  pageTest("undo brings the first samples back exactly", teachPage, undo, LONG);
  pageTest("a kept model and a downloaded one build what they built", teachPage, reloading, LONG);
  pageTest("nothing in the console, no request elsewhere", teachPage, async (page) => page.complainsOfNothing());
  pageTest(
    "drawings and kept models outlast a reload, the taught network a lost device",
    teachPage,
    reloadAndLoss,
    LONG,
  );
});

async function teaching(page) {
  await drawn(page);
  const block = await longestBlock(page, () =>
    page.evaluate(async () => {
      /** @type {HTMLElement} */ (document.querySelector("[data-testid=teach-train]")).click();
      do await new Promise((resolve) => setTimeout(resolve, 50));
      while (chailou.teach.session.running);
    }),
  );
  await settled(page);
  const { step, losses, ms } = await page.evaluate(() => {
    const { step, losses, msPerStep } = chailou.teach.session;
    return { step, losses: Array.from(losses), ms: msPerStep };
  });
  assert.equal(step, STEPS, "steps");
  assert.equal(losses.length, STEPS, "number of losses");
  assert(
    losses.every((loss) => Number.isFinite(loss) && loss > 0),
    `the losses are ${losses}`,
  );
  const [before, after] = [await pictures(page, 0), await pictures(page, -1)];
  assert.equal(before.length, 13 * PIXELS, "values in the samples");
  assert(before.every(Number.isFinite) && after.every(Number.isFinite), "a sample is not finite");
  const moved = Math.max(...before.map((value, i) => Math.abs(value - after[i])));
  assert(moved > 1e-3, `the samples moved by ${moved} only`);
  assert(await page.visible("teach-after"), "the second row is not shown");
  staysFree(block);
  assert(/\d/.test(await page.text("teach-resemblance")), "no count of resemblance");
  const legend = await page.tab.$eval("[data-testid=teach-curve] .legend", (list) => list.textContent);
  assert.match(legend, /^This run: \d+ photographs, number 4/);
  const loss = losses.map((loss) => loss.toFixed(3)).join(" ");
  return `${ms.toFixed(0)} ms a step, samples moved by up to ${moved.toFixed(2)}, loss ${loss}, ${told(block)}`;
}

async function pausing(page) {
  await drawn(page);
  await unfold(page);
  await page.evaluate(() => chailou.teach.settings.set({ teach_steps: 400 }));
  await page.press("teach-train");
  await page.tab.waitForFunction(() => chailou.teach.session.doing?.what === "teach_training", { timeout: 300_000 });
  await chosen("teach-files", { "mine.safetensors": "x" }).bring(page); // what is in training is not replaced
  await page.tab.waitForFunction(() =>
    /pause it/.test(document.querySelector("[data-testid=teach-error]")?.textContent),
  );
  await page.evaluate(() => chailou.teach.notices.clear("error"));
  await page.press("teach-train");
  await settled(page);
  const paused = await page.evaluate(() => {
    const { step, total, moments } = chailou.teach.session;
    return { step, total, shown: moments.at(-1).step };
  });
  assert(paused.step > 0 && paused.step < paused.total, `paused at step ${paused.step} of ${paused.total}`);
  assert.equal(paused.shown, paused.step, "the step of the pictures");
  assert.equal(await page.text("teach-after-title"), `After ${paused.step} steps`);

  // Pictures that are behind say so, and are not what is kept.
  await page.evaluate(() => {
    const { session } = chailou.teach;
    session.moments.at(-1).step--;
    session.dispatchEvent(new Event("change"));
  });
  assert.match(await page.text("teach-after-title"), new RegExp(`it is at step ${paused.step} now`));
  await page.press("teach-keep");
  await page.tab.waitForFunction(() => document.querySelector("[data-testid=teach-kept] li"), { timeout: 120_000 });
  const [title, kept] = [await page.text("teach-after-title"), await page.text("teach-kept")];
  assert.equal(title, `After ${paused.step} steps`);
  assert.match(kept, new RegExp(`\\b${paused.step} steps`));
  await forgotten(page);
  await page.evaluate((steps) => chailou.teach.settings.set({ teach_steps: steps }), STEPS);
  return `paused at ${paused.step}`;
}

async function keeping(page) {
  await kept(page);
  assert.equal(await error(page), null, "error");
}

async function onStage(page) {
  await taught(page);
  await page.press("teach-stage");
  await page.tab.waitForFunction(() => document.querySelector("[data-testid=taught-on-stage]"), { timeout: 120_000 });
  await page.tab.waitForFunction(() => chailou.stage.chain && chailou.stage.state.digit === 4, { timeout: 120_000 });
  await page.pause();
  assert(/taught/.test(await page.text("taught-on-stage")), "the stage is not marked");
}

async function undo(page) {
  await taught(page);
  const before = await pictures(page, 0);
  await page.press("teach-undo");
  await page.tab.waitForFunction(() => !chailou.teach.session.taught && !chailou.teach.session.running, {
    timeout: 300_000,
  });
  await settled(page);
  const again = await pictures(page, -1);
  assert.equal(await page.evaluate(() => chailou.teach.session.moments.length), 2, "number of moments");
  assert(
    again.every((value, i) => value === before[i]),
    "the samples after undo are not those before",
  );
  await page.tab.waitForFunction(() => !document.querySelector("[data-testid=taught-on-stage]"), { timeout: 120_000 });
  await page.pause();
}

async function reloading(page) {
  await kept(page);
  const load = await page.tab.$("[data-testid=teach-kept] li .plain");
  const model = await page.evaluate(() => {
    const [model] = chailou.teach.shelf.models;
    return { pictures: Array.from(model.pictures), bytes: model.weights.length, drawings: model.drawings.length };
  });
  await load.evaluate((button) => button.click());
  await page.tab.waitForFunction(() => chailou.teach.session.taught && !chailou.teach.session.running, {
    timeout: 300_000,
  });
  await settled(page);
  const now = await pictures(page, -1);
  assert(
    now.every((value, i) => value === model.pictures[i]),
    "the kept model builds something else",
  );
  assert.equal((await drawings(page)).length, model.drawings, "drawings that came with it");
  const saved = await page.evaluate(async () => {
    const { weights } = await chailou.teach.session.save();
    return { bytes: weights.length, header: new TextDecoder().decode(weights.subarray(8, 200)) };
  });
  assert.equal(saved.bytes, model.bytes, "bytes of the saved weights");
  assert(/conv_in|class_embedding|down_blocks|mid_block/.test(saved.header), `the saved file begins ${saved.header}`);
  return `${(saved.bytes / 1e6).toFixed(1)} MB`;
}

async function reloadAndLoss(page) {
  await kept(page);
  const before = await drawings(page);
  await page.tab.evaluateOnNewDocument(remembered);
  await page.tab.goto(await page.evaluate((hash) => `${location.origin}${location.pathname}?again=1#${hash}`, HASH));
  await page.ready();
  await page.pause();
  const after = await drawings(page);
  assert.equal(after.length, before.length, "drawings after the reload");
  const worst = Math.max(...after.flatMap((drawing, i) => drawing.map((value, j) => Math.abs(value - before[i][j]))));
  assert(worst < 0.02, `a drawing changed by ${worst}`);
  const shelf = () => page.tab.$$eval("[data-testid=teach-kept] li", (items) => items.length);
  await page.tab.waitForFunction(() => document.querySelector("[data-testid=teach-kept] li"), { timeout: 60_000 });
  assert.equal(await shelf(), 1, "kept models after the reload");

  await page.press("teach-train");
  await page.tab.waitForFunction(
    (steps) => chailou.teach.session.step === steps && !chailou.teach.session.running,
    { timeout: 500_000 },
    STEPS,
  );
  const taught = await pictures(page, -1);
  await lose(page);
  await page.tab.waitForFunction(() => document.querySelector("[data-testid=teach-resume]"), { timeout: 60_000 });
  await page.press("teach-resume");
  await page.tab.waitForFunction(() => chailou.teach.session.lost === null && !chailou.teach.session.running, {
    timeout: 120_000,
  });
  await page.pause();
  await page.press("teach-look-now");
  await page.tab.waitForFunction(
    (length) => chailou.teach.session.moments.length > length && !chailou.teach.session.running,
    { timeout: 120_000 },
    1,
  );
  await settled(page);
  assert.equal(await page.evaluate(() => chailou.teach.session.step), STEPS, "steps after the loss");
  const again = await pictures(page, -1);
  assert(
    again.every((value, i) => value === taught[i]),
    "the recovered network builds something else",
  );
  await unfold(page);
  await page.tab.$eval("[data-testid=teach-kept] .link", (link) => /** @type {HTMLElement} */ (link).click());
  await page.tab.waitForFunction(() => document.querySelectorAll("[data-testid=teach-kept] li").length === 0, {
    timeout: 60_000,
  });
}
