// @ts-check
// Where the engine cannot start: a sentence with the cause, and a recording that is labelled as one. The causes are a browser
// without WebAssembly's SIMD, a site that forbids WebAssembly, and, where there is no WebGPU either, workers that are
// forbidden or fail without a word.

import assert from "node:assert/strict";
import { describe } from "node:test";
import { pathToFileURL } from "node:url";
import { BROWSER, DIST, pageTest, session, sharedPage } from "./session.mjs";
import { Page } from "./page.mjs";
import { until } from "./toy-page.mjs";

const WITHOUT = { webgpu: false };
const policy = (rule) => ({ headers: { "content-security-policy": rule } });
const opened = (options, hash = "lang=en", before = []) =>
  sharedPage({ hash }, options, (page) => page.ready(), before);

const visibleText = (tab, selector) =>
  tab.$$eval(selector, (elements) =>
    elements.map((element) => (element.checkVisibility() ? element.textContent : "")).join("\n"),
  );

/** What can be seen and has nothing in it, or waits for a script. */
const emptyBoxes = (tab) =>
  tab.evaluate(() =>
    [...document.querySelectorAll("button, input, select, canvas, progress, summary, figure, h3:empty")]
      .filter((element) => element.checkVisibility())
      .map((element) => element.outerHTML.slice(0, 80)),
  );

describe("without script", { skip: BROWSER === "firefox" && "its scripts cannot be switched off for one tab" }, () => {
  pageTest(
    "both languages can be read, and nothing waits to be filled",
    sharedPage({ hash: "" }),
    async ({ server, tab }) => {
      const still = await tab.browser().newPage();
      await still.setJavaScriptEnabled(false);
      await still.goto(server.url);
      const text = await visibleText(still, "h1, h2, p");
      for (const words of [/拆楼/, /Take it down/, /JavaScript/, /教它/, /Teach it/]) assert.match(text, words);
      assert.doesNotMatch(text, /text\/javascript/, "the sentence about modules");
      assert.deepEqual(await emptyBoxes(still), []);
      await still.close();
    },
  );
});

describe("without an engine", () => {
  const old = opened(WITHOUT, "lang=en", [withoutSimd]);
  pageTest("without SIMD the page says so and plays a labelled recording", old, (page) =>
    explainsAndPlays(page, /SIMD/),
  );
  const strict = opened({ ...WITHOUT, ...policy("script-src 'self'") });
  pageTest("a site that forbids WebAssembly is named", strict, (page) =>
    explainsAndPlays(page, /wasm-unsafe-eval/, /WebAssembly|inline script/),
  );
  const workless = opened({ ...WITHOUT, ...policy("worker-src 'none'") });
  pageTest("forbidden workers are named", workless, (page) => explainsAndPlays(page, /worker/, /worker-src/));
  const mute = opened(WITHOUT, "lang=en", [muteWorkers]);
  pageTest("workers that fail without a word are named", mute, (page) => explainsAndPlays(page, /worker/));
  const toy = opened({ ...WITHOUT, ...policy("worker-src 'none'") }, "lang=en&toy=eight_gaussians");
  pageTest("without an engine chapter 8 shows data and the exact answer, labelled", toy, showsTheExactAnswer);

  const spared = opened(policy("worker-src 'none'"), "lang=en&steps=10");
  pageTest("where workers are forbidden a software adapter computes after all", spared, async (page) => {
    assert.equal((await page.ready()).mode, "webgpu", "mode");
    assert(/Software/.test(await page.text("computes")), `the line says ${await page.text("computes")}`);
  });
});

/** What servers get wrong about the engine, and what the page says of it; the recording plays. */
const ENGINES_AMISS = /** @type {Record<string, [amiss: Record<string, string>, said: RegExp]>} */ ({
  "a .wasm answered with index.html": [{ "pkg/chailou_bg.wasm": "html" }, /chailou_bg\.wasm.*web page/],
  "a .wasm that is not there": [{ "pkg/chailou_bg.wasm": "missing" }, /no pkg\/chailou_bg\.wasm.*404/],
  "a .wasm cut short": [{ "pkg/chailou_bg.wasm": "cut" }, /chailou_bg\.wasm is damaged/],
  "the package as text/plain": [{ "pkg/chailou.js": "text" }, /pkg\/chailou\.js.*text\/plain/],
});
/** What keeps the page's own modules from starting: the static sentence says so. */
const MODULES_AMISS = {
  "modules as text/plain": "text",
  "modules answered with index.html": "html",
  "none there": "missing",
};

