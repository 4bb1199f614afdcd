// @ts-check
// Chapter 8 when what computes is lost: the processor's workers, or the graphics device.

import assert from "node:assert/strict";
import { describe } from "node:test";
import { lose, remembered } from "./loss.mjs";
import { pageTest, sharedPage } from "./session.mjs";
import { SMALL, answer, approach, rest, until } from "./toy-page.mjs";

describe("chapter 8's device", () => {
  for (const [backend, what] of Object.entries({ cpu: "a crashed worker", webgpu: "a lost graphics device" })) {
    const address = { query: `backend=${backend}`, hash: `lang=en&steps=10&${SMALL}&toy_steps=0` };
    const page = sharedPage(address, {}, (page) => page.ready(), [remembered]);
    pageTest(`after ${what} training goes on from its checkpoint`, page, survives, { seconds: 600 });
  }
});

/** It is taken away in the middle of a run. */
async function survives(page) {
  await approach(page);
  await page.click("toy-train");
  await until(page, () => chailou.toy.session.step > 30, "no 30 steps");
  await rest(page); // which also makes a checkpoint
  await until(page, () => chailou.toy.session.state === "ready", "no pause");
  const at = await page.evaluate(() => chailou.toy.session.step);
  const places = [0.1, 0.2, -1, 0.5];
  const before = await answer(page, places);
  await lose(page);
  await page.tab.waitForSelector("[data-testid=toy-lost]", { timeout: 30_000 });
  await page.tab.$eval("[data-testid=toy-lost] button", (button) => /** @type {HTMLElement} */ (button).click());
  await until(
    page,
    () => chailou.toy.session.state === "ready" && chailou.toy.session.network,
    "no network after the loss",
  );
  assert.equal(await page.evaluate(() => chailou.toy.session.step), at, "step after the loss");
  const after = await answer(page, places);
  assert(
    after.every((value, i) => Math.abs(value - before[i]) < 1e-5),
    `the network answers ${after}, before the loss ${before}`,
  );
  // not by the mouse: after a device was destroyed, puppeteer's click sometimes never returns in Firefox, while the page answers
  await page.press("toy-train");
  await until(page, (at) => chailou.toy.session.step > at + 10, "training did not go on", 120, at);
  return `restored at step ${at}`;
}
