// @ts-check
// An answer stands where the question was asked: whatever control an act fails at, the sentence is on the screen and near
// it; what went well is shown where it can be seen; a number out of its range stays until it is corrected or left.

import assert from "node:assert/strict";
import { describe } from "node:test";
import { chosen, pasted, pressed } from "./refusal-ways.mjs";
import { OWN, idx } from "./refusals.mjs";
import { pageTest, sharedPage } from "./session.mjs";
import { approach } from "./toy-page.mjs";

/** @typedef {import("./refusal-ways.mjs").Way} Way */

const FAR = 240; // CSS pixels between a control and its answer

const shared = sharedPage(
  { hash: "lang=en&steps=10&toy=moons&toy_width=32&toy_depth=2&toy_batch=128&toy_steps=20&teach_digit=4", height: 720 },
  {},
  async (page) => {
    await page.ready();
    await approach(page); // chapter 8 opens, and takes old errors away
    await page.evaluate(() => {
      const scroll = window.scrollBy.bind(window);
      window.scrollBy = (/** @type {any} */ options) => scroll({ ...options, behavior: "instant" }); // where it would arrive
      for (const fold of document.querySelectorAll("details")) fold.open = true;
    });
  },
);

describe("answers", () => {
  for (const [width, height] of [
    [1280, 720],
    [360, 740],
  ]) {
    pageTest(`at ${width} × ${height} a failure is said on the screen, near its control`, shared, async (page) => {
      await page.tab.setViewport({ width, height });
      return nearEveryControl(page);
    });
    pageTest(`at ${width} × ${height} what went well is on the screen`, shared, async (page) => {
      await page.tab.setViewport({ width, height });
      return successes(page);
    });
  }
  pageTest(
    "a number out of its range stays until it is corrected or left, and its field says what fits",
    shared,
    numbers,
  );
});

async function nearEveryControl(page) {
  const places = await page.evaluate(async (far) => {
    const found = [];
    const { documentElement: root } = document;
    const name = (element) => element.getAttribute("data-testid") || element.className || element.localName;
    for (const id of ["stage", "toy", "teach"]) {
      const { notices } = chailou[id];
      for (const control of document
        .getElementById(id)
        .querySelectorAll("button, input, select, textarea, canvas[tabindex]")) {
        const { width, height } = control.getBoundingClientRect();
        if (!width || !height || control.closest("[data-testid$=error]")) continue;
        for (const block of /** @type {const} */ (["start", "center", "end"])) {
          control.scrollIntoView({ block, behavior: "instant" });
          control.dispatchEvent(new KeyboardEvent("keydown", { key: "Unidentified", bubbles: true }));
          await notices.act(() => {
            throw new Error("a sentence as long as such sentences are, which says in a line or two what is wrong");
          });
          await new Promise(requestAnimationFrame);
          const box = document.querySelector(`[data-testid$=error][role=alert]`).getBoundingClientRect();
          const at = control.getBoundingClientRect();
          const away = Math.max(0, box.top - at.bottom, at.top - box.bottom);
          if (
            box.top < 0 ||
            box.bottom > root.clientHeight ||
            box.left < 0 ||
            box.right > root.clientWidth ||
            away > far
          )
            found.push({ id, control: name(control), block, away: Math.round(away), box: box.toJSON() });
          notices.clear("error");
        }
      }
    }
    return found;
  }, FAR);
  const lines = places.map(
    ({ id, control, block, away, box }) =>
      `${id} ${control} (${block}): ${away} px, ${Math.round(box.top)} to ${Math.round(box.bottom)}, ${Math.round(box.left)} to ${Math.round(box.right)}`,
  );
  assert.equal(lines.join("\n"), "");
}

/** Acts whose result lies elsewhere: [what, how, what is on the screen then]. @type {[string, Way, string][]} */
const ACTS = [
  ["a model that is opened", chosen("model-files", OWN), "own"],
  ["a table that is taken", pasted("x,y\n0.5,1\n0.25,2\n0.125,1.5\n2,3.5"), "toy-pasted"],
  ["digits that are taken", chosen("teach-files", { "my-images": idx([5, 28, 28]) }), "teach-own"],
  ["an experiment", pressed("toy-try-few"), "toy-cloud"],
];

