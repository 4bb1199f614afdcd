// @ts-check
// The processor's workers: whatever their number, in a frame of another page, and however slow its timers, a link gives the
// same bits, and the page says how many workers it really has.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { describe } from "node:test";
import { Page } from "./page.mjs";
import { pageTest, sharedPage } from "./session.mjs";

const STEPS = 8;
const LINK = `lang=en&mode=grid&digit=mixed&sampler=ddpm&steps=${STEPS}`;

/** A script that makes the browser say it has so many cores. */
const cores = (count) =>
  /** @type {() => void} */ (
    new Function(`Object.defineProperty(Navigator.prototype, "hardwareConcurrency", { get: () => ${count} })`)
  );

/** Of the page's own thread, as browsers slow them down in a tab that is not seen. */
function slowTimers() {
  const [after, every] = [window.setTimeout, window.setInterval];
  window.setTimeout = /** @type {any} */ ((work, ms = 0, ...rest) => after(work, Math.max(1000, ms), ...rest));
  window.setInterval = /** @type {any} */ ((work, ms = 0, ...rest) => every(work, Math.max(1000, ms), ...rest));
}

/** What the first of them has built. */
let expected = "";

describe("workers", () => {
  for (const count of [1, 2, 3, 8]) {
    const page = sharedPage({ hash: LINK }, { webgpu: false }, undefined, [cores(count)]);
    pageTest(`${count} at most: the same bits`, page, (page) => sameBits(page, count));
  }
  const slow = sharedPage({ hash: LINK }, { webgpu: false }, undefined, [slowTimers]);
  pageTest("timers of a second, as in a hidden tab, change nothing and no step waits for them", slow, async (page) => {
    const started = performance.now();
    await sameBits(page);
    const seconds = (performance.now() - started) / 1000;
    assert(seconds < STEPS, `${STEPS} steps took ${seconds.toFixed(1)} s`);
  });
  const host = sharedPage({ hash: LINK }, { webgpu: false });
  pageTest("in a frame of another site: the same bits", host, framed);
});

async function framed(page) {
  const address = `${page.server.url}#${LINK}`;
  const other = createServer((_, response) => {
    response.writeHead(200, { "content-type": "text/html" });
    response.end(
      `<!doctype html><link rel="icon" href="data:,"><iframe width="1200" height="800" src="${address}"></iframe>`,
    );
  });
  await new Promise((listening) => other.listen(0, "127.0.0.1", () => listening(undefined)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (other.address());
  const tab = await page.tab.browser().newPage();
  try {
    await tab.goto(`http://127.0.0.1:${port}/`);
    const frame = await tab.waitForFrame((frame) => frame.url().startsWith(page.server.url));
    const inside = new Page(/** @type {any} */ (frame), page.server, [], []);
    await inside.ready();
    await sameBits(inside);
  } finally {
    await tab.close();
    other.close();
  }
}

/** @param {Page} page @param {number} [most] */
async function sameBits(page, most = Infinity) {
  await page.runToEnd();
  const { workers, line, bits } = await page.evaluate(async (steps) => {
    const values = await chailou.stage.chain.read("x_t", steps);
    const hash = await crypto.subtle.digest(
      "SHA-256",
      values.buffer.slice(values.byteOffset, values.byteOffset + values.byteLength),
    );
    return {
      workers: chailou.stage.engine.adapter().workers,
      line: document.querySelector("[data-testid=computes]").textContent,
      bits: [...new Uint8Array(hash)].join(),
    };
  }, STEPS);
  assert(workers >= 1 && workers <= most, `${workers} workers`);
  assert(line.includes(workers === 1 ? "single" : String(workers)), `${workers} workers: ${line}`);
  expected ||= bits;
  assert.equal(bits, expected, "the pictures' fingerprint");
  return `${workers} workers`;
}
