// @ts-check
// The page's other model on the stage: a link brings towers and nothing else, digits are one click away and so is the way
// back, classes are hours and roofs in words and pictures, and what is demolished is a real tower.

import assert from "node:assert/strict";
import { describe } from "node:test";
import { pageTest, sharedPage } from "./session.mjs";

/** Values of a channel in the first rows, where there is little but sky. */
const SKY = 4 * 32;
const NIGHT_WITH_SPIRE = 10;
const TOWERS = `lang=en&steps=10&model=towers&digit=${NIGHT_WITH_SPIRE}&guidance=3`;

const towers = sharedPage({ hash: TOWERS });
const first = sharedPage({ hash: "lang=en" });

describe("towers on the stage", () => {
  pageTest("a page of which the link says nothing opens with a tower", first, opens);
  pageTest("a link brings the model of towers, and no other", towers, link);
  pageTest("digits come and go, each with what suits them", towers, digitsAndBack);
  pageTest("an hour and a roof are chosen in words and pictures", towers, hourAndRoof);
  pageTest("a real tower comes down", towers, realTower);
  pageTest("a link takes the page from one model to the other", towers, otherLink);
  pageTest("towers complain of nothing", towers, async (page) => page.complainsOfNothing());
});

const weights = (page) => page.requests.map(({ path }) => path).filter((path) => path.includes("safetensors"));
const values = (page, what, frame) =>
  page.evaluate(async (what, frame) => Array.from(await chailou.stage.chain.read(what, frame)), what, frame);

/** Mean of each channel over the sky. @param {number[]} picture */
const sky = (picture) =>
  [0, 1, 2].map((c) => picture.slice(1024 * c, 1024 * c + SKY).reduce((sum, value) => sum + value, 0) / SKY);

/** Means of the channels of class 7, seed 7, computed natively with weights that are not rounded (tests/sampling/towers.rs). */
const SEVEN = [-0.0291, -0.315, -0.1914];
const HALF_A_GREY_LEVEL = 1 / 255;

/** The hour of the real towers whose skies are nearest to a picture's: 0 day, 1 dusk, 2 night. */
async function hourOf(page, picture) {
  const skies = await page.evaluate(async (count) => {
    const { openSet } = await import(new URL("pkg/chailou.js", document.baseURI).href);
    const { values, labels } = openSet("towers:60", { seed: 2 });
    return [0, 1, 2].map((hour) => {
      const those = [...labels.keys()].filter((i) => Math.floor(labels[i] / 4) === hour);
      return [0, 1, 2].map((c) => {
        const channel = those.flatMap((i) => [...values.slice(3072 * i + 1024 * c, 3072 * i + 1024 * c + count)]);
        return channel.reduce((sum, value) => sum + value, 0) / channel.length;
      });
    });
  }, SKY);
  const distances = skies.map((real) => Math.hypot(...sky(picture).map((mean, c) => mean - real[c])));
  return distances.indexOf(Math.min(...distances));
}

/** Waits for a model's first frame and stops it there; the setting alone says what is going to stand there. */
async function stands(page, model) {
  const there = (model, channels) => {
    const { state, model: loaded, chain, busy } = chailou.stage;
    return state.model === model && loaded?.config().in_channels === channels && !busy && chain?.position() >= 1;
  };
  await page.tab.waitForFunction(there, { timeout: 240_000 }, model, model === "towers" ? 3 : 1);
  await page.pause();
}

/** Towers of a class, to the end. */
async function towerOf(page, digit) {
  if ((await page.state()).model !== "towers") await page.press("model");
  await stands(page, "towers");
  await page.start({ direction: "build", start: "noise", view: "single", digit, seed: 7, steps: 10, guidance: 3 });
  await page.runToEnd();
  return values(page, "x_t", 10);
}

async function opens(page) {
  await stands(page, "towers");
  assert.deepEqual(
    weights(page).filter((path) => !path.includes("towers")),
    [],
    "weights of digits that nobody asked for",
  );
  const { digit, guidance } = await page.state();
  assert.deepEqual([digit, guidance], [7, 3]);
  page.complainsOfNothing();
}

async function link(page) {
  await stands(page, "towers");
  assert.deepEqual(
    weights(page).filter((path) => !path.includes("towers")),
    [],
    "weights of digits that nobody asked for",
  );
  const { digit, guidance } = await page.state();
  assert.deepEqual([digit, guidance], [NIGHT_WITH_SPIRE, 3]);
  assert.match(await page.text("legend"), /answers v̂/, "the caption says what the network answers");
}

