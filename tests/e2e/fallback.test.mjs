// @ts-check
// A browser without WebGPU: an explanation, and a recording that is labelled as one.

import assert from "node:assert/strict";
import { describe } from "node:test";
import { pageTest, sharedPage } from "./session.mjs";
import { until } from "./toy-page.mjs";

const WITHOUT = { webgpu: false };

describe("without WebGPU", () => {
  const stage = sharedPage({ hash: "lang=en" }, WITHOUT);
  pageTest("without WebGPU the page explains and plays a labelled recording", stage, explainsAndPlays);
  const toy = sharedPage({ hash: "lang=en&toy=eight_gaussians" }, WITHOUT);
  pageTest("without WebGPU chapter 8 shows data and the exact answer, labelled", toy, showsTheExactAnswer);
});

async function explainsAndPlays(page) {
  const { mode, reason } = await page.ready();
  assert.equal(mode, "recording", "mode");
  assert(await page.visible("no-webgpu"), "the explanation is not visible");
  assert(await page.visible("recording-label"), "the recording is not labelled");
  assert(/record/i.test(await page.text("recording-label")), `the label says ${await page.text("recording-label")}`);
  assert(await page.visible("teach-off"), "chapter 9 does not say that it cannot teach");
  assert(!(await page.visible("teach-train")), "chapter 9 offers to teach all the same");
  await page.pause();
  const prints = await page.fingerprints([0, 10, 30, 50]);
  assert.equal(new Set(prints).size, prints.length, "number of different frames");
  await page.click("lang");
  assert(/录/.test(await page.text("recording-label")), `in Chinese it says ${await page.text("recording-label")}`);
  page.complainsOfNothing();
  return reason;
}

/** Of chapter 8 only what needs no network, and said so. */
async function showsTheExactAnswer(page) {
  await page.evaluate(() => document.getElementById("toy").scrollIntoView());
  await until(page, () => chailou.toy.cloud.film && Number.isFinite(chailou.toy.distance), "no exact cloud appeared");
  assert(await page.visible("toy-no-webgpu"), "the explanation is not visible");
  assert(!(await page.visible("toy-train")), "training is offered");
  const caption = await page.text("toy-cloud-caption");
  assert(/exact/i.test(caption), `the cloud's caption says ${caption}`);
  const distance = await page.evaluate(() => chailou.toy.distance);
  assert(distance < 2, `the exact cloud is ${distance.toFixed(2)} times as far from fresh data as two fresh draws are`);
  page.complainsOfNothing();
  return `distance ${distance.toFixed(2)}`;
}
