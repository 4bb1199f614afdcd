// @ts-check
// Two figures of each kind on one page, in no chapter: each keeps to itself.

import assert from "node:assert/strict";
import { describe } from "node:test";
import { EVERY_CHAPTER } from "./page.mjs";
import { pageTest, sharedPage } from "./session.mjs";

/** A page with every chapter loaded, and so every figure, and an empty place for more of them, scrolled to. */
const shared = sharedPage({ hash: `lang=en&steps=10&${EVERY_CHAPTER}` }, {}, async (page) => {
  await page.ready();
  await page.pause();
  await page.evaluate(() => {
    const place = document.createElement("div");
    place.id = "figures";
    document.getElementById("stage").prepend(place);
    place.scrollIntoView();
  });
});

/** Puts two figures of a kind on the page, named "one" and "two", as window.pair. */
const two = (page, tag) =>
  page.evaluate(async (tag) => {
    await customElements.whenDefined(tag);
    const pair = ["one", "two"].map((name) => {
      const figure = document.createElement(tag);
      figure.setAttribute("name", name);
      return figure;
    });
    document.getElementById("figures").replaceChildren(...pair);
    Object.assign(window, { pair, told: [] });
    await new Promise(requestAnimationFrame);
  }, tag);

const told = (page) => page.evaluate(() => JSON.stringify(window.told.splice(0)));

describe("figures", () => {
  pageTest("two timelines: the reader's hand and the keyboard move one", shared, timelines);
  pageTest("two curves: each has its own losses", shared, curves);
  pageTest("two pairs of axes: each paints what it was given", shared, axes);
  pageTest("two pads: a stroke on one is not heard by the other", shared, pads);
  pageTest("two pictures of values: each marks its own pixel, by pointer and by keys", shared, pictures);
  pageTest("two sums: each lays its own bars", shared, sums);
  pageTest("a walk goes from end to end, and stops when told", shared, walks);
  pageTest("figures change their language, and leave no trace when they go", shared, languages);
});

async function timelines(page) {
  await two(page, "time-line");
  await page.evaluate(() => {
    for (const [i, line] of window.pair.entries()) {
      line.span(10 * (i + 1), (position) => 100 * position);
      line.position = 5;
      line.addEventListener("seek", ({ detail }) => window.told.push([i, detail.position]));
    }
  });
  await page.tab.focus("[data-testid=one]");
  await page.tab.keyboard.press("ArrowRight");
  await page.tab.focus("[data-testid=two]");
  await page.tab.keyboard.press("End");
  assert.equal(await told(page), "[[0,6],[1,20]]");
  const shown = await page.evaluate(() =>
    window.pair.map((line) => [line.position, line.querySelector("input").getAttribute("aria-valuetext")].join()),
  );
  assert.deepEqual(shown, ["6,t = 600", "20,t = 2000"]);
}

async function curves(page) {
  await two(page, "loss-curve");
  const { values, labels, prints } = await page.evaluate(() => {
    const [one, other] = window.pair;
    one.add(
      Float32Array.from({ length: 50 }, () => 0.5),
      50,
    );
    other.add(
      Float32Array.from({ length: 20 }, () => 0.25),
      20,
    );
    const canvases = window.pair.map((curve) => curve.querySelector("canvas"));
    return {
      values: window.pair.map(({ value }) => value),
      labels: canvases.map((canvas) => canvas.getAttribute("aria-label")),
      prints: canvases.map((canvas) => canvas.toDataURL()),
    };
  });
  assert.deepEqual(values, [0.5, 0.25]);
  assert.deepEqual(labels, ["Step 50, loss 0.5.", "Step 20, loss 0.25."]);
  assert.notEqual(prints[0], prints[1]);
}

async function axes(page) {
  await two(page, "plot-axes");
  const { boxes, ink } = await page.evaluate(() => {
    const boxes = window.pair.map((plot, i) => {
      let box;
      plot.x = { low: 0, high: 1000 };
      plot.y = { low: 0.001, high: 1, log: i === 1 };
      plot.paint = ({ context, x, y }) => {
        box = [x(0), x(1000), y(0.1)];
        context.fillRect(x(500), y(0.1), 40, 2);
      };
      plot.draw();
      return box;
    });
    const ink = window.pair.map((plot) => {
      const { width, height } = plot.canvas;
      const { data } = plot.canvas.getContext("2d").getImageData(0, 0, width, height);
      return data.filter((value, i) => i % 4 === 3 && value > 0).length;
    });
    return { boxes, ink };
  });
  const [plain, log] = boxes;
  assert.ok(plain[0] === log[0] && plain[1] > plain[0], `the axis of x goes over ${plain}`);
  assert.ok(log[2] < plain[2], "0.1 lies no higher on the logarithmic axis");
  assert.ok(
    ink.every((count) => count > 200),
    `${ink} pixels are painted`,
  );
}

