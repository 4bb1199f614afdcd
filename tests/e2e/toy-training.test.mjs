// @ts-check
// Chapter 8: a network is trained on points in the page. Numbers of steps are small: both browsers compute on the CPU.
// The reader's own points have their tests in toy-points.test.mjs, a lost device in toy-device.test.mjs.

import assert from "node:assert/strict";
import { describe } from "node:test";
import { CALLS, STEPS, schedulerConfig, timeAt } from "../../www/chapters/toy/schedule.js";
import { SLOWER, longestBlock, staysFree, told } from "./mainthread.mjs";
import { pageTest, sharedPage } from "./session.mjs";
import { SMALL, answer, approach, points, rest, set, startOver, toyPage, trained, until } from "./toy-page.mjs";

describe("chapter 8", () => {
  const untouched = sharedPage({ hash: `lang=en&steps=10&${SMALL}` });
  pageTest("chapter 8 leaves the device alone until it is near", untouched, waits);
  pageTest("its timeline has the engine's ᾱ", toyPage, timeline);
  pageTest("a preset is learned: the loss falls, the cloud comes nearer", toyPage, learns, { seconds: 600 });
  pageTest("the cloud on the canvas is the engine's", toyPage, cloudIsTrue, { seconds: 600 });
  pageTest("the field stands beside the exact one", toyPage, field, { seconds: 600 });
  pageTest("pause holds a run, training on continues it", toyPage, pauses);
  pageTest("input is answered within 100 ms while training", toyPage, answers);
  pageTest("settings that will not converge are named", toyPage, warns);
  pageTest("an experiment sets itself up and cleans up", toyPage, experiments);
  pageTest("a run that diverges stops and goes on slower", toyPage, diverges, { seconds: 600 });
  pageTest("a trained network is saved and comes back", toyPage, keeps);
  pageTest("chapter 8 complains of nothing", toyPage, async (page) => page.complainsOfNothing());
});

async function waits(page) {
  assert.equal(await page.evaluate(() => chailou.toy.engine), null, "its engine before scrolling");
  await approach(page);
}

/** The engine's ᾱ by t − 1. */
const alphaBars = (page) =>
  page.evaluate(async (config) => {
    const { schedule } = await import(new URL("pkg/chailou.js", document.baseURI).href);
    return Array.from(schedule(config).alphaBars);
  }, schedulerConfig("epsilon"));

async function timeline(page) {
  await approach(page);
  const table = await page.evaluate(() => chailou.toy.cloud.film.chain.table());
  const rows = table.filter((_, i) => i % CALLS === 0);
  assert.equal(rows.length, STEPS + 1, "rows of the chain's table");
  const shares = await alphaBars(page);
  rows.forEach(({ t, alphaBar }, i) => {
    assert.equal(t, timeAt(STEPS - i), `t at position ${STEPS - i}`);
    assert(Math.abs(alphaBar - (t ? shares[t - 1] : 1)) < 1e-6, `ᾱ at t = ${t} is ${alphaBar}`);
  });
}

async function learns(page) {
  await approach(page);
  await page.click("toy-set-eight_gaussians");
  await startOver(page);
  const before = { cloud: await points(page), distance: await page.evaluate(() => chailou.toy.distance) };
  const started = performance.now();
  await page.click("toy-train");
  await until(page, () => chailou.toy.session.state === "finished", "400 steps did not end", 500);
  const seconds = (performance.now() - started) / 1000;
  const { losses, distance } = await page.evaluate(async () => ({
    losses: Array.from(await chailou.toy.session.network.losses()),
    distance: chailou.toy.distance,
  }));
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [first, last] = [mean(losses.slice(0, 20)), mean(losses.slice(-50))];
  assert.equal(losses.length, 400, "number of losses");
  assert(last < 0.7 * first, `the loss went from ${first.toFixed(3)} to ${last.toFixed(3)}`);
  assert(
    (await points(page)).some((value, i) => Math.abs(value - before.cloud[i]) > 0.1),
    "the cloud did not change",
  );
  assert(
    distance < 0.5 * before.distance,
    `the distance went from ${before.distance.toFixed(2)} to ${distance.toFixed(2)}`,
  );
  assert(/400/.test(await page.text("toy-number-step")), `the page shows step ${await page.text("toy-number-step")}`);
  assert(
    await page.evaluate(() =>
      /Step 400/.test(document.querySelector("[data-testid=toy-curve] canvas").getAttribute("aria-label")),
    ),
    "the curve does not tell its value",
  );
  const went = (from, to) => `${from.toPrecision(3)} to ${to.toPrecision(3)}`;
  return `400 steps in ${seconds.toFixed(1)} s, loss ${went(first, last)}, distance ${went(before.distance, distance)}`;
}

