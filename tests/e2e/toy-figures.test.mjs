// @ts-check
// Chapter 8's figures as they are seen: all of them at one t, whoever moves it.

import assert from "node:assert/strict";
import { describe } from "node:test";
import { pageTest } from "./session.mjs";
import { approach, escaped, points, rest, set, startOver, toyPage, until } from "./toy-page.mjs";

describe("chapter 8's figures", () => {
  pageTest("slider, clouds, field and bars show one t, dragged, played and in training", toyPage, oneTime);
  pageTest("bricks that leave the picture are counted and drawn on its edge", toyPage, escapes);
  pageTest("a brick shows its way through all t, in either cloud", toyPage, ways);
  pageTest(
    "the losses have a legend: earlier runs of the same points only, the floor, what lies above it",
    toyPage,
    legend,
  );
});

/** Notes in window.seen what t each figure of the chapter says it shows, after every frame, until it is aborted. */
const watch = (page) =>
  page.evaluate(() => {
    window.seen = [];
    window.watching = new AbortController();
    const said = (text) => Number(/t = (\d+)/.exec(text ?? "")?.[1] ?? NaN);
    const label = (selector) =>
      document.querySelector(`#toy ${selector}:not([hidden])`)?.getAttribute("aria-label") ?? "";
    const look = () => {
      const { ariaValueText } = document.querySelector("#toy input[type=range]");
      const row = {
        slider: said(ariaValueText ?? document.querySelector("#toy input[type=range]").getAttribute("aria-valuetext")),
        above: said(document.querySelector("#toy .here").textContent),
        pad: said(label("point-pad canvas")),
        cloud: said(label("point-cloud canvas")),
        field: said(label("point-field canvas")),
      };
      const bars = said(label("t-bars canvas"));
      window.seen.push(Number.isNaN(bars) ? row : { ...row, bars });
      if (!window.watching.signal.aborted) requestAnimationFrame(() => setTimeout(look));
    };
    look();
  });

const watched = (page) =>
  page.evaluate(() => {
    window.watching.abort();
    return window.seen;
  });

/** Every row has one t. */
function agree(rows, least, what) {
  const several = rows.find((row) => new Set(Object.values(row)).size !== 1);
  assert.equal(several, undefined, `${what}: the figures disagree: ${JSON.stringify(several)}`);
  const times = new Set(rows.map(({ slider }) => slider));
  assert(times.size >= least, `${what}: only t = ${[...times]} was seen`);
  return times.size;
}

async function oneTime(page) {
  await approach(page);
  await page.click("toy-set-moons");
  await set(page, { toy_steps: 0 });
  await startOver(page);
  const counts = [];
  await watch(page);
  for (const position of [0, 12, 40, 3]) {
    await page.evaluate((position) => chailou.toy.timeline.seek(position), position);
    await page.evaluate(() => new Promise(requestAnimationFrame));
  }
  counts.push(agree(await watched(page), 3, "dragged"));
  await watch(page);
  await page.press("toy-demolish");
  await until(
    page,
    () => !chailou.toy.timeline.playing && chailou.toy.timeline.position === 40,
    "it did not come down",
  );
  counts.push(agree(await watched(page), 5, "played"));
  await page.press("toy-train");
  await until(page, () => chailou.toy.session.step > 0, "no step");
  await watch(page);
  await page.evaluate(() => (window.film = chailou.toy.cloud.film));
  await until(page, () => chailou.toy.timeline.playing && window.film !== chailou.toy.cloud.film, "no cloud played");
  await until(page, () => !chailou.toy.timeline.playing, "it did not end");
  const rows = await watched(page);
  assert("bars" in rows.at(-1), "the bars do not tell their t");
  counts.push(agree(rows, 5, "in training"));
  await rest(page);
  return `${counts.join(", ")} different t were seen`;
}

async function escapes(page) {
  await approach(page);
  await startOver(page);
  await page.evaluate(() => chailou.toy.timeline.seek(0));
  const { lit, middle, outside, bricks } = await escaped(page);
  assert(outside > 0.5 * bricks, `only ${outside} of ${bricks} bricks of an untrained network are outside`);
  assert(lit > 100, `${lit} pixels of the edge are lit, of ${outside} bricks outside`);
  const caption = await page.text("toy-cloud-caption");
  const number = (count) => count.toLocaleString("en");
  assert(caption.includes(`${number(outside)} of its ${number(bricks)} bricks`), `the caption says “${caption}”`);
  return `${outside} of ${bricks} outside, ${lit} pixels lit at the edge, ${middle} elsewhere`;
}

/** What is followed, as plain arrays. */
const followed = (page) =>
  page.evaluate(() => {
    const { down, up, wayDown, wayUp } = chailou.toy.follow;
    return { down, up, wayDown: wayDown && Array.from(wayDown), wayUp: wayUp && Array.from(wayUp) };
  });

