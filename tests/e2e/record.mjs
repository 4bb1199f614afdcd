// @ts-check
// Makes assets/recordings/tower-ddim25.{bin,json}, the chain that plays until the engine is there and where it cannot run:
// node tests/e2e/record.mjs, after `cargo xtask bundle`. What the page computes first of all, read from its own engine:
// the opening's tower and seed, guided, the rounded weights that a reader gets; in half as many steps, for it is waited for.
//
// Bytes, one picture [3, 32, 32] after the other: x_t of frames 0…25, then x̂_0 without guidance and ε̂ of frames 0…24. A
// packer gains nothing from noise but what is not written: while there is much of it, x_t and ε̂ have LEVELS values, which is
// finer than they are seen.

import { writeFileSync } from "node:fs";
import { serve } from "../../xtask/server.mjs";
import { launch } from "./browsers.mjs";
import { open } from "./page.mjs";

const STEPS = 25;
const LEVELS = 32;
const NOISY = 0.9; // ᾱ, Ho's, below which banding of the sky drowns
/** @type {{ what: string, scale: number, levels: (alphaBar: number) => number }[]} */
const SECTIONS = [
  { what: "x_t", scale: 1, levels: (alphaBar) => (alphaBar < NOISY ? LEVELS : 256) },
  { what: "x_0_unguided", scale: 1, levels: () => 256 },
  { what: "eps", scale: 1 / 3, levels: () => LEVELS }, // ±3 standard deviations
];

/** The nearest of so many levels from black to white. @param {number} value @param {number} levels */
function byte(value, levels) {
  const share = Math.min(1, Math.max(0, (value + 1) / 2));
  return Math.round((Math.round(share * (levels - 1)) / (levels - 1)) * 255);
}

const server = await serve(new URL("../../dist", import.meta.url).pathname);
const browser = await launch("chromium");
const page = await open(browser, server, { hash: "lang=en" });
await page.ready();
const state = await page.state();
await page.start({ direction: "build", start: "noise", view: "single", steps: STEPS });
await page.runToEnd();
const rows = await page.evaluate(() =>
  chailou.stage.chain.table().map(({ t, alphaBar, sigma }) => ({ t, alphaBar, sigma })),
);
/** @type {number[]} */
const bytes = [];
for (const { what, scale, levels } of SECTIONS)
  for (let frame = 0; frame < (what === "x_t" ? STEPS + 1 : STEPS); frame++) {
    const values = await page.evaluate(
      async (what, frame) => Array.from(await chailou.stage.chain.read(what, frame)),
      what,
      frame,
    );
    bytes.push(...values.map((value) => byte(value * scale, levels(rows[frame].alphaBar))));
  }
await browser.close();
await server.close();

const { digit, seed, guidance } = state;
const info = {
  label: "Recorded, not computed here: the page's own engine with the weights in assets/models/towers",
  channels: 3,
  width: 32,
  height: 32,
  steps: STEPS,
  class: digit,
  seed,
  sampler: "ddim",
  guidance,
  prediction: "v_prediction",
  sections: SECTIONS.map(({ what, scale }) => ({ what, frames: what === "x_t" ? STEPS + 1 : STEPS, scale })),
  rows,
};
const to = new URL("../../assets/recordings/tower-ddim25", import.meta.url).pathname;
writeFileSync(`${to}.bin`, Uint8Array.from(bytes));
writeFileSync(`${to}.json`, `${JSON.stringify(info, null, 1)}\n`);
console.log(`${bytes.length} bytes of class ${digit}, seed ${seed}, w = ${guidance}`);
