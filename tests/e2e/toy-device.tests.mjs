// Chapter 8 when there is no device, or none any more.

import { open } from "./page.mjs";
import { check, checkEqual } from "./suite.mjs";
import { SMALL, answer, approach, rest, until } from "./toy-page.mjs";

export async function toyLossTests(suite, browser, server) {
  await suite.test("after a lost device training goes on from its checkpoint", () => survives(browser, server), {
    seconds: 600,
  });
}

/** Chapter 8 in a browser without WebGPU: only what needs no network, and said so. */
export async function toyFallbackTests(suite, browser, server) {
  const page = await open(browser, server, { hash: "lang=en&toy=eight_gaussians" });
  await suite.test("without WebGPU chapter 8 shows data and the exact answer, labelled", async () => {
    await page.ready();
    await page.evaluate(() => document.getElementById("toy").scrollIntoView());
    await until(page, () => chailou.toy.cloud.film && Number.isFinite(chailou.toy.distance), "no exact cloud appeared");
    check(await page.visible("toy-no-webgpu"), "the explanation is not visible");
    check(!(await page.visible("toy-train")), "training is offered");
    check(
      /exact/i.test(await page.text("toy-cloud-caption")),
      `the cloud's caption says ${await page.text("toy-cloud-caption")}`,
    );
    const distance = await page.evaluate(() => chailou.toy.distance);
    check(
      distance < 2,
      `the exact cloud is ${distance.toFixed(2)} times as far from fresh data as they are from each other`,
    );
    checkEqual(page.complaints.join("\n"), "", "console");
    return `distance ${distance.toFixed(2)}`;
  });
  await page.close();
}

/** The device is taken away in the middle of a run, as a driver's reset would. */
async function survives(browser, server) {
  const page = await open(browser, server, { hash: `lang=en&steps=10&${SMALL}&toy_steps=0` });
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
  await page.evaluate(() => document.querySelector("[data-testid=toy-lost] button").click());
  await until(
    page,
    () => chailou.toy.session.state === "ready" && chailou.toy.session.network,
    "no network after the loss",
  );
  checkEqual(await page.evaluate(() => chailou.toy.session.step), at, "step after the loss");
  const after = await answer(page, places);
  check(
    after.every((value, i) => Math.abs(value - before[i]) < 1e-5),
    `the network answers ${after}, before the loss ${before}`,
  );
  // not by the mouse: after a device was destroyed, puppeteer's click sometimes never returns in Firefox, while the page answers
  await page.evaluate(() => document.querySelector("[data-testid=toy-train]").click());
  await until(page, (at) => chailou.toy.session.step > at + 10, "training did not go on", 120, at);
  await page.close();
  return `restored at step ${at}`;
}
