// @ts-check
// What the tests share. Starting a browser takes seconds, and so does a page's first chain: tests that want the same
// browser get the same one, tests of one part of the page the same tab. Both end with the last test.

import { after, test } from "node:test";
import { serve } from "../../xtask/server.mjs";
import { launch } from "./browsers.mjs";
import { open } from "./page.mjs";

/** The browser under test and the folder of the page; tests/e2e/run.mjs sets them. */
export const BROWSER = process.env.CHAILOU_BROWSER === "firefox" ? "firefox" : "chromium";
export const DIST = process.env.CHAILOU_DIST ?? new URL("../../dist", import.meta.url).pathname;

/**
 * Of browser and server.
 * @typedef {Parameters<typeof launch>[1] & Pick<Parameters<typeof serve>[1], "headers" | "amiss">} Options
 */

/** Browsers and servers by their options. @type {Map<string, Promise<{ close(): Promise<unknown> }>>} */
const started = new Map();

/**
 * @template {{ close(): Promise<unknown> }} T
 * @param {(options: any) => Promise<T>} start
 * @param {object} options
 * @returns {Promise<T>}
 */
function shared(start, options) {
  const key = JSON.stringify([start.name, options]);
  if (!started.has(key)) started.set(key, start(options));
  return /** @type {Promise<T>} */ (started.get(key));
}

const browse = (options) => launch(BROWSER, options);
const host = (options) => serve(DIST, { prefix: "/some/where/", ...options });

/** @param {Options} options */
export async function session({ headers = {}, amiss = {}, ...options }) {
  return { browser: await shared(browse, options), server: await shared(host, { headers, amiss }) };
}

after(
  async () => {
    for (const one of started.values()) await (await one.catch(() => null))?.close();
  },
  { timeout: 60_000 },
);

/** The shared tab that is open: there is one at a time, so that none is left working behind another. */
let current = { owner: null, page: null };

/**
 * One tab for several tests, opened by the first of them that runs, whichever that is: a test says itself what it needs.
 * @param {Parameters<typeof open>[2]} address
 * @param {Options} options
 * @param {(page: import("./page.mjs").Page) => Promise<unknown>} prepare
 * @param {(() => void)[]} before what runs in the page before its own scripts
 */
export function sharedPage(address, options = {}, prepare = (page) => page.ready(), before = []) {
  const owner = Symbol(address.hash);
  async function begin() {
    const { browser, server } = await session(options);
    const page = await open(browser, server, address, before);
    await prepare(page);
    return page;
  }
  return async () => {
    if (current.owner !== owner) {
      const last = await current.page?.catch(() => null);
      await last?.close();
      current = { owner, page: begin() };
    }
    return current.page;
  };
}

/**
 * A test on a shared page; what `work` returns is a measurement to print beside it.
 * @param {ReturnType<typeof sharedPage>} shared
 * @param {(page: import("./page.mjs").Page) => Promise<string | void>} work
 */
export function pageTest(title, shared, work, { seconds = 300 } = {}) {
  test(title, { timeout: 1000 * seconds }, async (t) => {
    const remark = await work(await shared());
    if (remark) t.diagnostic(remark);
  });
}
