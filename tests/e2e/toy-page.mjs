// @ts-check
// What chapter 8's tests ask of the page again and again.

import assert from "node:assert/strict";
import { sharedPage } from "./session.mjs";

/** Of the network and its batch, in the address: small, for both browsers compute on the CPU. */
export const SMALL = "toy_width=32&toy_depth=2&toy_batch=128";

/** Waits until `condition` holds in the page; a notice about a failure ends the waiting. */
export async function until(page, condition, otherwise, seconds = 240, ...values) {
  const end = performance.now() + 1000 * seconds;
  for (;;) {
    if (await page.evaluate(`Boolean((${condition})(...${JSON.stringify(values)}))`)) return;
    const problem = await page.text("toy-error");
    assert(!problem, `the page says: ${problem}`);
    const { state, step } = await page.evaluate(() => {
      const { state, step } = chailou.toy.session;
      return { state, step };
    });
    assert(performance.now() < end, `${otherwise} within ${seconds} s; state ${state}, step ${step}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

export const points = (page, position = 0) =>
  page.evaluate(async (position) => Array.from(await chailou.toy.cloud.film.points(position)), position);
export const set = (page, changes) => page.evaluate((changes) => chailou.toy.settings.set(changes), changes);
export const rest = (page) => page.evaluate(() => chailou.toy.session.pause());

/** How many bricks end outside the cloud's picture, and how many pixels are lit at its edge and elsewhere. */
export const escaped = (page) =>
  page.evaluate(async () => {
    const { toy } = chailou;
    const canvas = await toy.cloud.paint();
    const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d");
    copy.drawImage(canvas, 0, 0);
    const { width, height } = canvas;
    const { data } = copy.getImageData(0, 0, width, height);
    const counts = { lit: 0, middle: 0 };
    for (let i = 0; i < width * height; i++) {
      const [x, y] = [i % width, Math.floor(i / width)];
      const edge = Math.min(x, y, width - 1 - x, height - 1 - y) < 6;
      if (data[4 * i + 3] > 60) counts[edge ? "lit" : "middle"]++;
    }
    return { ...counts, outside: toy.rebuild.outside, bricks: toy.rebuild.bricks };
  });

/** A new network, and its first cloud measured. */
export async function startOver(page) {
  await page.evaluate(() => (window.networkBefore = chailou.toy.session.network));
  await page.click("toy-over");
  await until(
    page,
    () =>
      chailou.toy.session.network &&
      chailou.toy.session.network !== window.networkBefore &&
      chailou.toy.session.state === "ready" &&
      Number.isFinite(chailou.toy.distance),
    "no new network",
  );
}

/** Scrolls to the chapter, which begins its work only then, and waits for its first network and cloud. */
export async function approach(page) {
  await page.pause();
  await page.evaluate(() => document.getElementById("toy").scrollIntoView({ behavior: "instant" })); // else it moves under a click
  await until(
    page,
    () => ["ready", "finished", "diverged"].includes(chailou.toy.session.state) && chailou.toy.cloud.film,
    "no network appeared",
  );
}

/** What the network answers about these places at t = 500. */
export const answer = (page, places) =>
  page.evaluate(
    async (places) => Array.from(await chailou.toy.session.network.predict(Float32Array.from(places), 500)),
    places,
  );

export const toyPage = sharedPage({ hash: `lang=en&steps=10&${SMALL}&toy_steps=400` }, {}, async (page) => {
  await page.ready();
  await page.pause();
});

/** A network that has learned the ring of eight, as the first test leaves it; whoever needs it first trains it. */
export async function trained(page) {
  await approach(page);
  const there = await page.evaluate(
    () => chailou.toy.settings.get("toy") === "eight_gaussians" && chailou.toy.session.step === 400,
  );
  if (there) return;
  await page.click("toy-set-eight_gaussians");
  await startOver(page);
  await page.click("toy-train");
  await until(page, () => chailou.toy.session.state === "finished", "400 steps did not end", 500);
}
