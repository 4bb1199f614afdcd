// @ts-check
// One open tab of the page: what the tests ask of it, what it complained about, what it requested.

import assert from "node:assert/strict";

/** A choice of every chapter's, for a link: a chapter that a link sets something of is loaded at once. */
export const EVERY_CHAPTER =
  "analogy_round=1&down_merged=0&up_stranger=0&variance_step=30&generate_five=0&toy=moons&teach_digit=4";

/** Opens the page; `query` and `hash` go into its address, `before` runs in it before its own scripts. */
export async function open(browser, server, { query = "", hash = "", width = 1280, height = 900 } = {}, before = []) {
  const tab = await browser.newPage();
  const complaints = [];
  const foreign = [];
  const begun = server.requests.length;
  tab.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  tab.on("pageerror", (error) => complaints.push(`uncaught: ${error.message}`));
  tab.on("request", (request) => {
    const url = new URL(request.url());
    if (!["data:", "blob:"].includes(url.protocol) && url.origin !== server.origin) foreign.push(request.url());
  });
  await tab.setViewport({ width, height });
  for (const script of before) await tab.evaluateOnNewDocument(script);
  await tab.goto(`${server.url}${query && `?${query}`}${hash && `#${hash}`}`);
  return new Page(tab, server, complaints, foreign, begun);
}

/** Runs before the page's own scripts: a reader who wants no motion. */
export function wantsNoMotion() {
  const real = window.matchMedia.bind(window);
  window.matchMedia = (query) =>
    /reduced-motion/.test(query) ? /** @type {any} */ ({ matches: true, addEventListener() {} }) : real(query);
}

export class Page {
  /** @param {import("puppeteer-core").Page} tab */
  constructor(tab, server, complaints, foreign, begun = 0) {
    this.tab = tab;
    this.server = server;
    this.complaints = complaints;
    this.foreign = foreign;
    this.begun = begun;
  }

  /** What its server has been asked for since it was opened. */
  get requests() {
    return this.server.requests.slice(this.begun);
  }

  /** The page at another address, in a tab of its own of the same browser. */
  another(address) {
    return open(this.tab.browser(), this.server, address);
  }

  /** Fails where the page has complained, or asked for something it should not have. */
  complainsOfNothing() {
    assert.equal(this.complaints.join("\n"), "", "console");
    assert.equal(this.foreign.join("\n"), "", "foreign requests");
  }

  evaluate(work, ...values) {
    return this.tab.evaluate(work, ...values);
  }

  /** Waits until the page says it is ready, {mode: "webgpu" | "cpu"} or {mode: "recording", reason}; its own error is ours. */
  ready(seconds = 120) {
    return this.evaluate(async (seconds) => {
      const end = performance.now() + 1000 * seconds;
      const later = () => new Promise((resolve) => setTimeout(resolve, 50));
      while (!window.chailou) {
        if (performance.now() > end) throw new Error("window.chailou did not appear: a module failed to load");
        await later();
      }
      let answer;
      chailou.ready.then((value) => (answer = value));
      while (!answer) {
        const error = document.querySelector("[data-testid=error]")?.textContent;
        if (error) throw new Error(`the page says: ${error}`);
        if (performance.now() > end)
          throw new Error(
            `no frame after ${seconds} s; the notices say: ${document.querySelector("[data-testid=notices]")?.textContent}`,
          );
        await later();
      }
      return answer;
    }, seconds);
  }

  /** With the mouse, once the control is enabled and has stopped moving: what appears above it pushes it down. */
  click(testid) {
    return this.tab.locator(`[data-testid="${testid}"]`).setTimeout(60_000).click();
  }

  /** Presses a button wherever the page has scrolled to, without the mouse. */
  press(testid) {
    return this.tab.$eval(`[data-testid="${testid}"]`, (element) => /** @type {HTMLElement} */ (element).click());
  }

  text(testid) {
    return this.evaluate((id) => document.querySelector(`[data-testid="${id}"]`)?.textContent.trim() ?? null, testid);
  }

  visible(testid) {
    return this.evaluate((id) => {
      const box = document.querySelector(`[data-testid="${id}"]`)?.getBoundingClientRect();
      return Boolean(box?.width && box.height);
    }, testid);
  }

  state() {
    return this.evaluate(() => chailou.stage.state);
  }

  pause() {
    return this.evaluate(() => chailou.stage.pause());
  }

  start(choices) {
    return this.evaluate((choices) => chailou.stage.start(choices), choices);
  }

  runToEnd() {
    return this.evaluate(() => chailou.stage.runToEnd());
  }

  seek(frame) {
    return this.evaluate((frame) => chailou.stage.seek(frame), frame);
  }

  /** Red channel of what a canvas shows, with its size. */
  pixels(testid = "stage-canvas") {
    return this.evaluate(async (testid) => {
      const { width, height, data } = await chailou.stage.snapshot(testid);
      return { width, height, red: Array.from({ length: width * height }, (_, i) => data[4 * i]) };
    }, testid);
  }

  /** A fingerprint of a canvas per frame: FNV-1a of all its bytes. */
  fingerprints(frames, testid = "stage-canvas") {
    return this.evaluate(
      async (frames, testid) => {
        const found = [];
        for (const frame of frames) {
          await chailou.stage.seek(frame);
          const { data } = await chailou.stage.snapshot(testid);
          let hash = 0x811c9dc5;
          for (const byte of data) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
          found.push(hash);
        }
        return found;
      },
      frames,
      testid,
    );
  }

  /** Pictures of a frame as the engine holds them, each a plain array of 784 values. */
  async pictures(frame, what = "x_t") {
    const all = await this.evaluate(
      async (what, frame) => Array.from(await chailou.stage.chain.read(what, frame)),
      what,
      frame,
    );
    return Array.from({ length: all.length / 784 }, (_, i) => all.slice(784 * i, 784 * (i + 1)));
  }

  length() {
    return this.evaluate(() => chailou.stage.chain.length());
  }

  close() {
    return this.tab.close();
  }
}
