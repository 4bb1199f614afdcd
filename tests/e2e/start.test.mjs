// @ts-check
// The first seconds on a line so slow that the weights keep the reader waiting: the right language from the start, a
// recording that moves and is called one, progress in view, and no jump when the live chain takes over.

import assert from "node:assert/strict";
import { describe } from "node:test";
import { pageTest, sharedPage } from "./session.mjs";

/** More files than that before the first computed frame would each cost a round trip. */
const MOST_FILES = 25;

const waiting = sharedPage(
  { hash: "lang=en&notation=ho", width: 1280, height: 720 },
  {},
  (page) => page.tab.waitForSelector("[data-testid=recording-label]", { visible: true }),
  [holdWeights, noteLanguages],
);

describe("the start", () => {
  pageTest("a labelled recording moves until the live chain takes over, and nothing jumps", waiting, takesOver);
});

/** The weights come when `letGo` is called. */
function holdWeights() {
  const { fetch } = window;
  window.fetch = async (resource, options) => {
    if (/weights|safetensors/.test(String(resource)))
      await new Promise((resolve) => Object.assign(window, { letGo: resolve }));
    return fetch(resource, options);
  };
}

/** Which languages and notations each picture of the page could have had. */
function noteLanguages() {
  const seen = new Set();
  Object.assign(window, { languages: seen });
  const look = () => {
    if (document.body) seen.add(`${document.documentElement.lang} ${document.documentElement.dataset.notation}`);
    requestAnimationFrame(look);
  };
  look();
}

const places = (page) =>
  page.evaluate(() =>
    ["stage-canvas", "x0-canvas", "timeline", "transport", "subject"].map((id) => {
      const { x, y, width, height } = document.querySelector(`[data-testid="${id}"]`).getBoundingClientRect();
      return [id, x, y, width, height].join(" ");
    }),
  );

async function takesOver(page) {
  await page.tab.waitForFunction(() => chailou.stage.state.position < 20, { timeout: 30_000 });
  assert.match(await page.text("recording-label"), /^Recording/);
  await page.tab.waitForSelector("[data-testid=progress]", { visible: true });
  const bar = await page.tab.$eval("[data-testid=progress]", (element) => element.getBoundingClientRect().bottom);
  assert(bar < 720, `progress ends at ${bar}, below the screen`);
  const early = page.requests.filter(({ path }) => /chapter/.test(path));
  assert.deepEqual(early, [], "chapters below compete with the first frame for the line");
  const before = await places(page);
  await page.evaluate(() => window.letGo());
  await page.ready();
  assert.equal(await page.evaluate(() => chailou.stage.source.kind), "engine");
  assert.equal(await page.visible("recording-label"), false, "the label is still there");
  assert.deepEqual(await places(page), before, "what moved when the live chain took over");
  assert.deepEqual(await page.evaluate(() => [...window.languages]), ["en ho"]);
  const files = new Set(page.requests.map(({ path }) => path));
  assert(files.size <= MOST_FILES, `${files.size} files before the first frame`);
  page.complainsOfNothing();
  return `${files.size} files`;
}
