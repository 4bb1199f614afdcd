// @ts-check
// Chapter 2: every figure obeys its one t, what its prose and its controls set, and its reset.

import assert from "node:assert/strict";
import { describe } from "node:test";
import { open, wantsNoMotion } from "./page.mjs";
import { pageTest, session, sharedPage } from "./session.mjs";

const ADDRESS = { hash: "lang=en&steps=10&down_merged=0" }; // a choice of the chapter's, so that it is loaded
const shared = sharedPage(ADDRESS, {}, async (page) => {
  await page.ready();
  await page.pause();
  await drawn(page);
});

describe("chapter 2", () => {
  pageTest("one step: any brick's account adds up, at every t", shared, oneStep);
  pageTest("the ledger is 1 while tied, bursts and withers when not", shared, ledger);
  pageTest("jump and walk: other pictures that nobody can tell apart, or with one noise the same", shared, jump);
  pageTest("the finer, the sooner it drowns", shared, drowning);
  pageTest("another tower and other noise reach every figure; each goes back to where it began", shared, site);
  pageTest(
    "a symbol in the prose lights up everywhere, and tells its value in the notation that is read",
    shared,
    symbols,
  );
  pageTest("without the engine there are no towers, and a sentence says so", shared, engineless);
  pageTest("a figure moves when it is first seen, and not for readers who want none", shared, begins, {
    seconds: 120,
  });
});

/** Brings the figures near the screen one after another, until each has drawn; none is left moving. */
async function drawn(page) {
  for (const [id, told] of [
    ["step", "down-r"],
    ["ledger", "down-squares"],
    ["jump", "down-told"],
    ["drown", "down-ring"],
  ]) {
    await page.tab.waitForFunction(
      (id, told) => {
        document.getElementById(`ch2-${id}`).scrollIntoView({ behavior: "instant" });
        return document.querySelector(`[data-testid="${told}"]`)?.textContent;
      },
      { timeout: 60_000 },
      id,
      told,
    );
    await page.evaluate((id) => chailou.down.timed[id].hold(), id);
    await page.press(`down-${id}-reset`);
  }
}

const setting = (page, name) => page.evaluate((name) => chailou.down.site.get(name), name);
const label = (page, id) =>
  page.tab.$eval(`[data-testid="${id}"]`, (element) => element.getAttribute("aria-label") ?? "");
const picture = (page, id) =>
  page.tab.$eval(`[data-testid="${id}"]`, (canvas) => /** @type {HTMLCanvasElement} */ (canvas).toDataURL());
/** Presses a phrase of the prose that the reader sees. */
const phrase = (page, set) =>
  page.tab.$eval(`div[lang=en] [data-set="${set}"]`, (button) => /** @type {HTMLElement} */ (button).click());

async function oneStep(page) {
  for (const set of ["step=1", "step=1000"]) {
    await phrase(page, set);
    const [x, alpha, before, beta, noise] = (await page.text("down-reckoned"))
      .replaceAll("−", "-")
      .match(/-?\d+(\.\d+)?/g)
      .map(Number);
    assert.ok(Math.abs(x - (alpha * before + beta * noise)) < 2e-3, `${set}: ${[x, alpha, before, beta, noise]}`);
  }
  assert.match(await page.text("down-r"), /^r = −?0\.\d{3};/);
  await page.tab.focus("[data-testid=down-step-time]");
  await page.tab.keyboard.press("ArrowLeft");
  assert.equal(await setting(page, "step"), 999);
  assert.match(await label(page, "down-after"), /^x_999, after step 999; marked: column 22, row 17$/);
  await page.tab.focus("[data-testid=down-before]");
  await page.tab.keyboard.press("ArrowDown");
  assert.equal(await setting(page, "pixel"), 533 + 32);
  assert.match(await label(page, "down-thrown"), /row 18$/);
  await page.tab.$eval("[data-testid=down-scatter]", (canvas) => canvas.scrollIntoView({ block: "center" }));
  await page.click("down-scatter"); // in the middle of the cloud
  assert.notEqual(await setting(page, "pixel"), 533 + 32);
  assert.match(await label(page, "down-sum"), /^−?\d\.\d{3} \+ −?\d\.\d{3}, together −?\d\.\d{3}$/);
  await page.tab.focus('div[lang=en] [data-set="pixel=70"]');
  await page.tab.keyboard.press("Enter");
  assert.equal(await setting(page, "pixel"), 70);
  await page.press("down-step-reset");
  assert.deepEqual([await setting(page, "step"), await setting(page, "pixel")], [60, 533]);
}

async function ledger(page) {
  const sum = async () => Number(/= (\S+)\. Mean/.exec(await page.text("down-squares"))[1]);
  for (const t of [0, 1, 400, 1000]) {
    await page.evaluate((t) => chailou.down.site.set({ ledger: t }), t);
    assert.equal(await sum(), 1, `t = ${t}`);
  }
  await phrase(page, "ledger=1000 tied=0 fade=0 toss=1");
  assert.equal(await sum(), 11);
  assert.match(await label(page, "down-stack"), /^At t = 1000 the tower has 1, the noise 10, together 11$/);
  assert.match(await label(page, "down-ledger-values"), /standard deviation 3\.\d\d$/);
  assert.equal(await page.tab.$eval("[data-testid=down-untied]", (it) => it.getAttribute("aria-pressed")), "true");
  await phrase(page, "ledger=1000 tied=0 fade=1 toss=0");
  assert.ok((await sum()) < 5e-5);
  assert.match(await label(page, "down-ledger-values"), /standard deviation 0\.00$/);
  await page.press("down-tied");
  assert.equal(await sum(), 1);
  await page.tab.focus("[data-testid=down-toss]");
  await page.tab.keyboard.press("End");
  assert.deepEqual([await setting(page, "tied"), await setting(page, "toss")], [false, 4]);
  await page.press("down-ledger-reset");
  assert.equal(await setting(page, "tied"), true);
}

