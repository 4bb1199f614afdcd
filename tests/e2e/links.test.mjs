// @ts-check
// Links that readers have kept put on the stage what they put there when they were made. The numbers were recorded at
// commit 1358c1b, in Firefox, by `onStage` below; tests/page/links.test.mjs holds every single choice. And what happens
// when a link is followed, pasted or gone back to while the page is in use; what becomes of damaged ones,
// tests/page/mangled-links.test.mjs holds.

import assert from "node:assert/strict";
import { describe } from "node:test";
import { pageTest, sharedPage } from "./session.mjs";
import { SMALL, approach, until } from "./toy-page.mjs";

/** Nobody sees less; the page's weights have been rounded since (xtask/round.mjs). */
const HALF_A_GREY_LEVEL = 1 / 256;

/** link → what stands on the stage: the state, and mean and deviation of the first picture of the frame that is shown. */
const STAGE = {
  "lang=en&notation=ho&digit=7&seed=42&steps=20&spacing=trailing&eta=0.35&guidance=3.5&clip=1&at=13": {
    direction: "build",
    digit: 7,
    seed: 42,
    steps: 20,
    sampler: "ddim",
    guidance: 3.5,
    frame: 7,
    position: 13,
    view: "single",
    lang: "en",
    notation: "ho",
    mean: 0.04506,
    deviation: 1.01838,
  },
  "lang=zh&mode=grid&digit=mixed&steps=6&sampler=ddpm&sigma=zero&guidance=0&at=5": {
    direction: "build",
    digit: "mixed",
    seed: 7,
    steps: 6,
    sampler: "ddpm",
    guidance: 0,
    frame: 1,
    position: 5,
    view: "grid",
    lang: "zh",
    notation: "su",
    mean: -0.08162,
    deviation: 0.29614,
  },
  "lang=en&start=real&test=17&digit=0&steps=20&acts=d&at=15": {
    direction: "demolish",
    digit: 0,
    seed: 7,
    steps: 20,
    sampler: "ddim",
    guidance: 2,
    frame: 15,
    position: 15,
    view: "single",
    lang: "en",
    notation: "su",
    mean: -0.06527,
    deviation: 0.94956,
  },
  "lang=zh&start=real&test=3&digit=5&steps=20&acts=d.b5&at=10": {
    direction: "build",
    digit: 5,
    seed: 7,
    steps: 20,
    sampler: "ddim",
    guidance: 2,
    frame: 10,
    position: 10,
    view: "single",
    lang: "zh",
    notation: "su",
    mean: -0.22524,
    deviation: 1.08773,
  },
  "lang=en&digit=2&steps=20&acts=b3.d.b2&at=4": {
    direction: "build",
    digit: 2,
    seed: 7,
    steps: 20,
    sampler: "ddim",
    guidance: 2,
    frame: 16,
    position: 4,
    view: "single",
    lang: "en",
    notation: "su",
    mean: -0.58413,
    deviation: 0.84099,
  },
};

describe("old links", () => {
  for (const [link, expected] of Object.entries(STAGE)) {
    const page = sharedPage({ hash: link }, {}, async () => {});
    pageTest(`#${link} restores the stage`, page, async (page) => {
      const { mean, deviation, ...state } = await onStage(page);
      const { mean: itsMean, deviation: itsDeviation, ...itsState } = expected;
      assert.deepEqual(state, { model: "digits", ...itsState });
      assert(Math.abs(mean - itsMean) < HALF_A_GREY_LEVEL, `the picture's mean is ${mean}, was ${itsMean}`);
      assert(
        Math.abs(deviation - itsDeviation) < HALF_A_GREY_LEVEL,
        `its deviation is ${deviation}, was ${itsDeviation}`,
      );
    });
  }
});

describe("links where the page stands", () => {
  const page = sharedPage({ hash: `lang=en&steps=10&${SMALL}&toy_steps=0` });
  pageTest("an anchor scrolls, and training goes on", page, anchors);
  pageTest("a link is applied in place; back and forward walk through states, not through anchors", page, inPlace);
  pageTest("what cannot be read, or shown, is said, and the rest stands", page, damaged);
  pageTest("links complain of nothing", page, async (page) => page.complainsOfNothing());
});

const go = (page, hash) => page.evaluate((hash) => void (location.hash = hash), hash);
const look = (page) =>
  page.evaluate(() => {
    const { settings, session, dataset } = chailou.toy;
    const choices = Object.fromEntries(
      ["seed", "steps", "toy", "toy_lr", "toy_at"].map((name) => [name, settings.get(name)]),
    );
    const same = window.network === session.network && window.drawn === dataset.points;
    return { ...choices, same, training: session.training, points: dataset.count };
  });

/** A network in training on drawn points; the first of the tests makes it. */
async function training(page) {
  if (await page.evaluate(() => Boolean(window.network && chailou.toy.session.training))) return;
  await approach(page);
  await page.evaluate(() => {
    chailou.toy.settings.set({ toy: "own" });
    chailou.toy.dataset.beginStroke();
    for (let i = 0; i < 50; i++) chailou.toy.dataset.spray(Math.sin(i), Math.cos(3 * i), 0.3, 2);
    chailou.toy.dataset.endStroke();
    document.querySelector("[data-testid=toy-train]").dispatchEvent(new MouseEvent("click"));
  });
  await until(page, () => chailou.toy.session.training && chailou.toy.session.step > 20, "no training");
  await page.evaluate(() =>
    Object.assign(window, { network: chailou.toy.session.network, drawn: chailou.toy.dataset.points }),
  );
}

