// @ts-check
// Chapter 1: the table lights its picture, the crew builds towers from rubble, and the game deals, judges and keeps score as
// its best player's exact rates say.

import assert from "node:assert/strict";
import { describe } from "node:test";
import { open } from "./page.mjs";
import { pageTest, session, sharedPage } from "./session.mjs";

const ADDRESS = { hash: "lang=en&steps=10&analogy_round=1" }; // a choice of the chapter's, so that it is loaded
const shared = sharedPage(ADDRESS, {}, async (page) => {
  await page.ready();
  await page.pause();
  await drawn(page);
});

describe("chapter 1", () => {
  pageTest("a word of the table lights its part: by pointer, by keys, and for good when tapped", shared, table);
  pageTest(
    "a tower comes down; from its rubble the crew builds towers of the street, and other dice others",
    shared,
    site,
  );
  pageTest("one step back: only the true one needs noise as dice throw it", shared, step);
  pageTest(
    "one jump back: the best player's rate falls from certainty to little more than blind guessing",
    shared,
    jump,
  );
  pageTest("three pasts of one picture: three honest noises, and one time in three", shared, pasts);
  pageTest("score, round, language and reset", shared, score);
  pageTest("without the engine there are no towers, and a sentence says so", shared, engineless);
});

/** Brings the figures near the screen one after another, until each has drawn; none is left moving. */
async function drawn(page) {
  for (const [id, told] of [
    ["site", "analogy-told"],
    ["game", "analogy-question"],
  ])
    await page.tab.waitForFunction(
      (id, told) => {
        document.getElementById(`ch1-${id}`).scrollIntoView({ behavior: "instant" });
        return document.querySelector(`[data-testid="${told}"]`)?.textContent;
      },
      { timeout: 60_000 },
      id,
      told,
    );
  await page.evaluate(() => chailou.analogy.timed.site.hold());
  for (const id of ["site", "game"]) await page.press(`analogy-${id}-reset`);
}

const setting = (page, name) => page.evaluate((name) => chailou.analogy.site.get(name), name);
const set = (page, changes) => page.evaluate((changes) => chailou.analogy.site.set(changes), changes);
const picture = (page, id) =>
  page.tab.$eval(`[data-testid="${id}"]`, (canvas) => /** @type {HTMLCanvasElement} */ (canvas).toDataURL());
const lit = (page) =>
  page.tab.$$eval("#ch1-site .is-lit:not(tr)", (parts) =>
    parts.map((part) => /** @type {HTMLElement} */ (part).dataset.partOf).join(),
  );
/** Presses a phrase of the prose that the reader sees. */
const phrase = (page, set) =>
  page.tab.$eval(`#analogy div[lang=en] [data-set="${set}"]`, (button) => /** @type {HTMLElement} */ (button).click());
/** What each card says. */
const cards = (page) =>
  page.tab.$$eval(".analogy-card", (all) =>
    all.map((card) => ({
      label: card.getAttribute("aria-label") ?? "",
      text: card.textContent?.replace("ε ?", "").trim() ?? "",
      right: card.classList.contains("is-true"),
    })),
  );
const scored = (page) => page.text("analogy-score");

async function table(page) {
  const word = (name) => `#ch1-site div[lang=en] tr[data-lights="${name}"] button`;
  for (const name of ["z", "x", "q", "p", "crew"]) {
    await page.tab.focus(word(name));
    assert.equal(await lit(page), name);
  }
  await page.tab.locator(word("q")).click();
  await page.tab.mouse.move(1, 1);
  await page.evaluate(() => /** @type {HTMLElement} */ (document.activeElement).blur());
  assert.equal(await lit(page), "q");
  assert.equal(await page.tab.$eval(word("q"), (button) => button.getAttribute("aria-pressed")), "true");
  await page.tab.focus(word("q"));
  await page.tab.keyboard.press("Enter");
  await page.evaluate(() => /** @type {HTMLElement} */ (document.activeElement).blur());
  assert.equal(await lit(page), "");
}

async function site(page) {
  const open = async () => Number(/among (\d+\.\d) towers/.exec(await page.text("analogy-told"))[1]);
  await phrase(page, "t=1000 way=down");
  assert.ok((await open()) > 15.5, `at the rubble ${await open()} are open`);
  assert.equal(await picture(page, "analogy-now"), await picture(page, "analogy-rubble"));
  await phrase(page, "t=300 way=down");
  assert.equal(await open(), 1);
  assert.equal(await picture(page, "analogy-guess"), await picture(page, "analogy-tower"));
  const ends = new Set();
  for (const build of [1, 2, 3, 4]) {
    await set(page, { way: "up", build, t: 0 });
    const told = await page.text("analogy-told");
    assert.match(told, /^Done: number \d+ of the street/);
    ends.add(told);
    assert.equal(await picture(page, "analogy-now"), await picture(page, "analogy-guess"));
  }
  assert.ok(ends.size > 1, [...ends].join());
  await page.press("analogy-site-build");
  await page.tab.waitForFunction(() => chailou.analogy.site.get("t") === 0, { timeout: 60_000 });
  assert.deepEqual([await setting(page, "way"), await setting(page, "build")], ["up", 5]);
  await page.press("analogy-site-act");
  assert.equal(await setting(page, "way"), "down");
  await page.evaluate(() => chailou.analogy.timed.site.hold());
  await page.press("analogy-site-reset");
  assert.equal(await setting(page, "t"), 1000);
}

