// @ts-check
// Chapter 9: drawings are made, added and removed, and a reader's own files are taken or refused.

import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { describe } from "node:test";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { pageTest } from "./session.mjs";
import { PIXELS, drawings, drawn, error, teachPage } from "./teach-page.mjs";

describe("chapter 9", () => {
  pageTest("an empty pad and too few drawings are refused with a sentence", teachPage, refusals);
  pageTest("the mouse draws, the keyboard draws, drawings are added and removed", teachPage, drawing);
  pageTest("a wrong file gets a sentence that names it, and leaves what was there", teachPage, wrongFiles);
  pageTest("digit files are taken by what they hold, shown, turned, and put away", teachPage, digitFiles);
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

/** An IDX file of `count` pictures, each of them an L; @param {number} count */
const ells = (count, [height, width] = [28, 28]) => {
  const inL = (i) => (i % width === 6 && i < height * width - 6 * width) || Math.floor(i / width) === height - 7;
  const pixels = Array.from({ length: height * width }, (_, i) => (inL(i) ? 255 : 0));
  return idx([count, height, width], Array(count).fill(pixels).flat());
};
const labels = (values) => idx([values.length], values);
const tens = (count) => labels(Array.from({ length: count }, (_, i) => i % 10));

/** Chooses files of these names and bytes in the page's own field; `work` then looks at what became of it. */
async function chosen(page, files, work) {
  const folder = mkdtempSync(join(tmpdir(), "chailou-teach-"));
  const paths = Object.entries(files).map(([name, bytes]) => {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
    return path;
  });
  const last = await page.tab.$("[data-testid=teach-error] button");
  await last?.evaluate((button) => /** @type {HTMLElement} */ (button).click());
  const input = await page.tab.$("[data-testid=teach-files]");
  try {
    await input.uploadFile(...paths);
    return await work();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const says = (page, id, words) =>
  page.tab.waitForFunction(
    (id, words) => new RegExp(words).test(document.querySelector(`[data-testid=${id}]`)?.textContent),
    { timeout: 60_000 },
    id,
    words,
  );

async function wrongFiles(page) {
  const floats = ells(2);
  floats[2] = 13;
  const html = Buffer.from("<!DOCTYPE html>\n<title>403 Forbidden</title>");
  const packed = gzipSync(ells(20));
  const sentences = [];
  for (const [files, words] of [
    [{ "magic.idx3-ubyte": floats }, /^magic\.idx3-ubyte: is an IDX file of floats/],
    [{ "short.idx3-ubyte": ells(9).subarray(0, 800) }, /^short\.idx3-ubyte: promises 9 × 28 × 28 values but holds 784/],
    [{ "wide.idx3-ubyte": ells(1, [28, 30]) }, /wide\.idx3-ubyte.*28/],
    [{ "broken.safetensors": new Uint8Array([1, 2, 3]) }, /safetensors|header/i],
    [
      { "train-images-idx3-ubyte.gz": html, "train-labels-idx1-ubyte.gz": gzipSync(tens(20)) },
      /^train-images-idx3-ubyte\.gz: is a web page/,
    ],
    [
      { "train-images-idx3-ubyte.gz": packed.subarray(0, packed.length / 2) },
      /^train-images-idx3-ubyte\.gz: is a gzip file that is damaged or cut off/,
    ],
    [
      { "train-images-idx3-ubyte.gz": packed.subarray(0, 12) },
      /^train-images-idx3-ubyte\.gz: is a gzip file that is damaged or cut off/,
    ],
    [{ "train-images-idx3-ubyte": new Uint8Array() }, /^train-images-idx3-ubyte: is empty/],
    [
      { "train-labels-idx1-ubyte": tens(20) },
      /^train-labels-idx1-ubyte: holds labels; the file of their images is missing/,
    ],
    [{ "a-images": ells(20), "a-labels": tens(21) }, /^a-labels: holds 21 labels, but a-images holds 20 images/],
    [{ images: ells(2), labels: labels([3, 10]) }, /^labels: label 10 in row 1 .* classes go from 0 to 9/],
    [{ images: ells(2), labels: labels([1, 26]) }, /^labels: label 26 in row 1 .*EMNIST's letters/],
    [{ "photo.png": Buffer.from("\x89PNG\r\n\x1a\nand so on", "latin1") }, /^photo\.png: is no IDX file/],
  ]) {
    sentences.push(await chosen(page, files, () => expectError(page, words)));
    assert.equal(await page.visible("teach-own"), false, "own files shown");
  }
  return sentences[0];
}

async function digitFiles(page) {
  // Packed without a name that says so, unpacked with one, and names exchanged.
  for (const files of [
    { "train-images.idx3-ubyte": ells(20), "train-labels-idx1-ubyte": gzipSync(tens(20)) },
    { "train-images-idx3-ubyte.gz": ells(20), "train-labels-idx1-ubyte.gz": tens(20) },
    { "train-images-idx3-ubyte": tens(20), "train-labels-idx1-ubyte": gzipSync(ells(20)) },
  ]) {
    await chosen(page, files, () => says(page, "teach-own-old", "20 pictures .*2 of 0, 2 of 1"));
    assert.equal(await error(page), null, "error");
    await page.press("teach-own-forget");
    assert.equal(await page.visible("teach-own"), false, "own files shown after they were put away");
  }

  const several = { "a-images": ells(3), "b-images": ells(5), "b-labels": tens(5) };
  await chosen(page, several, async () => {
    await says(page, "teach-which-sets", "a-images.*3 pictures.*no labels.*b-images.*5 pictures.*b-labels");
    await page.tab.$eval("[data-testid=teach-which-sets] button", (button) => button.click());
    await says(page, "teach-own-photos", "3 photographs from a-images");
  });
  assert.equal(await page.visible("teach-which"), false, "the choice stays open");
  await page.press("teach-own-forget");

  const emnist = { "emnist-letters-train-images-idx3-ubyte": ells(4) };
  await chosen(page, emnist, () => says(page, "teach-own", "In EMNIST.* lie on their side"));
  const values = () => page.evaluate(() => Array.from(chailou.teach.photos().values.slice(-784)));
  const before = await values();
  await page.press("teach-own-turn-photos");
  const turned = await values();
  assert(
    turned.every((value, i) => value === before[(i % 28) * 28 + Math.floor(i / 28)]),
    "rows are not columns",
  );
  assert.notDeepEqual(turned, before, "the L looks the same both ways");
  await page.press("teach-own-turn-photos");
  assert.deepEqual(await values(), before, "turned twice");
  await page.press("teach-own-forget");
}
