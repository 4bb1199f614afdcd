// Chapter 9: drawings are added, the network is taught a few steps and changes, undo brings it back bit for bit, and what
// was kept comes back. Few steps and small batches: software adapters compute here.

import { join } from "node:path";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { longestBlock } from "./mainthread.mjs";
import { open } from "./page.mjs";
import { check, checkEqual } from "./suite.mjs";

const STEPS = 3;
const PIXELS = 784;
const HASH = `lang=en&steps=10&teach_steps=${STEPS}&teach_batch=2&teach_look=2&teach_lr=0.001`;

export async function teachTests(suite, browser, server) {
  const page = await open(browser, server, { hash: HASH });
  const folder = mkdtempSync(join(tmpdir(), "chailou-teach-"));
  await page.ready();
  await page.pause();
  const test = (title, work) => suite.test(`chapter 9: ${title}`, () => work(page, folder), { seconds: 600 });

  await test("an empty pad and too few drawings are refused with a sentence", refusals);
  await test("the mouse draws, the keyboard draws, drawings are added and removed", drawing);
  await test("a wrong file gets a sentence, MNIST's own files are taken", files);
  await test("teaching changes the samples, the loss is finite, the page answers meanwhile", teaching);
  await test("a taught model is kept", keeping);
  await test("the taught model goes on the stage and is marked there", onStage);
  await test("undo brings the first samples back exactly", undo);
  await test("a kept model and a downloaded one build what they built", reloading);
  await test("nothing in the console, no request elsewhere", async () => {
    checkEqual(page.complaints.join("\n"), "", "console");
    checkEqual(page.foreign.join("\n"), "", "foreign requests");
  });
  await test("drawings and kept models outlast a reload, the taught network a lost device", reloadAndLoss);
  rmSync(folder, { recursive: true });
  await page.close();
}

const error = (page) => page.text("teach-error");

async function expectError(page, words) {
  await page.tab.waitForFunction(() => document.querySelector("[data-testid=teach-error]"), { timeout: 30_000 });
  const text = await error(page);
  check(words.test(text), `the page says “${text}”, not ${words}`);
  return text;
}

const drawings = (page) => page.evaluate(() => chailou.teach.tray.drawings.map((drawing) => Array.from(drawing)));

/** Presses a button wherever the page has scrolled to: a smooth scroll may be under way. */
const press = (page, testid) => page.evaluate((id) => document.querySelector(`[data-testid="${id}"]`).click(), testid);

/** Waits until nothing runs; the page's own error is ours. */
const settled = (page) =>
  page.tab.waitForFunction(
    () => {
      const said = document.querySelector("[data-testid=teach-error]")?.textContent;
      if (said) throw new Error(`the page says: ${said}`);
      return !chailou.teach.session.running;
    },
    { timeout: 500_000, polling: 200 },
  );

/** The pictures of a moment, counted from the end for −1. */
const pictures = (page, at) => page.evaluate((at) => Array.from(chailou.teach.session.moments.at(at).pictures), at);

async function refusals(page) {
  await page.click("teach-add");
  await expectError(page, /empty/);
  await page.click("teach-train");
  await expectError(page, /at least 4/);
  checkEqual((await drawings(page)).length, 0, "number of drawings");
}

async function drawing(page) {
  const pad = await page.tab.$("[data-testid=teach-pad]");
  const stroke = async (points) => {
    await page.evaluate(() =>
      document.querySelector("[data-testid=teach-pad]").scrollIntoView({ block: "center", behavior: "instant" }),
    );
    const { x, y, width, height } = await pad.boundingBox();
    for (const [i, [u, v]] of points.entries()) {
      await page.tab.mouse.move(x + u * width, y + v * height, { steps: i ? 6 : 1 });
      if (i === 0) await page.tab.mouse.down();
    }
    await page.tab.mouse.up();
  };
  for (let i = 0; i < 4; i++) {
    // a T, slanted a little differently each time
    await stroke([
      [0.2, 0.25],
      [0.8, 0.22 + 0.02 * i],
    ]);
    await stroke([
      [0.5, 0.25],
      [0.46 + 0.03 * i, 0.8],
    ]);
    await page.click("teach-add");
  }
  checkEqual(await error(page), null, "error");
  const [first, second] = await drawings(page);
  checkEqual(first.length, PIXELS, "values in a drawing");
  const ink = first.map((value) => (value + 1) / 2);
  const sum = ink.reduce((a, b) => a + b, 0);
  const centre = [
    ink.reduce((a, v, i) => a + v * ((i % 28) + 0.5), 0) / sum,
    ink.reduce((a, v, i) => a + v * (Math.floor(i / 28) + 0.5), 0) / sum,
  ];
  check(
    centre.every((at) => Math.abs(at - 14) < 0.75),
    `the centre of mass lies at ${centre.map((at) => at.toFixed(2))}, not in the middle`,
  );
  check(sum > 40 && sum < 200, `${sum.toFixed(0)} pixels of ink are not a digit's`);
  check(
    first.some((value, i) => value !== second[i]),
    "the second drawing equals the first",
  );

  await page.tab.focus("[data-testid=teach-pad]");
  for (const key of [" ", "ArrowDown", "ArrowDown", "ArrowDown", "ArrowRight", " ", "Enter"])
    await page.tab.keyboard.press(key);
  checkEqual((await drawings(page)).length, 5, "drawings after the keyboard's");
  const count = () => page.tab.$$eval(".teach-tray li", (items) => items.length);
  await page.tab.focus(".teach-tray li:last-child .teach-copy");
  await page.tab.keyboard.press("Enter");
  checkEqual(await count(), 6, "drawings after a copy");
  await page.tab.keyboard.press("Delete");
  await page.tab.keyboard.press("Delete");
  checkEqual(await count(), 4, "drawings after two deletions");
  const stage = await page.state();
  checkEqual(stage.playing, false, "the stage playing after those keys");
  return `centre of mass ${centre.map((at) => at.toFixed(2)).join(", ")}`;
}