/** Answers with the right one, or a wrong one. */
async function answer(page, right) {
  const k = await page.evaluate((right) => {
    const { truth, candidates } = chailou.analogy.game.dealt;
    return right ? truth : (truth + 1) % candidates.length;
  }, right);
  await page.press(`analogy-card-${k}`);
}

async function step(page) {
  for (const t of [1, 100, 1000]) {
    await set(page, { level: "step", at: t, round: 1 });
    assert.equal((await cards(page)).length, 3);
    assert.deepEqual(
      (await cards(page)).map(({ text }) => text),
      ["Picture 1", "Picture 2", "Picture 3"],
    );
    await answer(page, true);
    assert.match(
      await page.text("analogy-verdict"),
      /^Right\. .*less than once in 10 to the power of \d+,\d{3} rounds/,
    );
    for (const { text, right, label } of await cards(page)) {
      const [, chance, size] = /^chance (\d+)%; its noise has mean square ([\d.,]+)$/.exec(text);
      const worth = Number(size.replaceAll(",", ""));
      if (right) assert.ok(Math.abs(worth - 1) < 0.15 && chance === "100", `t = ${t}: ${text}`);
      else assert.ok(worth > 20 && chance === "0", `t = ${t}: ${text}`);
      assert.equal(/This was it/.test(label), right);
    }
    assert.match(await scored(page), new RegExp(`At t = ${t} it is right 100% of the time`));
  }
}

async function jump(page) {
  await page.press("analogy-level-jump");
  assert.equal(await setting(page, "at"), 1000);
  const rates = [];
  for (const t of [1000, 850, 700, 550, 300]) {
    await set(page, { at: t });
    await page.tab.waitForFunction(() => !/…/.test(document.querySelector("[data-testid=analogy-score]").textContent));
    rates.push(Number(/right (\d+)%/.exec(await scored(page))[1]));
  }
  assert.deepEqual(rates, [8, 15, 44, 90, 100]); // of which the prose names three
  assert.match(await scored(page), /blind guessing 6%/);
  await set(page, { at: 1000 });
  await answer(page, false);
  assert.match(await page.text("analogy-verdict"), /^No, it was picture \d+\. Below each tower stands its chance/);
  const chances = (await cards(page)).map(({ text }) => Number(text.replace("%", "")));
  assert.equal(chances.length, 16);
  assert.ok(Math.max(...chances) <= 12 && Math.min(...chances) >= 3, `${chances}`);
}

async function pasts(page) {
  await phrase(page, "level=pasts at=600");
  await answer(page, false);
  assert.match(await page.text("analogy-verdict"), /Nobody can tell\.$/);
  for (const { text } of await cards(page)) {
    const [, size] = /^chance 33%; its noise has mean square (\d\.\d\d)$/.exec(text);
    assert.ok(Math.abs(Number(size) - 1) < 0.15, text);
  }
  assert.match(await scored(page), /At t = 600 it is right 33% of the time in the long run, blind guessing 33%/);
}

async function score(page) {
  await page.press("analogy-game-reset");
  assert.match(await scored(page), /^Your score: 0 of 0\./);
  await answer(page, true);
  await answer(page, false); // the first answer counts
  const one = await picture(page, "analogy-x");
  await page.press("analogy-next");
  assert.equal(await setting(page, "round"), 2);
  assert.notEqual(await picture(page, "analogy-x"), one);
  await answer(page, false);
  assert.match(await scored(page), /^Your score: 1 of 2\. The best player’s: 2 of 2\./);
  await page.press("lang");
  assert.match(await scored(page), /^这一关 2 局，你中 1 局，最好的玩家中 2 局。/);
  assert.match(await page.text("analogy-question"), /^左边拆到了第 100 步/);
  await page.press("lang");
  await page.tab.focus("[data-testid=analogy-game-time]");
  await page.tab.keyboard.press("ArrowRight");
  assert.equal(await setting(page, "at"), 101);
  assert.equal(await page.text("analogy-verdict"), "");
  await page.press("analogy-game-reset");
  assert.deepEqual([await setting(page, "at"), await setting(page, "round")], [100, 1]);
  assert.equal(await picture(page, "analogy-x"), one);
  page.complainsOfNothing();
}

async function engineless() {
  const { browser, server } = await session({ amiss: { "pkg/chailou_bg.wasm": "missing" } });
  const page = await open(browser, server, ADDRESS);
  await page.tab.waitForFunction(
    () => {
      document.getElementById("analogy").scrollIntoView({ behavior: "instant" });
      return document.querySelector("[data-testid=analogy-error]");
    },
    { timeout: 60_000 },
  );
  assert.match(await page.text("analogy-error"), /^The engine draws this chapter's towers and could not start, .*404/);
  await page.close();
}
