// What chapter 8's tests ask of the page again and again.

import { check } from "./suite.mjs";

/** Of the network and its batch, in the address: small, for both browsers compute on the CPU. */
export const SMALL = "toy_width=32&toy_depth=2&toy_batch=128";

/** Waits until `condition` holds in the page; a notice about a failure ends the waiting. */
export async function until(page, condition, otherwise, seconds = 240, ...values) {
  const end = performance.now() + 1000 * seconds;
  for (;;) {
    if (
      await page.evaluate(
        (source, values) => Boolean((0, eval)(`(${source})`)(...values)),
        condition.toString(),
        values,
      )
    )
      return;
    const problem = await page.text("toy-error");
    check(!problem, `the page says: ${problem}`);
    check(
      performance.now() < end,
      `${otherwise} within ${seconds} s; state ${await page.evaluate(() => `${chailou.toy.session.state}, step ${chailou.toy.session.step}`)}`,
    );
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

export const points = (page, position = 0) =>
  page.evaluate(async (position) => Array.from(await chailou.toy.cloud.film.points(position)), position);
export const set = (page, changes) => page.evaluate((changes) => chailou.toy.settings.set(changes), changes);
export const rest = (page) => page.evaluate(() => chailou.toy.session.pause());

/** A new network, and its first cloud measured. */
export async function startOver(page) {
  await page.evaluate(() => (window.networkBefore = chailou.toy.session.network));
  await page.click("toy-over");
  await until(
    page,
    () =>
      chailou.toy.session.network &&
      chailou.toy.session.network !== networkBefore &&
      chailou.toy.session.state === "ready" &&
      Number.isFinite(chailou.toy.distance),
    "no new network",
  );
}

/** Scrolls to the chapter, which begins its work only then, and waits for its first network and cloud. */
export async function approach(page) {
  await page.pause();
  await page.evaluate(() => document.getElementById("toy").scrollIntoView());
  await until(page, () => chailou.toy.session.state === "ready" && chailou.toy.cloud.film, "no network appeared");
}

/** What the network answers about these places at t = 500. */
export const answer = (page, places) =>
  page.evaluate(
    async (places) => Array.from(await chailou.toy.session.network.predict(Float32Array.from(places), 500)),
    places,
  );
