// @ts-check
// What a reader waits for on a slow line: node tests/e2e/slow-line.mjs [DIST …]
// Opens each folder's page in Chromium with an empty cache at 1.6 Mbit/s and 150 ms, and prints when the text is there, a
// moving picture that is labelled, the first computed frame, and what was fetched until then. Several folders, such as one
// of an earlier release, are measured in turn in one go.

import { launch } from "./browsers.mjs";
import { serve } from "../../xtask/server.mjs";

const LINE = { offline: false, latency: 150, downloadThroughput: 1.6e6 / 8, uploadThroughput: 0.75e6 / 8 };
/** As static hosts answer, GitHub Pages among them: what one worker has fetched the next one has. */
const HOST = { headers: { "cache-control": "max-age=600" } };
const RUNS = 3;
const folders = process.argv.slice(2);

/** In the page, before its own scripts: when something labelled as a recording, or the engine's own chain, first moves. */
function watch() {
  const seen = /** @type {any} */ (window);
  const states = new Set();
  const look = () => {
    const state = window.chailou?.stage?.state;
    const label = document.querySelector("[data-testid=recording-label]");
    const labelled =
      label?.getBoundingClientRect().height || performance.getEntriesByName("chailou:first-frame").length;
    if (state && labelled) states.add(state.position);
    if (states.size > 2) seen.moving ??= performance.now();
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

async function visit(folder) {
  const [server, browser] = [await serve(folder, HOST), await launch("chromium")];
  try {
    const tab = await browser.newPage();
    await tab.setViewport({ width: 1280, height: 720 });
    await tab.setCacheEnabled(true); // the cache is empty, but what is preloaded is kept in it
    const network = await tab.createCDPSession();
    await network.send("Network.enable");
    await network.send("Network.emulateNetworkConditions", LINE);
    await tab.evaluateOnNewDocument(watch);
    await tab.goto(`${server.url}#lang=en`, { waitUntil: "domcontentloaded" });
    await tab.waitForFunction(() => performance.getEntriesByName("chailou:first-frame").length, {
      timeout: 120_000,
      polling: 50,
    });
    const until = server.requests.slice();
    const times = await tab.evaluate(() => ({
      text: performance.getEntriesByName("first-contentful-paint")[0]?.startTime,
      moving: /** @type {any} */ (window).moving,
      live: performance.getEntriesByName("chailou:first-frame")[0].startTime,
      marks: performance.getEntriesByType("mark").map(({ name, startTime }) => `${name} ${startTime.toFixed(0)}`),
    }));
    return {
      ...times,
      requests: until.length,
      kilobytes: until.reduce((sum, { bytes }) => sum + bytes, 0) / 1000,
      until,
    };
  } finally {
    await browser.close();
    await server.close();
  }
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const seconds = (ms) => (ms === undefined ? "–" : `${(ms / 1000).toFixed(1)} s`);

for (const folder of folders.length ? folders : ["dist"]) {
  const runs = [];
  for (let run = 0; run < RUNS; run++) runs.push(await visit(folder));
  const of = (name) => median(runs.map((run) => run[name]));
  console.log(
    `${folder}: text ${seconds(of("text"))}, labelled and moving ${seconds(of("moving"))}, live ${seconds(of("live"))}; ` +
      `${of("requests")} requests, ${of("kilobytes").toFixed(0)} kB until then`,
  );
  if (process.env.VERBOSE) console.log(runs[0].marks.join("\n"));
  if (process.env.VERBOSE) for (const { path, bytes } of runs[0].until) console.log(`  ${bytes} ${path}`);
}
