// @ts-check
// Chapter 9: drawings are made, added and removed, and a reader's own files are taken or refused.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { describe } from "node:test";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pageTest } from "./session.mjs";
import { PIXELS, drawings, drawn, error, teachPage } from "./teach-page.mjs";

describe("chapter 9", () => {
  pageTest("an empty pad and too few drawings are refused with a sentence", teachPage, refusals);
  pageTest("the mouse draws, the keyboard draws, drawings are added and removed", teachPage, drawing);
  pageTest("a wrong file gets a sentence, MNIST's own files are taken", teachPage, files);
});

async function expectError(page, words) {
  await page.tab.waitForFunction(() => document.querySelector("[data-testid=teach-error]"), { timeout: 30_000 });
  const text = await error(page);
  assert(words.test(text), `the page says “${text}”, not ${words}`);
  return text;
}

async function refusals(page) {
  await page.click("teach-add");
  await expectError(page, /empty/);
  await page.click("teach-train");
  await expectError(page, /at least 4/);
  assert.equal((await drawings(page)).length, 0, "number of drawings");
}

async function drawing(page) {
  await drawn(page);
  assert.equal(await error(page), null, "error");
  const [first, second] = await drawings(page);
  assert.equal(first.length, PIXELS, "values in a drawing");
  const ink = first.map((value) => (value + 1) / 2);
  const sum = ink.reduce((a, b) => a + b, 0);
  const centre = [
    ink.reduce((a, v, i) => a + v * ((i % 28) + 0.5), 0) / sum,
    ink.reduce((a, v, i) => a + v * (Math.floor(i / 28) + 0.5), 0) / sum,
  ];
  assert(
    centre.every((at) => Math.abs(at - 14) < 0.75),
    `the centre of mass lies at ${centre.map((at) => at.toFixed(2))}, not in the middle`,
  );
  assert(sum > 40 && sum < 200, `${sum.toFixed(0)} pixels of ink are not a digit's`);
  assert(
    first.some((value, i) => value !== second[i]),
    "the second drawing equals the first",
  );

  await page.tab.focus("[data-testid=teach-pad]");
  for (const key of [" ", "ArrowDown", "ArrowDown", "ArrowDown", "ArrowRight", " ", "Enter"])
    await page.tab.keyboard.press(key);
  assert.equal((await drawings(page)).length, 5, "drawings after the keyboard's");
  const count = () => page.tab.$$eval(".teach-tray li", (items) => items.length);
  await page.tab.focus(".teach-tray li:last-child .teach-copy");
  await page.tab.keyboard.press("Enter");
  assert.equal(await count(), 6, "drawings after a copy");
  await page.tab.keyboard.press("Delete");
  await page.tab.keyboard.press("Delete");
  assert.equal(await count(), 4, "drawings after two deletions");
  const stage = await page.state();
  assert.equal(stage.playing, false, "the stage playing after those keys");
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

async function files(page) {
  const folder = mkdtempSync(join(tmpdir(), "chailou-teach-"));
  const write = (name, bytes) => {
    writeFileSync(join(folder, name), bytes);
    return join(folder, name);
  };
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
    const last = await page.tab.$("[data-testid=teach-error] button");
    await last?.evaluate((button) => /** @type {HTMLElement} */ (button).click());
    await input.uploadFile(write(name, bytes));
    sentences.push(await expectError(page, words));
  }
  assert.equal(await page.visible("teach-own"), false, "own files shown");
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
  assert.equal(await error(page), null, "error");
  await page.press("teach-own-forget");
  assert.equal(await page.visible("teach-own"), false, "own files shown after they were put away");
  rmSync(folder, { recursive: true });
  return sentences[0];
}