/** Each with its control first at the top and then at the bottom of the screen, so that one way leads off it. */
async function successes(page) {
  const faults = [];
  for (const [what, { control, bring }, result] of ACTS)
    for (const block of ["start", "end"]) {
      await page.evaluate(
        (control, block) => {
          for (const id of ["own", "toy-pasted"]) document.querySelector(`[data-testid=${id}]`)?.remove();
          chailou.teach.own.forget();
          let seen = document.querySelector(control);
          while (!seen.getBoundingClientRect().width) seen = seen.parentElement;
          seen.scrollIntoView({ block, behavior: "instant" });
          seen.dispatchEvent(new KeyboardEvent("keydown", { key: "Unidentified", bubbles: true }));
        },
        control,
        block,
      );
      await bring(page);
      const there = await page.tab
        .waitForFunction(seen, { timeout: 60_000, polling: 100 }, `[data-testid=${result}]`)
        .catch(() => null);
      if (!there) faults.push(`${what} (its control at the ${block}): ${result} is not on the screen`);
    }
  await page.evaluate(() => chailou.toy.session.pause());
  assert.equal(faults.join("\n"), "");
}

/** In the page: whether an element can be seen, whole or as much of it as the screen holds. @param {string} selector */
function seen(selector) {
  const box = document.querySelector(selector)?.getBoundingClientRect();
  const { clientHeight } = document.documentElement;
  return Boolean(box?.height) && box.top >= 0 && (box.bottom <= clientHeight || box.height > clientHeight - 24);
}

/** Every number field of the page: one that is wrong, corrected; one that is wrong, left. */
async function numbers(page) {
  const { steps } = await page.state();
  const fields = await page.evaluate(() =>
    [...document.querySelectorAll("input[type=number]")]
      .filter((input) => input.getBoundingClientRect().width && !input.matches(":disabled"))
      .map((input) => ({
        id: input.getAttribute("data-testid"),
        max: Number(/** @type {HTMLInputElement} */ (input).max),
      })),
  );
  assert.ok(fields.length >= 12, `${fields.length} fields`);
  const look = (id) =>
    page.evaluate((id) => {
      const input = document.querySelector(`input[data-testid="${id}"]`);
      const said = document.getElementById(input.getAttribute("aria-describedby") ?? "");
      const away = said && said.getBoundingClientRect().top - input.getBoundingClientRect().bottom;
      const { value } = /** @type {HTMLInputElement} */ (input);
      return { value, invalid: input.getAttribute("aria-invalid"), said: said?.textContent, role: said?.role, away };
    }, id);
  for (const { id, max } of fields) {
    const wrong = String(2 * max + 1);
    const input = await page.tab.$(`input[data-testid="${id}"]`);
    const before = await look(id);
    const type = async (text) => {
      await input.evaluate((input) => /** @type {HTMLInputElement} */ (input).select());
      await page.tab.keyboard.type(text);
      await page.tab.keyboard.press("Enter");
    };
    await input.evaluate((input) => input.scrollIntoView({ block: "center", behavior: "instant" }));
    await input.focus();
    await type(wrong);
    const there = await look(id);
    assert.equal(there.value, wrong, `${id}: what was typed`);
    assert.equal(there.invalid, "true", id);
    assert.match(there.said ?? "", /^Takes a (whole )?number from [\d.e-]+ to [\d,.]+$/, id);
    assert.equal(there.role, "alert", id);
    assert.ok(there.away < 30, `${id}: the sentence is ${there.away} px away`);
    await page.tab.keyboard.press("Backspace");
    for (let i = 0; i < wrong.length; i++) await page.tab.keyboard.press("Backspace");
    await page.tab.keyboard.type(before.value);
    assert.equal((await look(id)).said, undefined, `${id}: the sentence after the correction`);
    await type(wrong);
    await input.evaluate((input) => /** @type {HTMLElement} */ (input).blur());
    const left = await look(id);
    assert.deepEqual([left.value, left.invalid], [before.value, null], `${id}: after it was left`);
    assert.match(left.said ?? "", /; back to [\d,.e-]+$/, id);
  }
  await page.click("lang");
  assert.match((await look("steps")).said, new RegExp(`^只能填 1 到 \\d+ 之间的整数，已改回 ${steps}$`));
  await page.click("lang");
  assert.equal((await page.state()).steps, steps);
  return `${fields.length} fields`;
}