/** What is drawn lies where the read-back points are: the share of lit pixels on and off the points. */
async function cloudIsTrue(page) {
  await trained(page);
  for (const position of [0, 20]) {
    const found = await page.evaluate(async (position) => {
      const { toy } = chailou;
      toy.timeline.seek(position);
      await new Promise(requestAnimationFrame);
      const canvas = await toy.cloud.paint();
      const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d");
      copy.drawImage(canvas, 0, 0);
      const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
      const range = 3; // as far as every figure shows: RANGE of figures/points.js
      const points = await toy.cloud.film.points(position);
      let inside = 0,
        lit = 0,
        covered = 0;
      for (let i = 0; i < points.length; i += 2) {
        const x = Math.floor(((points[i] + range) / (2 * range)) * canvas.width),
          y = Math.floor(((range - points[i + 1]) / (2 * range)) * canvas.height);
        if (x < 0 || y < 0 || x >= canvas.width || y >= canvas.height) continue;
        inside++;
        if (data[4 * (y * canvas.width + x) + 3] > 60) lit++;
      }
      for (let i = 3; i < data.length; i += 4) if (data[i] > 0) covered++;
      return { inside, lit, covered: covered / (data.length / 4) };
    }, position);
    assert(
      found.inside > 700 && found.lit > 0.97 * found.inside,
      `at position ${position} ${found.lit} of ${found.inside} points are on the canvas`,
    );
    assert(found.covered < 0.5, `${(100 * found.covered).toFixed(0)} % of the canvas is covered`);
  }
}

async function field(page) {
  await trained(page);
  await page.evaluate(() => chailou.toy.timeline.seek(12));
  await until(page, () => chailou.toy.field.at(12)?.exact, "no field at t = 300");
  const { 299: share } = await alphaBars(page);
  const { worst, error } = await page.evaluate((share) => {
    const { toy } = chailou;
    const { exact } = toy.field.at(12);
    const data = toy.dataset.points;
    let worst = 0; // E[ε|x_t] once more in plain words, at some nodes of the grid
    for (const node of [0, 40, 144, 200, 288]) {
      const at = [0, 1].map((k) => ((((k ? 16 - Math.floor(node / 17) : node % 17) + 0.5) / 17) * 2 - 1) * 3);
      let sum = 0,
        mean = [0, 0];
      for (let i = 0; i < data.length; i += 2) {
        const d = [0, 1].map((k) => at[k] - Math.sqrt(share) * data[i + k]);
        const weight = Math.exp(-(d[0] ** 2 + d[1] ** 2) / (2 * (1 - share)));
        sum += weight;
        mean = mean.map((value, k) => value + weight * d[k]);
      }
      if (sum > 1e-200)
        mean.forEach(
          (value, k) => (worst = Math.max(worst, Math.abs(value / sum / Math.sqrt(1 - share) - exact[2 * node + k]))),
        );
    }
    return { worst, error: toy.field.error(12) };
  }, share);
  assert(worst < 1e-3, `the exact field is off by ${worst}`);
  assert(error > 0 && error < 0.5, `after training the network's field is off by ${error} in the mean square`);
  const prints = [];
  for (const mode of ["network", "exact", "both", "difference"]) {
    await page.click(`toy-field-${mode}`);
    prints.push(
      await page.tab.$eval("[data-testid=toy-field]", (canvas) =>
        /** @type {HTMLCanvasElement} */ (canvas).toDataURL(),
      ),
    );
  }
  assert.equal(new Set(prints).size, 4, "number of different fields drawn");
  return `mean square off the exact field ${error.toFixed(3)}`;
}

