// @ts-check
// The stage as it lies on the screen: all of it in view, moving only where it is seen, and never under the hand that
// works it; one t for all its panels, and an outline of headings.

import assert from "node:assert/strict";
import { describe } from "node:test";
import { wantsNoMotion } from "./page.mjs";
import { pageTest, sharedPage } from "./session.mjs";
import { built } from "./stage-page.mjs";
import * as digits from "./testdigits.mjs";

/** @typedef {[width: number, height: number]} Size */
/** @type {Size[]} */
const DESKS = [
  [1280, 720],
  [1440, 900],
  [1920, 1080],
];
/** @type {Size} */
const PHONE = [360, 740];
const screen = sharedPage({ hash: "lang=en&digit=3&seed=7" });

describe("the stage on the screen", () => {
  pageTest("pictures, timeline and acts are in view, on arrival and scrolled to", screen, inView);
  pageTest("no control of the stage moves when it is used", screen, controlsStay);
  pageTest("while playing, every panel shows the same t", screen, oneT);
  pageTest("the picture of x̃_0 is what the words say: grey, then a mean, then a tower", screen, wordsAndPicture);
  pageTest("headings are an outline, sections are labelled", screen, outline);
  pageTest("the stage on the screen complains of nothing", screen, async (page) => page.complainsOfNothing());

  const low = sharedPage({ hash: "lang=en&steps=50", width: 1280, height: 200 });
  pageTest("it plays only while it is seen, and goes on when it is back", low, onlyWhenSeen);
  const still = sharedPage({ hash: "lang=en&steps=10" }, {}, undefined, [wantsNoMotion]);
  pageTest("who wants no motion gets a stage that waits", still, waits);
});

/** Boxes of elements by data-testid, in the window. @returns {Promise<Record<string, DOMRect>>} */
const boxes = (page, ...ids) =>
  page.evaluate(
    (ids) =>
      Object.fromEntries(
        ids.map((id) => [id, document.querySelector(`[data-testid="${id}"]`).getBoundingClientRect().toJSON()]),
      ),
    ids,
  );

const scrolledTo = (page, selector) =>
  page.evaluate(async (selector) => {
    document.documentElement.style.scrollBehavior = "auto";
    if (selector) document.querySelector(selector).scrollIntoView();
    else scrollTo(0, 0);
    // Firefox comes to rest a few frames later, up to a pixel beside
    for (let last = NaN, still = 0; still < 5; last = scrollY) {
      await new Promise(requestAnimationFrame);
      still = scrollY === last ? still + 1 : 0;
    }
  }, selector);

const resized = async (page, /** @type {Size} */ [width, height]) => {
  await page.tab.setViewport({ width, height });
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
};

async function inView(page) {
  await built(page);
  await page.seek(12);
  const played = ["stage-canvas", "x0-canvas", "eps-canvas", "timeline", "strips", "demolish", "build"];
  const within = async (what, ids, height) => {
    for (const [id, { top, bottom }] of Object.entries(await boxes(page, ...ids)))
      assert(top >= -1 && bottom <= height + 1, `${what}: ${id} lies at ${top.toFixed(0)} … ${bottom.toFixed(0)}`);
  };
  for (const lang of ["en", "zh"]) {
    if (!(await page.evaluate((lang) => document.documentElement.lang.startsWith(lang), lang)))
      await page.press("lang");
    for (const size of DESKS) {
      await resized(page, size);
      const what = `${size.join("×")}, ${lang}`;
      await scrolledTo(page, null);
      await within(`${what}, on arrival`, played, size[1]);
      await scrolledTo(page, "#stage");
      await within(`${what}, scrolled to`, [...played, "subject", "formula", "numbers"], size[1]);
      const { clipped } = await page.evaluate(() => {
        const box = document.querySelector("[data-testid=formula]");
        return { clipped: box.scrollWidth - box.clientWidth };
      });
      assert(clipped <= 1, `${what}: ${clipped} px of the formula are hidden`);
    }
    await resized(page, PHONE);
    await scrolledTo(page, null);
    const { "stage-canvas": main } = await boxes(page, "stage-canvas");
    assert(main.bottom <= PHONE[1], `a phone, ${lang}, on arrival: the picture ends at ${main.bottom.toFixed(0)}`);
    await scrolledTo(page, "[data-testid=theatre]");
    await within(`a phone, ${lang}`, played, PHONE[1]);
  }
  await page.press("lang");
  await resized(page, [1280, 900]);
  await scrolledTo(page, null);
}

