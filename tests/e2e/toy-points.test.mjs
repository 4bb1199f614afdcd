// @ts-check
// Chapter 8's own points: drawn with the mouse or the keyboard, pasted as a table, restored from a link.

import assert from "node:assert/strict";
import { describe } from "node:test";
import { pasted } from "./refusal-ways.mjs";
import { pageTest } from "./session.mjs";
import { approach, set, startOver, toyPage, until } from "./toy-page.mjs";

describe("chapter 8's own points", () => {
  pageTest("points drawn with the mouse are learned", toyPage, draws, { seconds: 600 });
  pageTest("the pad obeys the keyboard", toyPage, drawsByKeys);
  pageTest("tables: good ones are taken, bad ones get a sentence", toyPage, tables);
  pageTest("a link restores drawn points and settings", toyPage, links);
  pageTest("the reader's points leave nothing in the console", toyPage, async (page) => page.complainsOfNothing());
});

async function draws(page) {
  await approach(page);
  await page.click("toy-set-own");
  await until(page, () => chailou.toy.dataset.count === 0, "the pad is not empty");
  await page.click("toy-train");
  await page.tab.waitForSelector("[data-testid=toy-error]", { timeout: 60_000 });
  assert(/nothing to learn/.test(await page.text("toy-error")), `an empty pad: ${await page.text("toy-error")}`);
  const pad = await page.tab.$("[data-testid=toy-pad]");
  await pad.scrollIntoView();
  const box = await pad.boundingBox();
  const stroke = async (x1, y1, x2, y2) => {
    await page.tab.mouse.move(box.x + x1 * box.width, box.y + y1 * box.height);
    await page.tab.mouse.down();
    await page.tab.mouse.move(box.x + x2 * box.width, box.y + y2 * box.height, { steps: 12 });
    await page.tab.mouse.up();
  };
  await stroke(0.25, 0.5, 0.25, 0.8);
  const first = await page.evaluate(() => chailou.toy.dataset.count);
  assert(first > 30, `a stroke left ${first} points`);
  await stroke(0.7, 0.2, 0.8, 0.2);
  assert((await page.evaluate(() => chailou.toy.dataset.count)) > first, "a second stroke left nothing");
  await page.click("toy-undo");
  assert.equal(await page.evaluate(() => chailou.toy.dataset.count), first, "points after undoing the second stroke");
  await stroke(0.7, 0.2, 0.8, 0.2);
  await set(page, { toy_steps: 300 });
  await startOver(page);
  await page.click("toy-train");
  await until(page, () => chailou.toy.session.state === "finished", "300 steps did not end", 500);
  const near = await page.evaluate(async () => {
    const data = chailou.toy.dataset.points,
      cloud = await chailou.toy.cloud.film.points(0);
    let near = 0;
    for (let i = 0; i < cloud.length; i += 2) {
      for (let j = 0; j < data.length; j += 2)
        if (Math.hypot(cloud[i] - data[j], cloud[i + 1] - data[j + 1]) < 0.5) {
          near++;
          break;
        }
    }
    return near / (cloud.length / 2);
  });
  assert(near > 0.7, `only ${(100 * near).toFixed(0)} % of the bricks are near a drawn point`);
  return `${(100 * near).toFixed(0)} % of the bricks are near a drawn point`;
}

async function drawsByKeys(page) {
  await approach(page);
  await page.click("toy-set-own");
  await page.click("toy-clear");
  await page.tab.focus("[data-testid=toy-pad]");
  await page.tab.keyboard.press("ArrowUp");
  await page.tab.keyboard.press(" ");
  const count = await page.evaluate(() => chailou.toy.dataset.count);
  assert(count > 0, "Space sprayed nothing");
  assert(
    !(await page.evaluate(() => chailou.toy.session.training || chailou.stage.state.playing)),
    "Space did something else too",
  );
  await page.tab.keyboard.press("Backspace");
  assert.equal(await page.evaluate(() => chailou.toy.dataset.count), 0, "points after Backspace");
}

async function tables(page) {
  await approach(page);
  await page.click("toy-set-own");
  const paste = async (text) => {
    await page.evaluate((text) => {
      /** @type {HTMLDetailsElement} */ (document.querySelector("[data-testid=toy-own]")).open = true;
      /** @type {HTMLTextAreaElement} */ (document.querySelector("[data-testid=toy-csv]")).value = text;
    }, text);
    await page.press("toy-csv-use");
    await new Promise((resolve) => setTimeout(resolve, 300));
    return {
      error: await page.text("toy-error"),
      taken: await page.text("toy-pasted"),
      count: await page.evaluate(() => chailou.toy.dataset.count),
    };
  };
  const good = await paste(Array.from({ length: 100 }, (_, i) => `${Math.cos(i)},${Math.sin(i)}`).join("\n"));
  assert.equal(good.error, null, "complaint about a good table");
  assert.equal(good.count, 100, "points taken");
  /** @type {[string, RegExp][]} */
  const wrong = [
    ["0,1\n2,NaN\n3,4", /2/],
    ["", /./],
    ["a,b\nc,d", /./],
    ["1,2\n3\n4,5", /2/],
  ];
  for (const [text, words] of wrong) {
    const { error, count } = await paste(text);
    assert(
      error && words.test(error) && !/panic|unreachable|undefined/.test(error) && error.length < 300,
      `${JSON.stringify(text)}: “${error}”`,
    );
    assert.equal(count, 100, `points after ${JSON.stringify(text)}`);
  }
  await takesColumns(page);
  await takesFirstLine(page);
  const nan = (await paste("0,1\n2,NaN\n3,4")).error;
  const million = await page.evaluate(async () => {
    const text = "0.5,1.5\n-1,2\n".repeat(500_000);
    let answer;
    try {
      answer = chailou.toy.engine.parseCsv(text).points.length / 2;
    } catch (error) {
      answer = error.message;
    }
    return answer;
  });
  assert(
    typeof million === "number" ? million > 0 : /million|1[, ]?000[, ]?000/.test(million),
    `a million points: ${million}`,
  );
  return `“${nan}”; a million points: ${million}`;
}