async function ways(page) {
  await approach(page);
  await page.click("toy-set-moons");
  await page.evaluate(() => chailou.toy.timeline.seek(0));
  await until(page, () => chailou.toy.cloud.film && chailou.toy.session.state === "ready", "no cloud");
  await page.click("toy-tool-follow");
  const count = await page.evaluate(() => chailou.toy.dataset.count);
  await page.click("toy-pad");
  await page.click("toy-tool-spray");
  assert.equal(await page.evaluate(() => chailou.toy.dataset.count), count, "bricks after a click that follows");
  await page.tab.focus("point-cloud .over");
  await page.tab.keyboard.press("ArrowUp");
  await page.tab.keyboard.press("Enter");
  await until(page, () => chailou.toy.follow.wayUp, "no way of a rebuilt brick");
  const { down, up, wayDown, wayUp } = await followed(page);
  const brick = (cloud, index) => [...cloud.slice(2 * index, 2 * index + 2)].map(Math.fround);
  assert.deepEqual(wayUp.slice(0, 2), brick(await points(page, 0), up), "the way back ends at the rebuilt brick");
  assert.deepEqual(wayUp.slice(-2), brick(await points(page, 40), up), "the way back begins in the rubble");
  assert.deepEqual(wayUp.slice(24, 26), brick(await points(page, 12), up), "the way back at t = 300");
  const x0 = await page.evaluate((i) => Array.from(chailou.toy.dataset.points.slice(2 * i, 2 * i + 2)), down);
  assert.deepEqual(wayDown.slice(0, 2), x0, "the way down begins at the data's own brick");
  // by one noise: what is left of x_t without its share of x_0 has the same direction and size all the way
  const shares = await page.evaluate(() => chailou.toy.cloud.film.chain.table().map(({ alphaBar }) => alphaBar));
  const noise = (position, share) =>
    [0, 1].map((k) => (wayDown[10 * position + k] - Math.sqrt(share) * x0[k]) / Math.sqrt(1 - share));
  const [half, end] = [noise(20, shares[40]), noise(40, shares[0])];
  assert(Math.hypot(half[0] - end[0], half[1] - end[1]) < 1e-3, `the noise is ${half} at t = 500, ${end} at t = 1000`);
  assert(/way down/.test(await page.text("toy-pad-caption")) && /way back/.test(await page.text("toy-cloud-caption")));
  await page.tab.focus("point-cloud .over");
  await page.tab.keyboard.press("Escape");
  assert.deepEqual(await followed(page), { down: null, up: null, wayDown: null, wayUp: null }, "after Escape");
}

async function legend(page) {
  const told = () =>
    page.evaluate(() => [...document.querySelectorAll("#toy .legend li")].map(({ textContent }) => textContent));
  const run = async (steps) => {
    await set(page, { toy_steps: steps });
    await startOver(page);
    await page.press("toy-train");
    await until(page, () => chailou.toy.session.state === "finished", "the run did not end");
  };
  await approach(page);
  await page.click("toy-set-rings");
  await run(30);
  await run(31);
  await until(page, () => chailou.toy.floor.byT.length && chailou.toy.balance.rows.length, "no floor");
  const [present, before, floor, ...more] = await told();
  assert.match(present, /^This run: Rings, 2,000 bricks, merged/);
  assert.match(before, /^Before: Steps \(0: no end\) 30$/);
  assert.match(floor, /^floor 0\.\d+$/);
  assert.deepEqual(more, [], "runs on other points");
  assert.match(await page.text("toy-balance"), /floor of 0\.\d+\. .* is [\d.]+ now; half of that comes from t ≤ \d+/);
  await page.click("toy-loss-over");
  const { label, sums } = await page.evaluate(() => ({
    label: document.querySelector("#toy loss-curve canvas").getAttribute("aria-label"),
    sums: [chailou.toy.balance.over, chailou.toy.floor.mean, chailou.toy.curve.value],
  }));
  assert.match(label, /Step 31, [\d.]+ above the floor/);
  const [over, least, loss] = sums;
  assert(over > 0 && over < loss, `the network is ${over} above the floor of ${least}, the loss ${loss}`);
  await page.click("toy-loss-whole");
  await page.click("toy-set-spiral");
  await until(page, () => chailou.toy.session.state === "ready" && chailou.toy.session.step === 0, "no new network");
  const other = (await told()).filter((text) => !text.startsWith("floor"));
  assert.deepEqual(other, ["This run: Spiral, 2,000 bricks, merged (L_simple)"], "the legend of other points");
  await set(page, { toy_steps: 400 });
}