/** Waits until nothing is being prepared and nothing plays. */
const idle = (page) =>
  page.evaluate(async () => {
    const later = () => new Promise((resolve) => setTimeout(resolve, 30));
    await later();
    while (chailou.stage.busy) await later();
    chailou.stage.pause();
    await later();
  });

async function controlsStay(page) {
  await page.start({ direction: "build", start: "noise", view: "single", digit: 3, seed: 7, steps: 6 });
  await page.runToEnd();
  const hands = ["demolish", "build", "digit-5", "digit-any", "grid", "digit-mixed", "single", "dice", "from-real"];
  const three = Array.from({ length: 200 }, (_, i) => i).findLast((i) => digits.label(i) === 3);
  hands.push(`test-${three}`, "digit-7", "build", "from-noise", "fresh-noise", "play", "play", "step-left", "to-end");
  for (const [width, height] of [[1280, 720], PHONE]) {
    await resized(page, [width, height]);
    await scrolledTo(page, "[data-testid=theatre]");
    await page.evaluate(() => document.querySelector("[data-testid=settings]").setAttribute("open", ""));
    const used = [];
    for (const id of hands) {
      const there = await page.evaluate((id) => {
        const button = /** @type {HTMLButtonElement} */ (document.querySelector(`[data-testid="${id}"]`));
        return Boolean(button && !button.disabled && button.getBoundingClientRect().width);
      }, id);
      if (!there) continue;
      const { [id]: before } = await boxes(page, id);
      await page.press(id);
      await idle(page);
      const { [id]: after } = await boxes(page, id);
      used.push(id);
      if (!after.width) continue; // it has done its work and is gone
      for (const side of ["left", "top", "width", "height"])
        assert(
          Math.abs(before[side] - after[side]) < 1,
          `${width} px: ${id} was at ${JSON.stringify(before)}, is at ${JSON.stringify(after)}`,
        );
    }
    for (const sampler of ["dpmpp_2m", "ddpm", "ddim"]) {
      const { sampler: before } = await boxes(page, "sampler");
      await page.evaluate((name) => {
        const select = /** @type {HTMLSelectElement} */ (document.querySelector("[data-testid=sampler]"));
        select.value = name;
        select.dispatchEvent(new Event("change", { bubbles: true }));
      }, sampler);
      await idle(page);
      const { sampler: after } = await boxes(page, "sampler");
      const moved = after.top - before.top;
      assert(Math.abs(moved) < 1, `${width} px: ${sampler} moves the choice of the sampler by ${moved} px`);
    }
    assert(used.length >= hands.length - 4, `at ${width} px only ${used.join(", ")} could be used`);
  }
  await resized(page, [1280, 900]);
  await page.start({ direction: "build", start: "noise", view: "single", digit: 3, seed: 7, steps: 50 });
}

async function oneT(page) {
  await page.start({ direction: "build", start: "noise", view: "single", digit: 3, seed: 9, steps: 50 });
  await scrolledTo(page, "#stage");
  const samples = await page.evaluate(async () => {
    const at = (id) => document.querySelector(`[data-testid="${id}"]`);
    const number = (text) => Number(/t = (\d+)/.exec(text)?.[1] ?? NaN);
    const found = [];
    chailou.stage.play();
    for (let i = 0; i < 600 && chailou.stage.state.position > 0; i++) {
      await new Promise(requestAnimationFrame);
      found.push({
        timeline: number(document.querySelector("#stage .here").textContent),
        slider: number(at("timeline").getAttribute("aria-valuetext")),
        formula: number(at("step-title").textContent),
        strip: Number(
          document.querySelector("#stage film-strip:not(.unshot) .strip-head:not([hidden])").getAttribute("data-t"),
        ),
        x_t: number(at("stage-canvas").getAttribute("aria-label")),
        mean: Number(at("x0-canvas").closest("tape-picture").getAttribute("data-t")),
        eps: Number(at("eps-canvas").closest("tape-picture").getAttribute("data-t")),
        blank: [...document.querySelectorAll("#stage .pictures .blank:not([hidden])")].map((p) => p.textContent).join(),
      });
    }
    return found;
  });
  const seen = new Set();
  for (const { blank, ...panels } of samples) {
    assert.equal(new Set(Object.values(panels)).size, 1, `the panels show ${JSON.stringify(panels)}`);
    assert(panels.timeline === 0 || blank === "", `at t = ${panels.timeline} a picture only says “${blank}”`);
    seen.add(panels.timeline);
  }
  assert(seen.size > 20, `only ${seen.size} moments were seen`);
  return `${samples.length} looks, ${seen.size} moments`;
}

