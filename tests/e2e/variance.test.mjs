// @ts-check
// Chapter 4: the two noises and their slope, the axes that turn, and the race: the mean gradients agree, the spreads do not.

import assert from "node:assert/strict";
import { describe } from "node:test";
import { BROWSER, pageTest, sharedPage } from "./session.mjs";

const ADDRESS = { query: "backend=cpu", hash: "lang=en&steps=5&variance_step=30" }; // a choice of the chapter's
const shared = sharedPage(ADDRESS, {}, async (page) => {
  await page.ready();
  await page.pause();
  for (const [id, told] of [
    ["step", "variance-told"],
    ["dial", "variance-turned-told"],
  ]) {
    await page.tab.waitForFunction(
      (id, told) => {
        document.getElementById(`ch4-${id}`).scrollIntoView({ behavior: "instant" });
        return document.querySelector(`[data-testid="${told}"]`)?.textContent;
      },
      { timeout: 60_000 },
      id,
      told,
    );
    await page.evaluate((id) => chailou.variance.timed[id].hold(), id);
    await page.press(`variance-${id}-reset`);
  }
});

describe("chapter 4", () => {
  pageTest("the two noises: slope and rest are the exact ones, and nothing once they are independent", shared, noises);
  pageTest("the axes turn by hand, by slider and to the mark, where the second one is not needed", shared, dial);
  if (BROWSER === "chromium")
    // the trainer itself is tried in both browsers elsewhere
    pageTest("the race: equal mean gradients, unequal spreads, and the steadier network ahead", shared, race);
  pageTest("a race can be stopped, and another batch begins anew", shared, stopped);
});

const setting = (page, name) => page.evaluate((name) => chailou.variance.site.get(name), name);
const set = (page, choices) => page.evaluate((choices) => chailou.variance.site.set(choices), choices);
const label = (page, id) =>
  page.tab.$eval(`[data-testid="${id}"]`, (element) => element.getAttribute("aria-label") ?? "");
const picture = (page, id) =>
  page.tab.$eval(`[data-testid="${id}"]`, (canvas) => /** @type {HTMLCanvasElement} */ (canvas).toDataURL());
/** Presses a phrase of the prose that the reader sees. */
const phrase = (page, set) =>
  page.tab.$eval(`#variance div[lang=en] [data-set="${set}"]`, (button) => /** @type {HTMLElement} */ (button).click());
const numbers = (text) => (text.replaceAll("−", "-").match(/-?\d+(\.\d+)?/g) ?? []).map(Number);

async function noises(page) {
  for (const t of [1, 9, 500]) {
    await phrase(page, `step=${t}`);
    const [exact, slope, strays, rest, left] = numbers(await page.text("variance-told"));
    assert.ok(Math.abs(slope - exact) < 2 * strays + 1e-3, `t = ${t}: slope ${slope}, exactly ${exact}`);
    assert.ok(Math.abs(left - rest) < 0.12 * rest + 1e-3, `t = ${t}: ${left} left, exactly ${rest}`);
    assert.ok(Math.abs(exact ** 2 + rest - 1) < 2e-3, "slope² and rest add up to 1");
  }
  await phrase(page, "step=1");
  assert.match(await page.text("variance-told"), /^Slope: 1\.000 exactly, 1\.000 measured .* 0\.000 measured\.$/);
  assert.equal(await page.text("variance-mean-floor"), "0.979");
  const before = await picture(page, "variance-own");
  await page.press("variance-apart");
  const [exact, slope, strays, reply, rest] = numbers(await page.text("variance-told"));
  assert.deepEqual([exact, reply, rest], [0, 0, 1]);
  assert.ok(Math.abs(slope) < 2 * strays);
  assert.match(await page.text("variance-told"), /nothing to learn/);
  assert.equal(await picture(page, "variance-own"), before);
  assert.notEqual(await picture(page, "variance-whole"), before);
  await page.press("variance-step-reset");
  assert.deepEqual([await setting(page, "step"), await setting(page, "apart")], [9, false]);
}