async function pauses(page) {
  await approach(page);
  await set(page, { toy_steps: 0 });
  await startOver(page);
  await page.click("toy-train");
  await until(page, () => chailou.toy.session.step > 20, "no 20 steps");
  await page.click("toy-train");
  await until(page, () => chailou.toy.session.state === "ready", "no pause");
  const at = await page.evaluate(() => chailou.toy.session.step);
  await new Promise((resolve) => setTimeout(resolve, 700));
  assert.equal(await page.evaluate(() => chailou.toy.session.step), at, "step after the pause");
  await page.click("toy-step");
  await until(
    page,
    (at) => chailou.toy.session.step === at + 1 && chailou.toy.session.state === "ready",
    "one step is not one step",
    60,
    at,
  );
  await page.click("toy-train");
  await until(page, (at) => chailou.toy.session.step > at + 20, "training did not go on", 120, at);
  const hide = (hidden) =>
    page.evaluate((hidden) => {
      Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    }, hidden);
  await hide(true);
  await new Promise((resolve) => setTimeout(resolve, 3000));
  const hidden = await page.evaluate(() => chailou.toy.session.step);
  await new Promise((resolve) => setTimeout(resolve, 1000));
  assert.equal(await page.evaluate(() => chailou.toy.session.step), hidden, "step while the tab is hidden");
  await hide(false);
  await until(page, (at) => chailou.toy.session.step > at, "training did not go on when the tab was shown", 60, hidden);
  await rest(page);
}

async function answers(page) {
  await approach(page);
  await set(page, { toy_steps: 0 });
  await page.click("toy-train");
  await until(page, () => chailou.toy.session.training, "no training");
  let delays;
  const from = await page.evaluate(() => chailou.toy.session.step);
  const block = await longestBlock(page, async () => {
    await page.evaluate(() => {
      window.delays = [];
      window.listening = new AbortController();
      const heard = (event) => {
        window.delays.push(performance.now() - event.timeStamp);
        event.stopImmediatePropagation(); // what the button shows and hides would move it away under the next click
      };
      const button = document.querySelector("[data-testid=toy-words]");
      button.addEventListener("click", heard, { capture: true, signal: window.listening.signal });
    });
    for (let i = 0; i < 12; i++) {
      await page.click("toy-words");
      await new Promise((resolve) => setTimeout(resolve, 150));
    }
    await page.evaluate(() => window.listening.abort());
    delays = await page.evaluate(() => window.delays);
  });
  const steps = (await page.evaluate(() => chailou.toy.session.step)) - from;
  await rest(page);
  delays.sort((a, b) => a - b);
  assert.equal(delays.length, 12, "number of clicks that arrived");
  assert(steps > 0, "no step was trained meanwhile");
  assert(
    delays[9] < 100 * SLOWER,
    `three of twelve clicks waited longer: ${delays.map((ms) => ms.toFixed(0)).join(", ")}`,
  );
  staysFree(block);
  const [middle, longest] = [delays[6], delays[11]].map((ms) => ms.toFixed(0));
  return `clicks heard after ${middle} ms (longest ${longest}), ${told(block)}, ${steps} steps meanwhile`;
}

