// @ts-check
// Chapter 8 when its device is lost.

import assert from "node:assert/strict";
import { describe } from "node:test";
import { pageTest, sharedPage } from "./session.mjs";
import { SMALL, answer, approach, rest, until } from "./toy-page.mjs";

describe("chapter 8's device", () => {
  const page = sharedPage({ hash: `lang=en&steps=10&${SMALL}&toy_steps=0` });
  pageTest("after a lost device training goes on from its checkpoint", page, survives, { seconds: 600 });
});

/** The device is taken away in the middle of a run, as a driver's reset would. */
async function survives(page) {
  await page.tab.evaluateOnNewDocument(() => {
    const ask = globalThis.GPUAdapter?.prototype.requestDevice;
    if (!ask) return;
    window.devices = [];
    GPUAdapter.prototype.requestDevice = async function (...options) {
      const device = await ask.apply(this, options);
      window.devices.push(device);
      return device;
    };
  });
  await page.tab.reload();
  await page.ready();
  await approach(page);
  await page.click("toy-train");
  await until(page, () => chailou.toy.session.step > 30, "no 30 steps");
  await rest(page); // which also makes a checkpoint
  await until(page, () => chailou.toy.session.state === "ready", "no pause");
  const at = await page.evaluate(() => chailou.toy.session.step);
  const places = [0.1, 0.2, -1, 0.5];
  const before = await answer(page, places);
  await page.evaluate(() => window.devices.at(-1).destroy());
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