async function dial(page) {
  const coefficients = async () => numbers(await page.text("variance-reckoned"));
  for (const angle of [0, 20, 75]) {
    await set(page, { dial: angle });
    const [a, b, c, d] = await coefficients();
    assert.ok(Math.abs(a * a + b * b - 1) < 3e-3 && Math.abs(c * c + d * d - 1) < 3e-3, `${angle}°: ${[a, b, c, d]}`);
    for (const axis of ["first", "second"])
      assert.match(await label(page, `variance-${axis}`), /mean −?-?0\.0\d, standard deviation (0\.9|1\.0)\d$/);
  }
  assert.match(await page.text("variance-turned-told"), /^The picture takes something of both/);
  await page.press("variance-there");
  assert.deepEqual([await setting(page, "dial"), (await coefficients()).slice(0, 2).map(Math.abs)], [60, [1, 0]]);
  assert.match(await page.text("variance-turned-told"), /^There: the first coordinate is ε/);
  await page.tab.focus("[data-testid=variance-angle]");
  await page.tab.keyboard.press("ArrowLeft");
  assert.equal(await setting(page, "dial"), 59.5);
  await page.tab.$eval("[data-testid=variance-cloud]", (canvas) =>
    canvas.scrollIntoView({ block: "center", behavior: "instant" }),
  );
  const box = await (await page.tab.$("[data-testid=variance-cloud]")).boundingBox();
  await page.tab.mouse.move(box.x + 0.7 * box.width, box.y + 0.5 * box.height);
  await page.tab.mouse.down();
  await page.tab.mouse.move(box.x + 0.9 * box.width, box.y + 0.47 * box.height); // level with the middle of the axes
  assert.ok((await setting(page, "dial")) <= 1, `${await setting(page, "dial")}°`);
  await page.tab.mouse.move(box.x + 0.52 * box.width, box.y + 0.1 * box.height);
  await page.tab.mouse.up();
  assert.ok((await setting(page, "dial")) >= 85, `${await setting(page, "dial")}°`);
  await phrase(page, "turn=1000 dial=81.9");
  assert.match(await page.text("variance-turned-told"), /^There/);
  await page.press("variance-dial-reset");
  assert.deepEqual([await setting(page, "turn"), await setting(page, "dial")], [7, 20]);
}

const running = (page) => page.evaluate(() => chailou.variance.race.running);

async function race(page) {
  await page.evaluate(() => document.getElementById("ch4-race").scrollIntoView({ behavior: "instant" }));
  await page.press("variance-race-act");
  await page.tab.waitForFunction(
    () => !chailou.variance.race.running && chailou.variance.race.known.spreads.length === 2,
    {
      timeout: 240_000,
    },
  );
  const mean = await page.text("variance-mean-start");
  assert.match(mean, /equal, within error$/);
  const times = (when) =>
    page.tab.$eval(`[data-testid="variance-spread-${when}"] td:last-child`, (cell) => parseFloat(cell.textContent));
  const [start, end] = [await times("start"), await times("end")];
  assert.ok(start > 5 && end > start, `the spreads' ratio is ${start} at the start, ${end} at the end`);
  const told = await page.text("variance-race-told");
  assert.ok(Number(/is ([\d.]+) times/.exec(told)[1]) > 1.3, told);
  const losses = await page.evaluate(() =>
    chailou.variance.race.known.losses.map((each) => each.slice(-500).reduce((sum, value) => sum + value / 500, 0)),
  );
  assert.ok(losses[1] > 0.004 && losses[1] < 0.02, `loss ${losses[1]}`);
  assert.ok(Math.abs(losses[0] - 0.98 - losses[1]) < 0.03, `losses ${losses}: a constant apart`);
  return `${start} and ${end} times the spread; ${told}`;
}

async function stopped(page) {
  await page.press("variance-batch-16");
  assert.match(await page.text("variance-race-told"), /of 16 samples/);
  assert.equal(await page.evaluate(() => chailou.variance.race.known.spreads.length), 0);
  await page.press("variance-race-act");
  await page.tab.waitForFunction(() =>
    /measuring/.test(document.querySelector("[data-testid=variance-race-told]").textContent),
  );
  await page.press("variance-race-act");
  await page.tab.waitForFunction(() => !chailou.variance.race.running, { timeout: 60_000 });
  assert.equal(await page.text("variance-race-told"), "Stopped.");
  await page.press("variance-race-reset");
  assert.equal(await setting(page, "batch"), "64");
  assert.equal(await running(page), false);
  page.complainsOfNothing();
}