async function pads(page) {
  await two(page, "point-pad");
  await page.evaluate(() => {
    for (const [i, pad] of window.pair.entries())
      for (const type of ["begin", "spray", "erase", "end", "undo"])
        pad.addEventListener(type, () => window.told.push(i ? "two" : type));
    window.pair[0].style.width = window.pair[1].style.width = "200px";
  });
  await page.tab.focus("[data-testid=one]");
  await page.tab.keyboard.press(" ");
  assert.equal(await told(page), '["begin","spray","spray","spray","spray","end"]');
  await page.tab.keyboard.press("Backspace");
  assert.equal(await told(page), '["begin","erase","erase","erase","erase","end"]');
  const pad = await page.tab.$("[data-testid=one]");
  const { x, y, width } = await pad.boundingBox();
  await page.tab.mouse.move(x + width / 2, y + width / 2);
  await page.tab.mouse.down();
  await page.tab.mouse.move(x + width / 2 + 60, y + width / 2, { steps: 4 });
  await page.tab.mouse.up();
  const strokes = JSON.parse(await told(page));
  assert.equal(strokes[0], "begin");
  assert.equal(strokes.at(-1), "end");
  assert.ok(strokes.length > 10 && !strokes.includes("two"), `it told ${strokes}`);
}

async function pictures(page) {
  await page.evaluate(() => customElements.whenDefined("value-picture"));
  await two(page, "value-picture");
  await page.evaluate(() => {
    const place = document.getElementById("figures");
    place.innerHTML = '<value-picture name="one" pick></value-picture><value-picture name="two" pick></value-picture>';
    window.pair = [...place.children];
    for (const [i, figure] of window.pair.entries()) {
      figure.style.width = "80px";
      figure.show(
        Float32Array.from({ length: 16 }, (_, at) => at / 8 - 1),
        4,
        `picture ${i}`,
      );
      figure.addEventListener("pick", ({ detail }) => {
        window.told.push([i, detail.pixel]);
        figure.mark = detail.pixel;
      });
    }
  });
  await page.tab.focus("[data-testid=one]");
  for (const key of ["ArrowRight", "ArrowDown", "ArrowLeft", "ArrowLeft"]) await page.tab.keyboard.press(key);
  await page.click("two"); // in its middle
  assert.equal(await told(page), "[[0,1],[0,5],[0,4],[0,4],[1,10]]");
  const labels = await page.evaluate(() => window.pair.map((each) => each.querySelector("canvas").ariaLabel));
  assert.deepEqual(labels, ["picture 0; marked: column 1, row 2", "picture 1; marked: column 3, row 3"]);
  const grey = await page.evaluate(() => [
    ...window.pair[0].querySelector("canvas").getContext("2d").getImageData(0, 2, 1, 1).data,
  ]);
  assert.deepEqual(grey, [128, 128, 128, 255]);
}

async function sums(page) {
  await two(page, "signed-sum");
  const labels = await page.evaluate(() => {
    const [one, other] = window.pair;
    one.show([
      { value: 0.5, colour: "brick" },
      { value: -1.25, colour: "cement" },
    ]);
    other.show([{ value: 9, colour: "brick" }]);
    return window.pair.map((each) => each.querySelector("canvas").ariaLabel);
  });
  assert.deepEqual(labels, ["0.500 + −1.250, together −0.750", "9.000, together 9.000"]);
}

async function walks(page) {
  await two(page, "time-line");
  const { arrived, stopped, seen, at } = await page.evaluate(async () => {
    const [line, other] = window.pair;
    for (const each of window.pair) each.span(10, (position) => position);
    const seen = [];
    line.addEventListener("move", ({ detail }) => seen.push(detail.position));
    line.position = 0;
    other.position = 0;
    const stopped = other.walk(10);
    other.stop();
    return { arrived: await line.walk(10), stopped: await stopped, seen, at: [line.position, other.position] };
  });
  assert.deepEqual([arrived, stopped], [true, false]);
  assert.deepEqual([seen[0], seen.at(-1)], [0, 10]);
  assert.ok(
    seen.every((position, i) => i === 0 || position >= seen[i - 1]),
    `it went over ${seen}`,
  );
  assert.deepEqual(at, [10, 0]);
}

async function languages(page) {
  await two(page, "brick-ledger");
  const label = () => page.evaluate(() => window.pair.map((ledger) => ledger.querySelector("[role=img]").ariaLabel));
  await page.evaluate(() => window.pair.forEach((ledger, i) => ledger.show(0.25 * (i + 1), "su")));
  assert.deepEqual(await label(), [
    "25.0% still in the wall, 75.0% on the ground",
    "50.0% still in the wall, 50.0% on the ground",
  ]);
  await page.click("lang");
  assert.match((await label())[1], /砌在墙上的占 50\.0%/);
  await page.click("lang");
  await page.evaluate(() => document.getElementById("figures").remove());
  assert.equal(page.complaints.join("\n"), "");
}