/** Columns that are no coordinates are left out, told, and can be taken; the way back to the table's units is known. */
async function takesColumns(page) {
  const heading = "y\tx1\tx2\r\n",
    rows = Array.from({ length: 60 }, (_, i) => `${i % 2}\t${500 + (i >> 3)},5\t${-500 - (i % 7)},25`);
  await page.evaluate(async (text) => {
    const units = Uint16Array.from(`\ufeff${text}`, (sign) => sign.charCodeAt(0)); // as Excel's "Unicode text"
    const file = new File([units], "table.txt");
    const transfer = new DataTransfer();
    transfer.items.add(file);
    const input = /** @type {HTMLInputElement} */ (document.querySelector("[data-testid=toy-csv-file]"));
    input.files = transfer.files;
    input.dispatchEvent(new Event("change"));
  }, heading + rows.join("\r\n"));
  await page.tab.waitForFunction(
    () => /x1/.test(document.querySelector("[data-testid=toy-pasted]")?.textContent ?? ""),
    {
      timeout: 60_000,
    },
  );
  const told = await page.text("toy-pasted");
  assert.match(
    told,
    /^x is the column yx1x2, y the column yx1x2; left out: y \(labels\)\. 60 points.*UTF-16LE\. Commas/,
  );
  const taken = await page.evaluate(() => chailou.toy.dataset.units);
  assert.deepEqual(taken.names, ["x1", "x2"]);
  assert(taken.mean[0] > 499 && taken.mean[1] < -499, `the table's mean: ${taken.mean}`);
  const before = await page.evaluate(() => Array.from(chailou.toy.dataset.points.slice(0, 40)).join());
  await page.tab.focus("[data-testid=toy-column-x]");
  await page.tab.select("[data-testid=toy-column-x]", "0");
  await page.tab.waitForFunction(() => chailou.toy.dataset.units?.names[0] === "y", { timeout: 60_000 });
  assert.match(await page.text("toy-pasted"), /left out: x1/);
  assert.notEqual(await page.evaluate(() => Array.from(chailou.toy.dataset.points.slice(0, 40)).join()), before);
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute("data-testid")), "toy-column-x");
}

/** A first line of numbers that was taken for headings is a point where the reader says so, and the other way round. */
async function takesFirstLine(page) {
  await pasted("1,2\n0.5,1.5\n0.25,2.5\n0.75,3.5").bring(page);
  for (const [choice, count] of /** @type {[string, number][]} */ ([
    ["point", 4],
    ["headings", 3],
  ])) {
    await page.tab.waitForSelector("[data-testid=toy-first-line]");
    await page.tab.focus("[data-testid=toy-first-line]");
    await page.tab.select("[data-testid=toy-first-line]", choice);
    await page.tab.waitForFunction((count) => chailou.toy.dataset.count === count, {}, count);
    const chosen = await page.tab.$eval("[data-testid=toy-first-line]", (field) => field.value);
    assert.deepEqual([chosen, await page.text("toy-error")], [choice, null]);
    assert.equal(await page.evaluate(() => document.activeElement?.getAttribute("data-testid")), "toy-first-line");
  }
}

async function links(page) {
  await approach(page);
  await page.click("toy-set-own");
  await page.press("toy-clear");
  await page.tab.focus("[data-testid=toy-pad]");
  await page.tab.keyboard.press(" ");
  await set(page, { toy_objective: "naive", toy_at: 7, toy_words: false });
  await page.tab.waitForFunction(
    () => location.hash.includes("toy_objective=naive") && location.hash.includes("toy_points="),
    { timeout: 60_000 },
  );
  const hash = await page.evaluate(() => location.hash.slice(1));
  const [drawn] = await page.evaluate(() => [Array.from(chailou.toy.dataset.points).join()]);
  const copy = await page.another({ hash });
  await copy.tab.waitForFunction(() => window.chailou?.toy, { timeout: 60_000 });
  const there = await copy.evaluate(() => ({
    points: Array.from(chailou.toy.dataset.points).join(),
    objective: chailou.toy.settings.get("toy_objective"),
    position: chailou.toy.timeline.position,
    words: chailou.toy.section.dataset.words,
  }));
  await copy.close();
  assert(there.points === drawn, `the points are ${there.points}, drawn were ${drawn}`);
  assert.equal(`${there.objective} ${there.position} ${there.words}`, "naive 7 false", "the settings");
  return `${hash.length} characters`;
}