async function digitsAndBack(page) {
  await stands(page, "towers");
  await page.press("model");
  await stands(page, "digits");
  const digits = await page.state();
  assert.deepEqual([digits.digit, digits.guidance], [3, 2]);
  assert.equal((await values(page, "x_t", 0)).length, 28 * 28);
  assert.equal(await page.visible("digit-5"), true);
  assert.equal(await page.visible("hour-day"), false);
  await page.press("model");
  await stands(page, "towers");
  const { digit, guidance } = await page.state();
  assert.deepEqual([digit, guidance], [7, 3]);
  for (const choice of ["model=towers", "digit=7", "guidance=3", "steps=10"])
    await page.tab.waitForFunction((choice) => location.hash.includes(choice), { timeout: 10_000 }, choice);
  assert.equal(weights(page).length, 2, "each model's weights come once");
}

async function hourAndRoof(page) {
  const picture = await towerOf(page, 7);
  for (const [c, expected] of SEVEN.entries()) {
    const mean = picture.slice(1024 * c, 1024 * (c + 1)).reduce((sum, value) => sum + value, 0) / 1024;
    assert(Math.abs(mean - expected) < HALF_A_GREY_LEVEL, `channel ${c}: mean ${mean}, natively ${expected}`);
  }
  assert.equal(await hourOf(page, picture), 1, `dusk was asked for; the sky is ${sky(picture)}`);
  const pressed = () =>
    page.tab.$$eval("[data-testid=hours] button, [data-testid=roofs] button", (buttons) =>
      buttons.filter((button) => button.getAttribute("aria-pressed") === "true").map(({ textContent }) => textContent),
    );
  assert.deepEqual(await pressed(), ["dusk", "eaves"]);
  await page.tab.waitForFunction(
    () => {
      const [day, dusk, night] = [...document.querySelectorAll("[data-testid=hours] canvas")].map((canvas) => {
        const { data } = /** @type {HTMLCanvasElement} */ (canvas).getContext("2d").getImageData(2, 2, 1, 1);
        return data;
      });
      return day[2] > day[0] && dusk[0] > 40 && night[0] < 40; // blue, purple, nearly black
    },
    { timeout: 30_000 },
  );
  await page.press("hour-night");
  await page.tab.waitForFunction(() => chailou.stage.state.digit === 11 && !chailou.stage.busy, { timeout: 60_000 });
  assert.deepEqual(await pressed(), ["night", "eaves"]);
  await page.runToEnd();
  const night = await values(page, "x_t", 10);
  assert.equal(await hourOf(page, night), 2, `night was asked for; the sky is ${sky(night)}`);
  await page.press("digit-any");
  await page.tab.waitForFunction(() => chailou.stage.state.digit === "any" && !chailou.stage.busy, { timeout: 60_000 });
  assert.deepEqual(await pressed(), []);
  return `the skies of dusk and night are ${[picture, night].map((one) => sky(one).map((mean) => mean.toFixed(2)))}`;
}

async function realTower(page) {
  await towerOf(page, 5);
  await page.press("from-real");
  await page.tab.waitForFunction(() => chailou.stage.state.direction === "demolish", { timeout: 60_000 });
  await page.runToEnd();
  const { real, label, index } = await page.evaluate(async () => {
    const { openSet } = await import(new URL("pkg/chailou.js", document.baseURI).href);
    const { values, labels } = openSet("towers:200", { seed: 2 });
    const chosen = document.querySelector("[data-testid=tests] [aria-pressed=true]");
    const index = Number(/** @type {HTMLButtonElement} */ (chosen).value);
    return { index, label: labels[index], real: Array.from(values.slice(3072 * index, 3072 * (index + 1))) };
  });
  assert.equal(label, 5, "the class that was chosen");
  assert.deepEqual(await values(page, "x_t", 0), real, "x_0 is the generator's");
  const rubble = await values(page, "x_t", 10);
  const square = rubble.reduce((sum, value) => sum + value * value, 0) / rubble.length;
  assert(Math.abs(square - 1) < 0.1, `rubble of mean square ${square}`);
  await page.press("from-noise");
  return `tower ${index}`;
}

async function otherLink(page) {
  await stands(page, (await page.state()).model);
  const open = (hash) => page.evaluate((hash) => void (location.hash = hash), hash);
  await open("lang=en&steps=10&digit=5");
  await stands(page, "digits");
  assert.deepEqual([(await page.state()).digit, (await values(page, "x_t", 0)).length], [5, 784]);
  await open(`${TOWERS}&at=7`);
  await page.tab.waitForFunction(
    () => chailou.stage.state.model === "towers" && chailou.stage.state.position === 7 && !chailou.stage.busy,
    { timeout: 120_000 },
  );
  assert.deepEqual([(await page.state()).digit, (await values(page, "x_t", 0)).length], [NIGHT_WITH_SPIRE, 3072]);
}