async function anchors(page) {
  await training(page);
  const before = await look(page);
  const entries = await page.evaluate(() => history.length);
  await page.tab.$eval("a.skip", (link) => /** @type {HTMLElement} */ (link).click());
  await page.tab.waitForFunction(() => document.activeElement?.id === "stage" && /^#stage&/.test(location.hash));
  await go(page, "#ch9");
  await page.tab.waitForFunction(() => /^#ch9&check=/.test(location.hash));
  await page.tab.waitForFunction(() => Math.abs(document.getElementById("ch9").getBoundingClientRect().top) < 200);
  await page.evaluate(() => history.back());
  await page.tab.waitForFunction(() => /^#stage&/.test(location.hash));
  assert.deepEqual(await look(page), before, "the state, after three anchors");
  assert.equal(await page.evaluate(() => history.length), entries + 2);
  const step = await page.evaluate(() => chailou.toy.session.step);
  await until(page, (step) => chailou.toy.session.step > step, "training stands still", 30, step);
}

async function inPlace(page) {
  await training(page);
  const before = await look(page);
  await go(page, `#lang=en&steps=10&${SMALL}&toy_steps=0&seed=9&toy=rings&toy_at=7&toy_lr=0.002&acts=b3&at=4`);
  await page.tab.waitForFunction(() => chailou.stage.state.seed === 9 && chailou.stage.state.position === 4);
  await page.tab.waitForFunction(() => chailou.toy.timeline.position === 7);
  const after = await look(page);
  assert.deepEqual([after.toy, after.points, after.toy_lr], ["rings", 2000, 0.002]);
  assert(await page.evaluate(() => window.network === chailou.toy.session.network), "the network has gone");
  assert.match(await page.text("toy-status"), /start/i, "what is applied at the next start is said");
  assert(!(await page.text("link")), `a sound link: ${await page.text("link")}`);

  await go(page, "#ch8"); // an anchor within this state, and a change: going back goes on behind both
  await page.tab.waitForFunction(() => /^#ch8&check=/.test(location.hash));
  await page.evaluate(() => chailou.toy.settings.set({ toy_lr: 0.003 }));
  await page.tab.waitForFunction(() => /^#ch8&.*toy_lr=0.003/.test(location.hash));
  await page.evaluate(() => history.back());
  await page.tab.waitForFunction(() => /^#check=.*toy_lr=0.003/.test(location.hash));
  await page.evaluate(() => history.back());
  await page.tab.waitForFunction((seed) => chailou.stage.state.seed === seed, {}, before.seed);
  const back = await look(page);
  assert.deepEqual([back.toy, back.points, back.toy_lr], [before.toy, before.points, before.toy_lr]);
  assert(
    await page.evaluate(() => window.network === chailou.toy.session.network),
    "the network has gone on the way back",
  );
  await page.evaluate(() => history.forward());
  await page.tab.waitForFunction(() => chailou.stage.state.seed === 9);
}

async function damaged(page) {
  await training(page);
  await go(page, `#check=1abc&lang=en&steps=10&${SMALL}&toy_steps=0&seed=-1&toy_at=3`);
  await page.tab.waitForFunction(() => document.querySelector("[data-testid=link][role=alert]"));
  assert.match(await page.text("link"), /cut or changed.*seed=-1 means nothing/);
  const seen = () =>
    page.evaluate(() => {
      const { top, bottom } = document.querySelector("[data-testid=link]").getBoundingClientRect();
      return top >= 0 && bottom < innerHeight / 2;
    });
  assert(await seen(), "the sentence stands near the top of the screen, wherever the reader is");
  await page.evaluate(() => chailou.toy.settings.set({ lang: "zh" }));
  assert.match(await page.text("link"), /截短或改动.*seed=-1/);
  await page.evaluate(() => chailou.toy.settings.set({ lang: "en" }));
  await page.tab.click("[data-testid=link] button");
  assert.equal(await page.text("link"), null);

  const before = await page.state();
  await go(page, "#lang=en&digit=77&steps=10"); // well formed, but this model has ten digits
  await page.tab.waitForFunction(() => document.querySelector("[data-testid=error]"), { timeout: 60_000 });
  assert.match(await page.text("error"), /77/);
  const after = await page.state();
  assert.equal(after.digit, before.digit);
  assert(await page.evaluate(() => chailou.stage.chain !== null), "the stage is empty");
  await page.evaluate(() => chailou.stage.notices.clear("error"));
}

/** What the link has put on the stage, once it has stood there for a second: on the way other acts pass the same place. */
async function onStage(page) {
  await page.tab.waitForFunction(
    () => {
      const link = new URLSearchParams(location.hash.slice(1));
      const { chain, state } = window.chailou?.stage ?? {};
      const there = chain && state.position === Number(link.get("at")) && chain.position() >= state.frame;
      if (!there || window.stood?.chain !== chain) window.stood = { chain, since: performance.now() };
      return performance.now() - window.stood.since > 1000;
    },
    { timeout: 120_000, polling: 100 },
  );
  const { playing, ...state } = await page.state();
  const [picture] = await page.pictures(state.frame);
  const mean = picture.reduce((sum, value) => sum + value, 0) / picture.length;
  const deviation = Math.sqrt(picture.reduce((sum, value) => sum + (value - mean) ** 2, 0) / picture.length);
  return { ...state, mean, deviation };
}
