// @ts-check
// Where the pen is, there the ink is: at every resolution of the screen, changed while the page is open, zoomed and
// scrolled, on a box broken pixels wide. Bitmaps follow the resolution, within bounds.

import assert from "node:assert/strict";
import { describe } from "node:test";
import { BROWSER, pageTest, sharedPage } from "./session.mjs";
import { approach } from "./toy-page.mjs";

const AT = { x: 100, y: 50 }; // CSS pixels from the upper left corner of the pad
// Chromium tells of another ratio that is emulated only where the size is another, too
const SCREENS = [1, 1.25, 1.5, 2, 3, 1].map((ratio, i) => ({ ratio, width: 1280 + i, height: 900, zoom: "" }));
const ZOOMED = { ratio: 2, width: 640, height: 450, zoom: "" }; // what a browser's own zoom does
const MAGNIFIED = { ratio: 1.25, width: 1280, height: 900, zoom: "2" }; // what a page that embeds this one may do

const shared = sharedPage(
  { hash: "lang=en&steps=10&toy=moons&toy_width=32&toy_depth=2&teach_digit=4" },
  {},
  async (page) => {
    await page.ready();
    await approach(page); // so that there is a cloud
    await page.tab.evaluate(() => {
      const fixed = document.createElement("style");
      fixed.textContent =
        ".teach-paper, point-pad .frame { width: 333.3px !important; max-width: none !important; border: 0 !important }";
      document.head.append(fixed);
      document
        .querySelector("point-pad")
        .addEventListener("spray", (/** @type {any} */ { detail }) => (window.sprayed ??= detail));
    });
  },
);

describe("pixels", () => {
  pageTest("the ink is where the pen is, on every screen", shared, inked);
});

async function inked(page) {
  const screens = [...SCREENS, ZOOMED, ...(BROWSER === "chromium" ? [MAGNIFIED] : [])];
  let worst = 0;
  for (const { ratio, width, height, zoom } of screens) {
    await page.tab.setViewport({ width, height, deviceScaleFactor: ratio });
    await page.evaluate((zoom) => (document.documentElement.style.zoom = zoom), zoom);
    const name = `${width} px at ${ratio}${zoom && `, zoomed ${zoom} times`}`;
    assert.equal(await page.evaluate(() => devicePixelRatio), ratio, `${name}: the browser's ratio`);
    const away = [await dot(page, "teach-pad", name), await dot(page, "toy-pad", name)];
    worst = Math.max(worst, ...away);
    await bitmaps(page, ratio, name);
  }
  return `at most ${worst.toFixed(2)} px away`;
}

/** Sets the pen down once; gives how far from it, in CSS pixels, the ink on the bitmap lies. */
async function dot(page, testid, name) {
  const corner = await page.evaluate((testid) => {
    const canvas = document.querySelector(`[data-testid="${testid}"]`);
    canvas.scrollIntoView({ block: "center", behavior: "instant" });
    if (testid === "teach-pad") chailou.teach.pad.clear();
    else chailou.toy.dataset.clear();
    window.sprayed = null;
    return canvas.getBoundingClientRect().toJSON();
  }, testid);
  await page.tab.mouse.click(corner.x + AT.x, corner.y + AT.y);
  const { ink, box } = await page.evaluate(async (testid) => {
    const canvas = /** @type {HTMLCanvasElement} */ (document.querySelector(`[data-testid="${testid}"]`));
    if (testid === "toy-pad") {
      const { x, y } = window.sprayed;
      canvas.blur(); // its cross would be found, too
      chailou.toy.pad.show(Float32Array.of(x, y), { share: 1, count: 1, t: 0 });
    }
    for (let i = 0; i < 3; i++) await new Promise(requestAnimationFrame);
    const { width, height } = canvas;
    const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
    let [sum, x, y] = [0, 0, 0];
    for (let i = 0; i < data.length; i += 4) {
      const weight = testid === "toy-pad" ? data[i + 3] : data[i];
      sum += weight;
      x += weight * (((i / 4) % width) + 0.5);
      y += weight * (Math.floor(i / 4 / width) + 0.5);
    }
    return { ink: [x / sum / width, y / sum / height], box: canvas.getBoundingClientRect().toJSON() };
  }, testid);
  const away = Math.hypot(ink[0] * box.width - AT.x, ink[1] * box.height - AT.y);
  assert.ok(away <= 1, `${testid}, ${name}: the ink is ${away.toFixed(2)} px from the pen`);
  return away;
}

/** Every canvas that is drawn at the screen's resolution has the bitmap for it. */
async function bitmaps(page, ratio, name) {
  const wrong = await page.evaluate(async (ratio) => {
    for (let i = 0; i < 3; i++) await new Promise(requestAnimationFrame);
    const drawn = "point-pad, point-cloud, point-field, loss-curve, t-bars, [data-testid=toy-sets], .teach-paper";
    return [...document.querySelectorAll(`:is(${drawn}) canvas`)].flatMap((canvas) => {
      const { width, height } = canvas.getBoundingClientRect();
      const bitmap = /** @type {HTMLCanvasElement} */ (canvas);
      const fits = Math.abs(bitmap.width - ratio * width) <= 1 && Math.abs(bitmap.height - ratio * height) <= 1;
      const where = canvas.getAttribute("data-testid") ?? canvas.parentElement.getAttribute("data-testid");
      return width && !fits ? [`${where}: ${bitmap.width} × ${bitmap.height} on ${width} × ${height}`] : [];
    });
  }, ratio);
  assert.deepEqual(wrong, [], name);
}
