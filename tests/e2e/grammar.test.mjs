// @ts-check
// What all chapters have in common: a symbol lights up wherever it stands and has a card, by mouse, keyboard and finger; the
// contents lead to every chapter and know where the reader has been.

import assert from "node:assert/strict";
import { describe } from "node:test";
import { pageTest, sharedPage } from "./session.mjs";

const shared = sharedPage({ hash: "lang=en&steps=10&down_merged=0", width: 1440 }, {}, async (page) => {
  await page.ready();
  await page.pause();
});

describe("symbols and contents", () => {
  pageTest("a symbol lights up in every chapter, and its card has name, notations and first use", shared, card);
  pageTest("the contents lead to a chapter, hold it, and remember it", shared, contents);
  pageTest("complains of nothing", shared, async (page) => page.complainsOfNothing());
});

/** The card, "" while there is none. @param {import("./page.mjs").Page} page */
const told = (page) => page.tab.$eval("[data-testid=card]", (card) => (card.checkVisibility() ? card.textContent : ""));

async function card(page) {
  await page.evaluate(() => document.getElementById("toy").scrollIntoView({ behavior: "instant" }));
  await page.tab.waitForFunction(() => "toy" in chailou); // what is made there moves what stands below
  const symbol = await page.tab.evaluateHandle(
    () =>
      /** @type {Element} */ (
        [...document.querySelectorAll('#toy [data-symbol="x_t"]')].find((element) => element.checkVisibility())
      ),
  );
  await symbol.hover();
  await page.tab.waitForFunction(() => document.querySelector("[data-testid=card]")?.checkVisibility());
  assert.match(await told(page), /The picture after t steps of demolition\..*First met in chapter 0\b/s);
  const lit = (section) =>
    page.evaluate((section) => document.querySelectorAll(`#${section} [data-symbol="x_t"].lit`).length, section);
  for (const section of ["stage", "down", "toy"]) assert.ok((await lit(section)) > 0, section);
  await page.tab.keyboard.press("Escape");
  assert.equal(await told(page), "");
  assert.equal(await lit("toy"), 0);

  // by keyboard: the first of each symbol in a chapter is a stop
  const stops = await page.evaluate(() => {
    const found = [...document.querySelectorAll("#down math[tabindex]")];
    return found.map((element) => [
      element.querySelector("[data-symbol]")?.getAttribute("data-symbol"),
      element.checkVisibility(),
    ]);
  });
  assert.ok(stops.length > 5 && stops.every(([, visible]) => visible), JSON.stringify(stops));
  assert.equal(new Set(stops.map(([name]) => name)).size, stops.length);
  await page.tab.$eval("#down math[tabindex]:has([data-symbol=beta_t])", (formula) => formula.focus());
  assert.match(await told(page), /How much noise one step throws\..*Su βt.*Ho √?βt/s);
  await page.press("notation");
  await page.press("notation");
  await page.press("lang");
  assert.equal(await page.tab.$eval("#down math[tabindex]", (stop) => stop.closest("[lang]").lang), "zh-CN");
  await page.press("lang");
}

/** A place that the contents have led to stays where it is while the page above it grows, until the reader scrolls. */
async function held(page) {
  const top = (work) =>
    page.evaluate(async (work) => {
      const growth = document.createElement("div");
      growth.style.height = "500px";
      if (work === "grow") document.querySelector("main").prepend(growth);
      scrollBy({ top: 200, behavior: "instant" }); // as a browser does that keeps something else in its place
      for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
      return document.getElementById("ch8").getBoundingClientRect().top;
    }, work);
  const grown = await top("grow");
  assert(Math.abs(grown) < 4, `chapter 8 begins at ${grown} px when something above it has grown`);
  const scrolled = await top("scroll");
  assert(Math.abs(scrolled + 200) < 4, `chapter 8 begins at ${scrolled} px when the reader has scrolled by 200`);
}

/** The reader scrolls, 50 px at a time, until the contents are shown or not: a page that grows meanwhile delays it only. */
const scrollUntil = (page, shown, direction) =>
  page.tab.waitForFunction(
    (opacity, top) => {
      if (getComputedStyle(document.querySelector(".contents")).opacity === opacity) return true;
      scrollBy({ top, behavior: "instant" });
    },
    { polling: 100 },
    shown ? "1" : "0",
    50 * direction,
  );

async function contents(page) {
  const entries = () =>
    page.tab.$$eval("[data-testid=contents] a", (links) =>
      links.map((link) => [link.hash, link.classList.contains("visited"), link.hasAttribute("aria-current")]),
    );
  const chapters = (await entries()).map(([hash]) => hash);
  assert.equal(chapters[0], "#ch0");
  assert.ok(chapters.includes("#ch2") && chapters.includes("#ch9"));
  await page.evaluate(() => scrollTo({ top: 0, behavior: "instant" }));
  await page.tab.hover("[data-testid=contents] a");
  await page.tab.click('[data-testid=contents] a[href="#ch8"]');
  await page.tab.waitForFunction(() => "toy" in chailou && location.hash.startsWith("#ch8"));
  await page.tab.waitForSelector('[data-testid=contents] a[href="#ch8"][aria-current].visited');
  await page.tab.waitForFunction(() => Math.abs(document.getElementById("ch8")?.getBoundingClientRect().top ?? 99) < 4);
  assert.match(await page.evaluate(() => localStorage.getItem("chailou:visited")), /\bch8\b/);
  await held(page);

  await page.tab.setViewport({ width: 360, height: 740 });
  await scrollUntil(page, false, 1);
  await scrollUntil(page, true, -1); // back up: the reader looks for something
  await page.evaluate(async () => {
    const growth = document.createElement("div");
    growth.style.height = "500px";
    document.querySelector("main").prepend(growth);
    for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
  });
  assert(await page.evaluate(() => document.querySelector(".contents").classList.contains("wanted")));
  await page.tab.click("[data-testid=contents-open]");
  await page.tab.click('[data-testid=contents] a[href="#ch2"]');
  await page.tab.waitForFunction(() => Math.abs(document.getElementById("ch2")?.getBoundingClientRect().top ?? 99) < 4);
  assert.equal(
    await page.tab.$eval("[data-testid=contents-open]", (button) => button.getAttribute("aria-expanded")),
    "false",
  );
  await page.tab.setViewport({ width: 1440, height: 900 });
}