/** Mean, deviation and values of what the canvas of x̃_0 shows, −1 … 1. */
async function shownMean(page, frame) {
  await page.seek(frame);
  const { width, height, red } = await page.pixels("x0-canvas");
  const values = Array.from({ length: 784 }, (_, i) => {
    const [x, y] = [(i % 28) + 0.5, Math.floor(i / 28) + 0.5];
    return red[Math.floor((y * height) / 28) * width + Math.floor((x * width) / 28)] / 127.5 - 1;
  });
  return values;
}

const mean = (values) => values.reduce((sum, v) => sum + v, 0) / values.length;
const deviation = (values) => Math.sqrt(mean(values.map((v) => (v - mean(values)) ** 2)));
const correlation = (a, b) => mean(a.map((v, i) => (v - mean(a)) * (b[i] - mean(b)))) / (deviation(a) * deviation(b));

async function wordsAndPicture(page) {
  await built(page);
  const frames = [0, 2, 5, 8, 12, 20, 30, 49];
  const shown = [];
  for (const frame of frames) shown.push(await shownMean(page, frame));
  const contrast = shown.map(deviation);
  const told = contrast.map((c) => c.toFixed(2)).join(" ");
  assert(contrast[0] < 0.3, `near the rubble the contrast is ${told}: that is no grey`);
  assert(
    contrast.every((c, i) => i === 0 || c > contrast[i - 1] - 0.03),
    `the contrast does not grow: ${told}`,
  );
  assert(contrast.at(-1) > 0.5, `at the end the contrast is ${told}: that is no tower`);
  // Half-way it is the mean of the threes, more than it is the three that comes out.
  const threes = Array.from({ length: 200 }, (_, i) => i).filter((i) => digits.label(i) === 3);
  const all = Array.from({ length: 784 }, (_, pixel) => mean(threes.map((i) => digits.picture(i)[pixel])));
  const alike = correlation(shown[4], all);
  assert(alike > 0.8, `at the 12th step its correlation with the mean of 20 threes is ${alike.toFixed(2)}`);
  return `contrast ${told}; correlation with the mean of threes ${alike.toFixed(2)}`;
}

async function outline(page) {
  for (const id of ["toy", "teach"]) {
    await scrolledTo(page, `#${id}`);
    await page.tab.waitForFunction((id) => window.chailou[id], { timeout: 30_000 }, id);
  }
  await scrolledTo(page, null);
  for (const _ of ["en", "zh"]) {
    const { headings, nameless } = await page.evaluate(() => ({
      headings: [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")]
        .filter((heading) => heading.getBoundingClientRect().height)
        .map((heading) => ({ level: Number(heading.localName[1]), text: heading.textContent.trim() })),
      nameless: [...document.querySelectorAll("section")]
        .filter((section) => !section.getAttribute("aria-label")?.trim() && !section.getAttribute("aria-labelledby"))
        .map(({ id }) => id),
    }));
    const levels = headings.map(({ level }) => level);
    const told = headings.map(({ level, text }) => `${level} ${text}`).join("; ");
    assert.deepEqual(nameless, [], "sections without a name");
    assert.equal(levels.filter((level) => level === 1).length, 1, `one heading of the whole page: ${told}`);
    assert.equal(levels[0], 1, told);
    levels.forEach((level, i) => assert(i === 0 || level <= levels[i - 1] + 1, `a level is left out: ${told}`));
    assert(levels.filter((level) => level === 2).length >= 3, `each chapter has its heading: ${told}`);
    await page.press("lang");
  }
}

async function onlyWhenSeen(page) {
  const at = () => page.evaluate(() => ({ ...chailou.stage.state }));
  const away = async () => {
    await scrolledTo(page, null);
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 300)));
  };
  assert.equal((await at()).frame, 0, "frames played below the screen");
  await scrolledTo(page, "[data-testid=pictures]");
  await page.tab.waitForFunction(() => chailou.stage.state.frame >= 3, { timeout: 60_000 });
  await away();
  const { frame, playing } = await at();
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 600)));
  assert.equal((await at()).frame, frame, "it plays on while nobody sees it");
  assert(!playing, "it says that it plays");
  await scrolledTo(page, "[data-testid=pictures]");
  await page.tab.waitForFunction((frame) => chailou.stage.state.frame > frame, { timeout: 60_000 }, frame);
  page.complainsOfNothing();
}

async function waits(page) {
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 500)));
  const { frame, playing } = await page.state();
  assert(frame === 0 && !playing, `frame ${frame}, playing ${playing}`);
  assert.equal(await page.text("step-title"), "Rebuild: t = 901 → s = 801");
}