async function warns(page) {
  await approach(page);
  await page.click("toy-set-moons");
  const shown = async (changes, id) => {
    await set(page, changes);
    return page.visible(id);
  };
  assert(await shown({ toy_lr: 0.3 }, "toy-warn-lr-high"), "no warning of a large learning rate");
  assert(await shown({ toy_lr: 0.002, toy_objective: "naive" }, "toy-warn-naive"), "no warning of the naive loss");
  assert(
    await shown({ toy_prediction: "sample" }, "toy-warn-naive-prediction"),
    "no warning of x_0 with the naive loss",
  );
  await page.click("toy-train");
  await page.tab.waitForSelector("[data-testid=toy-error]", { timeout: 60_000 });
  await set(page, { toy_objective: "merged", toy_prediction: "epsilon", toy_steps: 400 });
  assert.equal(
    await page.evaluate(() => document.querySelectorAll("[data-testid=toy-warnings] li").length),
    0,
    "warnings about settings that are fine",
  );
}

async function experiments(page) {
  await approach(page);
  await page.press("toy-try-few");
  await until(
    page,
    () => chailou.toy.session.training && chailou.toy.session.step > 10,
    "the experiment with ten points does not train",
  );
  assert.equal(await page.evaluate(() => chailou.toy.dataset.count), 10, "its number of points");
  await rest(page);
  await page.click("toy-set-rings");
  await until(
    page,
    () =>
      chailou.toy.settings.get("toy") === "rings" &&
      chailou.toy.session.state === "ready" &&
      chailou.toy.session.step === 0,
    "no new network for another set",
  );
  assert.equal(await page.evaluate(() => chailou.toy.dataset.count), 2000, "number of points after the experiment");
}

async function diverges(page) {
  await approach(page);
  await page.press("toy-set-rings"); // on the moons a network of this seed dies at that rate, and its loss stays finite
  await set(page, { toy_lr: 1, toy_steps: 2000 });
  await page.click("toy-train");
  await page.tab.waitForSelector("[data-testid=toy-diverged]", { timeout: 300_000 });
  const [sentence, step] = [await page.text("toy-diverged"), await page.evaluate(() => chailou.toy.session.step)];
  assert(/learning rate/.test(sentence), `it says ${sentence}`);
  await page.tab.$eval("[data-testid=toy-diverged] button", (button) => /** @type {HTMLElement} */ (button).click());
  await until(
    page,
    () => (chailou.toy.session.training && chailou.toy.session.step > 5) || chailou.toy.session.state === "diverged",
    "it did not go on",
  );
  assert.equal(
    await page.evaluate(() => chailou.toy.settings.get("toy_lr")),
    0.2,
    "the learning rate after going back",
  );
  await rest(page);
  await set(page, { toy_lr: 0.002, toy_steps: 400 });
  return `noticed at step ${step}`;
}

async function keeps(page) {
  await approach(page);
  await startOver(page);
  await page.click("toy-step");
  await until(page, () => chailou.toy.session.step === 1 && chailou.toy.session.state === "ready", "no step");
  const places = [0.1, 0.2, -1, 0.5, 2, -2];
  const before = await answer(page, places);
  await page.evaluate(async (scheduler) => {
    const { network } = chailou.toy.session;
    const weights = await network.save(),
      config = network.config();
    const files = new DataTransfer();
    for (const [name, content] of [
      ["diffusion_pytorch_model.safetensors", weights],
      ["config.json", config],
      ["scheduler_config.json", scheduler],
    ])
      files.items.add(new File([content], name));
    window.networkBefore = network;
    const input = /** @type {HTMLInputElement} */ (document.querySelector("[data-testid=toy-files]"));
    input.files = files.files;
    input.dispatchEvent(new Event("change"));
  }, schedulerConfig("epsilon"));
  await until(
    page,
    () => chailou.toy.session.network !== window.networkBefore && document.querySelector("[data-testid=toy-adopted]"),
    "the files were not taken",
  );
  assert.equal(
    JSON.stringify(await answer(page, places)),
    JSON.stringify(before),
    "the network's answers after coming back",
  );
}