/** An IDX file of bytes. */
function idx(shape, values) {
  const header = [
    0,
    0,
    8,
    shape.length,
    ...shape.flatMap((size) => [size >>> 24, (size >>> 16) & 255, (size >>> 8) & 255, size & 255]),
  ];
  return Uint8Array.from([...header, ...values]);
}

async function files(page, folder) {
  const write = (name, bytes) => (writeFileSync(join(folder, name), bytes), join(folder, name));
  const input = await page.tab.$("[data-testid=teach-files]");
  const wrong = idx([2, 28, 28], new Uint8Array(2 * PIXELS));
  wrong[2] = 13; // floats, says the magic number
  const sentences = [];
  for (const [name, bytes, words] of [
    ["magic.idx3-ubyte", wrong, /magic\.idx3-ubyte/],
    ["short.idx3-ubyte", idx([9, 28, 28], new Uint8Array(PIXELS)), /short\.idx3-ubyte/],
    ["wide.idx3-ubyte", idx([1, 28, 30], new Uint8Array(28 * 30)), /wide\.idx3-ubyte.*28/],
    ["broken.safetensors", new Uint8Array([1, 2, 3]), /safetensors|header/i],
  ]) {
    await page.evaluate(() => document.querySelector("[data-testid=teach-error] button")?.click());
    await input.uploadFile(write(name, bytes));
    sentences.push(await expectError(page, words));
  }
  checkEqual(await page.visible("teach-own"), false, "own files shown");
  const images = write(
    "images.idx3-ubyte",
    idx(
      [20, 28, 28],
      new Uint8Array(20 * PIXELS).map((_, i) => i % 251),
    ),
  );
  const labels = write(
    "labels.idx1-ubyte",
    idx(
      [20],
      Array.from({ length: 20 }, (_, i) => i % 10),
    ),
  );
  await input.uploadFile(images, labels);
  await page.tab.waitForFunction(
    () => /20 pictures/.test(document.querySelector("[data-testid=teach-own-text]").textContent),
    { timeout: 20_000 },
  );
  checkEqual(await error(page), null, "error");
  await press(page, "teach-own-forget");
  checkEqual(await page.visible("teach-own"), false, "own files shown after they were put away");
  return sentences[0];
}

async function teaching(page) {
  const { wall, cpu } = await longestBlock(page, () =>
    page.evaluate(async () => {
      document.querySelector("[data-testid=teach-train]").click();
      do await new Promise((resolve) => setTimeout(resolve, 50));
      while (chailou.teach.session.running);
    }),
  );
  await settled(page);
  const { step, losses, ms } = await page.evaluate(() => {
    const { step, losses, msPerStep } = chailou.teach.session;
    return { step, losses: Array.from(losses), ms: msPerStep };
  });
  checkEqual(step, STEPS, "steps");
  checkEqual(losses.length, STEPS, "number of losses");
  check(
    losses.every((loss) => Number.isFinite(loss) && loss > 0),
    `the losses are ${losses}`,
  );
  const [before, after] = [await pictures(page, 0), await pictures(page, -1)];
  checkEqual(before.length, 13 * PIXELS, "values in the samples");
  check(before.every(Number.isFinite) && after.every(Number.isFinite), "a sample is not finite");
  const moved = Math.max(...before.map((value, i) => Math.abs(value - after[i])));
  check(moved > 1e-3, `the samples moved by ${moved} only`);
  check(await page.visible("teach-after"), "the second row is not shown");
  if (cpu !== undefined) check(cpu > 0 && cpu <= 100, `one task kept the main thread busy for ${cpu.toFixed(0)} ms`);
  check(/\d/.test(await page.text("teach-resemblance")), "no count of resemblance");
  return `${ms.toFixed(0)} ms a step, samples moved by up to ${moved.toFixed(2)}, loss ${losses.map((loss) => loss.toFixed(3)).join(" ")}, longest block ${wall.toFixed(0)} ms by the clock${cpu === undefined ? "" : `, ${cpu.toFixed(0)} ms of processor time`}`;
}