describe("a site served wrongly", () => {
  for (const [title, [amiss, said]] of Object.entries(ENGINES_AMISS))
    pageTest(title, opened({ amiss }), (page) => explainsAndPlays(page, said, /./));
  for (const [title, how] of Object.entries(MODULES_AMISS))
    pageTest(title, sharedPage({ hash: "lang=en" }, { amiss: { "page.js": how } }, saysWhy), (page) =>
      onlyProse(page, /Content-Type should be text\/javascript/),
    );
  const forbidding = { headers: { "content-security-policy": "script-src 'none'" } };
  pageTest("a policy that forbids every script", sharedPage({ hash: "lang=en" }, forbidding, saysWhy), (page) =>
    onlyProse(page, /did not start/),
  );
  pageTest("opened from disk", sharedPage({ hash: "lang=en" }), async (page) => {
    const { browser } = await session({});
    const tab = await browser.newPage();
    await tab.goto(`${pathToFileURL(DIST)}/index.html#lang=en`);
    const disk = new Page(tab, page.server, [], []);
    await saysWhy(disk);
    await onlyProse(disk, /http\.server/);
    await tab.close();
  });
  const forgetful = sharedPage({ hash: "lang=en&steps=10" }, {}, (page) => page.ready(), [withoutStorage]);
  pageTest("a browser that forbids storage", forgetful, async (page) => {
    assert.notEqual((await page.ready()).mode, "recording", "mode");
    page.complainsOfNothing();
  });
});

function withoutStorage() {
  for (const name of ["localStorage", "sessionStorage", "indexedDB"])
    Object.defineProperty(window, name, {
      get: () => {
        throw new DOMException("forbidden", "SecurityError");
      },
    });
}

/** Waits for the sentence of the static page. */
function saysWhy(page) {
  return page.tab.waitForFunction(
    () => document.querySelector("[data-testid=start-failure]").checkVisibility({ visibilityProperty: true }),
    {
      timeout: 60_000,
    },
  );
}

/** Says why, and shows prose and no box that waits to be filled. */
async function onlyProse(page, cause) {
  const said = await visibleText(page.tab, "[data-testid=start-failure] p");
  assert.match(said, cause);
  assert.deepEqual(await emptyBoxes(page.tab), []);
}

function withoutSimd() {
  WebAssembly.validate = () => false;
}

/** As where a worker's script is blocked: an `error` event that says nothing, and never a message. */
function muteWorkers() {
  window.Worker = /** @type {any} */ (
    class extends EventTarget {
      onerror = (_) => {};
      constructor() {
        super();
        this.addEventListener("error", (event) => this.onerror(event));
        setTimeout(() => this.dispatchEvent(new Event("error")), 20);
      }
      postMessage() {}
      terminate() {}
    }
  );
}

/**
 * @param {import("./page.mjs").Page} page
 * @param {RegExp} cause
 * @param {RegExp} [blocked] what the browser itself logs about what was blocked
 */
async function explainsAndPlays(page, cause, blocked) {
  const { mode, reason } = await page.ready();
  const ms = await page.evaluate(() => performance.getEntriesByName("chailou:engine-open")[0].startTime);
  assert.equal(mode, "recording", "mode");
  assert(ms < 3000, `it took the page ${ms.toFixed(0)} ms to know`);
  assert(await page.visible("no-engine"), "the explanation is not visible");
  assert(cause.test(await page.text("no-engine")), `the explanation says ${await page.text("no-engine")}`);
  assert(cause.test(reason), `the reason is ${reason}`);
  assert(await page.visible("recording-label"), "the recording is not labelled");
  assert(/record/i.test(await page.text("recording-label")), `the label says ${await page.text("recording-label")}`);
  assert(!(await page.visible("computes")) || (await page.text("computes")) === "", "the page names what computes");
  assert(await page.visible("teach-off"), "chapter 9 does not say that it cannot teach");
  assert(!(await page.visible("teach-train")), "chapter 9 offers to teach all the same");
  await page.pause();
  const prints = await page.fingerprints([0, 8, 16, 25]);
  assert.equal(new Set(prints).size, prints.length, "number of different frames");
  await page.click("lang");
  assert(/录/.test(await page.text("recording-label")), `in Chinese it says ${await page.text("recording-label")}`);
  const complaints = page.complaints.filter((text) => !blocked?.test(text));
  assert.equal(complaints.join("\n"), "", "console");
  return `after ${ms.toFixed(0)} ms: ${reason}`;
}

/** Of chapter 8 only what needs no network, and said so. */
async function showsTheExactAnswer(page) {
  await page.evaluate(() => document.getElementById("toy").scrollIntoView({ behavior: "instant" }));
  await until(page, () => chailou.toy.cloud.film && Number.isFinite(chailou.toy.distance), "no exact cloud appeared");
  assert(await page.visible("toy-no-engine"), "the explanation is not visible");
  assert(!(await page.visible("toy-train")), "training is offered");
  const caption = await page.text("toy-cloud-caption");
  assert(/exact/i.test(caption), `the cloud's caption says ${caption}`);
  const distance = await page.evaluate(() => chailou.toy.distance);
  assert(distance < 2, `the exact cloud is ${distance.toFixed(2)} times as far from fresh data as two fresh draws are`);
  return `distance ${distance.toFixed(2)}`;
}