async function jump(page) {
  assert.deepEqual([await page.text("down-walk-count"), await page.text("down-jump-count")], ["200", "1"]);
  assert.match(await page.text("down-told"), /^Two-sample test: D = 0\.0\d\d\. It would take more than 0\.035/);
  assert.notEqual(await picture(page, "down-walked"), await picture(page, "down-jumped"));
  await phrase(page, "merged=1");
  assert.match(await page.text("down-told"), /differ by (0|\d\.\d\d×10⁻¹[⁵⁶]) at most/);
  assert.equal(await picture(page, "down-walked"), await picture(page, "down-jumped"));
  await phrase(page, "merged=0");
  assert.notEqual(await picture(page, "down-walked"), await picture(page, "down-jumped"));
}

async function drowning(page) {
  const rings = [];
  for (const set of ["drown=50", "drown=75", "drown=400"]) {
    await phrase(page, set);
    rings.push(/than (\d+) waves|only the broadest wave/.exec(await page.text("down-ring"))[1]);
  }
  assert.deepEqual(rings, ["10", "7", undefined]); // the windows make about ten
  assert.match(await page.text("down-rescued-at"), /call 600 of 1,000$/);
  assert.match(await page.text("down-written-at"), /call 1,843 of 3,072$/);
  assert.match(await label(page, "down-spectrum"), /^Spectrum: .* only the broadest wave/);
}

async function site(page) {
  const shown = () =>
    Promise.all(["down-after", "down-ledger-x", "down-jumped", "down-rescued"].map((id) => picture(page, id)));
  const day = await shown();
  await page.press("down-site-night");
  const night = await shown();
  await page.press("down-site-dice");
  const other = await shown();
  for (const [i, one] of day.entries()) {
    assert.notEqual(one, night[i]);
    assert.notEqual(night[i], other[i]);
  }
  await page.evaluate(() => chailou.down.settings.set({ tower: "day", dice: 1 }));
  assert.deepEqual(await shown(), day);
  await page.press("lang");
  assert.match(await page.text("down-r"), /^相关系数/);
  assert.match(await label(page, "down-after"), /^拆完第 60 步的画面/);
  await page.press("lang");
  page.complainsOfNothing();
}

async function symbols(page) {
  await page.evaluate(() => chailou.down.site.set({ ledger: 1000, tied: true }));
  const touch = () =>
    page.evaluate(() => {
      const [symbol] = [
        ...document.querySelectorAll('[data-part="drown"] div[lang=en] [data-symbol="bar-alpha_t"]'),
      ].filter((element) => element.checkVisibility());
      symbol.dispatchEvent(new MouseEvent("click", { bubbles: true }));
      const tag = document.querySelector(".card-worth");
      return [tag.textContent, document.querySelectorAll("#down figure.lit, #down .lesson-axis.lit").length];
    });
  await page.evaluate(() => chailou.down.site.set({ drown: 1000 }));
  assert.deepEqual(await touch(), ["α¯t = 0.0065 (t = 1000)", 3]);
  await page.press("notation");
  assert.deepEqual(await touch(), ["α¯t = 4.20×10⁻⁵ (t = 1000)", 3]);
  await page.press("notation");
  await page.tab.keyboard.press("Escape");
  assert.equal(await page.tab.$eval("[data-testid=card]", (card) => card.hasAttribute("hidden")), true);
  for (const id of ["ledger", "drown"]) await page.press(`down-${id}-reset`);
}

async function engineless() {
  const { browser, server } = await session({ amiss: { "pkg/chailou_bg.wasm": "missing" } });
  const page = await open(browser, server, ADDRESS);
  await page.tab.waitForFunction(
    () => {
      document.getElementById("down").scrollIntoView({ behavior: "instant" });
      return document.querySelector("[data-testid=down-error]");
    },
    { timeout: 60_000 },
  );
  assert.match(await page.text("down-error"), /^The engine draws this chapter's towers and could not start, .*404/);
  await page.close();
}

async function begins() {
  const { browser, server } = await session({});
  for (const before of [[], [wantsNoMotion]]) {
    const page = await open(browser, server, ADDRESS, before);
    await page.tab.waitForFunction(() => window.chailou?.down, { timeout: 60_000 });
    await page.evaluate(() => {
      Object.assign(window, { times: [] });
      chailou.down.timed.drown.line.addEventListener("move", ({ detail }) => window.times.push(detail.position));
      document.getElementById("ch2-drown").scrollIntoView({ behavior: "instant" });
    });
    await page.tab.waitForFunction(() => document.querySelector("[data-testid=down-ring]")?.textContent, {
      timeout: 60_000,
    });
    if (!before.length) await page.tab.waitForFunction(() => window.times.at(-1) === 75, { timeout: 60_000 });
    const times = await page.evaluate(() => window.times);
    if (before.length) assert.deepEqual(times, []);
    else assert.ok(times[0] < 75, `it began at ${times[0]}`);
    assert.equal(await setting(page, "drown"), 75);
    await page.close();
  }
}