async function keeping(page) {
  await page.evaluate(() => document.querySelectorAll("#teach details").forEach((fold) => (fold.open = true)));
  await press(page, "teach-keep");
  await page.tab.waitForFunction(() => document.querySelectorAll("[data-testid=teach-kept] li").length === 1, {
    timeout: 60_000,
  });
  checkEqual(await error(page), null, "error");
}

async function onStage(page) {
  await press(page, "teach-stage");
  await page.tab.waitForFunction(() => document.querySelector("[data-testid=taught-on-stage]"), { timeout: 120_000 });
  await page.tab.waitForFunction(() => chailou.stage.chain && chailou.stage.state.digit === 4, { timeout: 120_000 });
  await page.pause();
  check(/taught/.test(await page.text("taught-on-stage")), "the stage is not marked");
}

async function undo(page) {
  const before = await pictures(page, 0);
  await press(page, "teach-undo");
  await page.tab.waitForFunction(() => !chailou.teach.session.taught && !chailou.teach.session.running, {
    timeout: 300_000,
  });
  await settled(page);
  const again = await pictures(page, -1);
  checkEqual(await page.evaluate(() => chailou.teach.session.moments.length), 2, "number of moments");
  check(
    again.every((value, i) => value === before[i]),
    "the samples after undo are not those before",
  );
  await page.tab.waitForFunction(() => !document.querySelector("[data-testid=taught-on-stage]"), { timeout: 120_000 });
  await page.pause();
}

async function reloading(page) {
  const load = await page.tab.$("[data-testid=teach-kept] li .plain");
  const kept = await page.evaluate(async () => {
    const { kept } = await import("./chapters/teach/keep.js");
    const [model] = await kept();
    return { pictures: Array.from(model.pictures), bytes: model.weights.length, drawings: model.drawings.length };
  });
  await load.evaluate((button) => button.click());
  await page.tab.waitForFunction(() => chailou.teach.session.taught && !chailou.teach.session.running, {
    timeout: 300_000,
  });
  await settled(page);
  const now = await pictures(page, -1);
  check(
    now.every((value, i) => value === kept.pictures[i]),
    "the kept model builds something else",
  );
  checkEqual((await drawings(page)).length, kept.drawings, "drawings that came with it");
  const saved = await page.evaluate(async () => {
    const { weights } = await chailou.teach.session.save();
    return { bytes: weights.length, header: new TextDecoder().decode(weights.subarray(8, 200)) };
  });
  checkEqual(saved.bytes, kept.bytes, "bytes of the saved weights");
  check(/conv_in|class_embedding|down_blocks|mid_block/.test(saved.header), `the saved file begins ${saved.header}`);
  return `${(saved.bytes / 1e6).toFixed(1)} MB`;
}

async function reloadAndLoss(page) {
  const before = await drawings(page);
  await page.tab.evaluateOnNewDocument(() => {
    const ask = GPUAdapter.prototype.requestDevice;
    GPUAdapter.prototype.requestDevice = async function (...options) {
      return (window.device = await ask.apply(this, options));
    };
  });
  await page.tab.goto(await page.evaluate((hash) => `${location.origin}${location.pathname}?again=1#${hash}`, HASH));
  await page.ready();
  await page.pause();
  const after = await drawings(page);
  checkEqual(after.length, before.length, "drawings after the reload");
  const worst = Math.max(...after.flatMap((drawing, i) => drawing.map((value, j) => Math.abs(value - before[i][j]))));
  check(worst < 0.02, `a drawing changed by ${worst}`);
  const shelf = () => page.tab.$$eval("[data-testid=teach-kept] li", (items) => items.length);
  await page.tab.waitForFunction(() => document.querySelector("[data-testid=teach-kept] li"), { timeout: 20_000 });
  checkEqual(await shelf(), 1, "kept models after the reload");

  await press(page, "teach-train");
  await page.tab.waitForFunction(
    (steps) => chailou.teach.session.step === steps && !chailou.teach.session.running,
    { timeout: 500_000 },
    STEPS,
  );
  const taught = await pictures(page, -1);
  await page.evaluate(() => window.device.destroy());
  await page.tab.waitForFunction(() => document.querySelector("[data-testid=teach-resume]"), { timeout: 60_000 });
  await press(page, "teach-resume");
  await page.tab.waitForFunction(() => chailou.teach.session.lost === null && !chailou.teach.session.running, {
    timeout: 120_000,
  });
  await page.pause();
  await press(page, "teach-look-now");
  await page.tab.waitForFunction(
    (length) => chailou.teach.session.moments.length > length && !chailou.teach.session.running,
    { timeout: 120_000 },
    1,
  );
  await settled(page);
  checkEqual(await page.evaluate(() => chailou.teach.session.step), STEPS, "steps after the loss");
  const again = await pictures(page, -1);
  check(
    again.every((value, i) => value === taught[i]),
    "the recovered network builds something else",
  );
  await page.evaluate(() => document.querySelectorAll("#teach details").forEach((fold) => (fold.open = true)));
  await page.evaluate(() => document.querySelector("[data-testid=teach-kept] .link").click());
  await page.tab.waitForFunction(() => document.querySelectorAll("[data-testid=teach-kept] li").length === 0, {
    timeout: 20_000,
  });
}
