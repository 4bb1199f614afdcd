// @ts-check
// What the stage's tests share: the tab, the chain they look at, and how a canvas is held against the engine.

import assert from "node:assert/strict";
import { sharedPage } from "./session.mjs";

export const DIGIT = 3;
export const SEED = 7;

export const stagePage = sharedPage({ hash: `lang=en&digit=${DIGIT}&seed=${SEED}` });

/** The chain that pictures are looked at on, built to its end; the test that comes first builds it. */
export async function built(page) {
  const choices = { start: "noise", view: "single", digit: DIGIT, seed: SEED, steps: 50 };
  const there = await page.evaluate(({ start: _, ...choices }) => {
    const { state, chain } = chailou.stage;
    const same = Object.entries(choices).every(([name, value]) => state[name] === value);
    return same && state.direction === "build" && chain.done();
  }, choices);
  if (there) return;
  await page.start({ direction: "build", ...choices });
  await page.runToEnd();
}

/** Every cell of the canvas has the byte that the engine's value maps to; its middle pixel is looked at. */
export async function canvasIsTrue(page) {
  const length = await page.length();
  for (const frame of [0, Math.floor(length / 2), length]) {
    await page.seek(frame);
    const [[picture], { width, height, red }] = [await page.pictures(frame), await page.pixels()];
    picture.forEach((value, i) => {
      const x = Math.floor((((i % 28) + 0.5) * width) / 28);
      const y = Math.floor(((Math.floor(i / 28) + 0.5) * height) / 28);
      const expected = Math.min(1, Math.max(0, (value + 1) / 2)) * 255;
      const shown = red[y * width + x];
      assert(
        Math.abs(shown - expected) <= 2,
        `frame ${frame}, pixel ${i}: shows ${shown}, the engine holds ${expected.toFixed(1)}`,
      );
    });
  }
}

export async function everyFrameDiffersFromTheLast(page) {
  const prints = await page.fingerprints(Array.from({ length: (await page.length()) + 1 }, (_, i) => i));
  for (let i = 1; i < prints.length; i++)
    assert(prints[i] !== prints[i - 1], `frame ${i} shows the same pixels as frame ${i - 1}`);
  return prints.length;
}
