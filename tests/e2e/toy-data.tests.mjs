// Chapter 8's own points: drawn with the mouse or the keyboard, or pasted as a table. Steps of the run in toy.tests.mjs.

import { check, checkEqual } from "./suite.mjs";
import { set, startOver, until } from "./toy-page.mjs";

export async function draws(page) {
  await page.click("toy-set-own");
  await until(page, () => chailou.toy.dataset.count === 0, "the pad is not empty");
  await page.click("toy-train");
  await page.tab.waitForSelector("[data-testid=toy-error]", { timeout: 10_000 });
  check(/nothing to learn/.test(await page.text("toy-error")), `an empty pad: ${await page.text("toy-error")}`);
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
  check(first > 30, `a stroke left ${first} points`);
  await stroke(0.7, 0.2, 0.8, 0.2);
  check((await page.evaluate(() => chailou.toy.dataset.count)) > first, "a second stroke left nothing");
  await page.click("toy-undo");
  checkEqual(await page.evaluate(() => chailou.toy.dataset.count), first, "points after undoing the second stroke");
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
  check(near > 0.7, `only ${(100 * near).toFixed(0)} % of the bricks are near a drawn point`);
  return `${(100 * near).toFixed(0)} % of the bricks are near a drawn point`;
}

export async function drawsByKeys(page) {
  await page.click("toy-clear");
  await page.tab.focus("[data-testid=toy-pad]");
  await page.tab.keyboard.press("ArrowUp");
  await page.tab.keyboard.press(" ");
  const count = await page.evaluate(() => chailou.toy.dataset.count);
  check(count > 0, "Space sprayed nothing");
  check(
    !(await page.evaluate(() => chailou.toy.session.training || chailou.stage.state.playing)),
    "Space did something else too",
  );
  await page.tab.keyboard.press("Backspace");
  checkEqual(await page.evaluate(() => chailou.toy.dataset.count), 0, "points after Backspace");
}

export async function tables(page) {
  const paste = async (text) => {
    await page.evaluate((text) => {
      document.querySelector("[data-testid=toy-own]").open = true;
      document.querySelector("[data-testid=toy-csv]").value = text;
    }, text);
    await page.evaluate(() => document.querySelector("[data-testid=toy-csv-use]").click());
    await new Promise((resolve) => setTimeout(resolve, 300));
    return {
      error: await page.text("toy-error"),
      taken: await page.text("toy-pasted"),
      count: await page.evaluate(() => chailou.toy.dataset.count),
    };
  };
  const good = await paste(Array.from({ length: 100 }, (_, i) => `${Math.cos(i)},${Math.sin(i)}`).join("\n"));
  checkEqual(good.error, null, "complaint about a good table");
  checkEqual(good.count, 100, "points taken");
  for (const [text, words] of [
    ["0,1\n2,NaN\n3,4", /2/],
    ["", /./],
    ["a,b\nc,d", /./],
    ["1,2\n3\n4,5", /2/],
  ]) {
    const { error, count } = await paste(text);
    check(
      error && words.test(error) && !/panic|unreachable|undefined/.test(error) && error.length < 300,
      `${JSON.stringify(text)}: “${error}”`,
    );
    checkEqual(count, 100, `points after ${JSON.stringify(text)}`);
  }
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
  check(
    typeof million === "number" ? million > 0 : /million|1[, ]?000[, ]?000/.test(million),
    `a million points: ${million}`,
  );
  return `“${nan}”; a million points: ${million}`;
}
