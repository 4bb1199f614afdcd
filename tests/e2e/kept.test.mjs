// @ts-check
// What readers have kept still opens: a network for points saved as files (kept/, saved by the page at commit 1358c1b),
// and a taught model in the browser's own storage, written here as that page wrote it.

import assert from "node:assert/strict";
import { describe } from "node:test";
import { classify } from "./classifier.mjs";
import { pageTest, sharedPage } from "./session.mjs";
import { PIXELS, drawings, forgotten, pictures, settled, unfold } from "./teach-page.mjs";
import { answer, approach, until } from "./toy-page.mjs";

const FILES = ["config.json", "scheduler_config.json", "diffusion_pytorch_model.safetensors"];
const PLACES = [0.1, 0.2, -1, 0.5, 2, -2];
/** What that page's network answered about these places at t = 500. */
const ANSWERS = [
  0.11240369826555252, 0.17697584629058838, -0.8969539999961853, 0.45170772075653076, 1.9647797346115112,
  -1.928737998008728,
];
/** What chapter 9 has a network build whose 7 was taught: four of it, then the other digits. */
const BUILT = [7, 7, 7, 7, 0, 1, 2, 3, 4, 5, 6, 8, 9];

describe("what was kept", () => {
  const toy = sharedPage({ hash: "lang=en&steps=10&toy_batch=64" });
  pageTest("a network for points saved by an earlier version opens", toy, pointsOpen);
  const teach = sharedPage({ hash: "lang=en&steps=10&teach_look=6" });
  pageTest("a taught model kept by an earlier version opens", teach, taughtOpens, { seconds: 600 });
});

async function pointsOpen(page) {
  await approach(page);
  const input = await page.tab.$("[data-testid=toy-files]");
  await input.uploadFile(...FILES.map((name) => new URL(`kept/${name}`, import.meta.url).pathname));
  await until(page, () => document.querySelector("[data-testid=toy-adopted]"), "the files were not taken");
  const choices = ["toy_width", "toy_depth", "toy_prediction"];
  const chosen = await page.evaluate((names) => names.map((name) => chailou.toy.settings.get(name)), choices);
  assert.deepEqual(chosen, [16, 1, "v_prediction"]);
  const answers = await answer(page, PLACES);
  const worst = Math.max(...answers.map((value, i) => Math.abs(value - ANSWERS[i])));
  assert(worst < 1e-4, `it answers ${answers}, when it was saved it answered ${ANSWERS}`);
  page.complainsOfNothing();
  return `its answers are off by ${worst.toExponential(1)}`;
}

async function taughtOpens(page) {
  await page.evaluate(async (pixels) => {
    const weights = await chailou.stage.model.save();
    const opening = indexedDB.open("chailou-teach", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("models", { keyPath: "id", autoIncrement: true });
    await new Promise((done) => (opening.onsuccess = done));
    const writing = opening.result.transaction("models", "readwrite");
    writing.objectStore("models").add({
      date: 1_763_000_000_000,
      digit: 7,
      step: 150,
      drawings: [1, 2, 3, 4].map((row) => new Float32Array(pixels).map((_, i) => (i % 28 === 5 * row ? 1 : -1))),
      pictures: new Float32Array(13 * pixels).fill(-1),
      weights,
    });
    await new Promise((done) => (writing.oncomplete = done));
    opening.result.close();
  }, PIXELS);
  await page.tab.reload();
  page.complaints.length = 0; // chapters that the reload has kept from loading
  await page.ready();
  await page.pause();
  await page.evaluate(() => document.getElementById("teach").scrollIntoView({ behavior: "instant" }));
  await page.tab.waitForFunction(() => document.querySelector("[data-testid=teach-kept] li"), { timeout: 30_000 });
  await unfold(page);
  assert.match(await page.text("teach-kept"), /number 7, 4 \w+, 150 steps/);
  await page.tab.$eval("[data-testid=teach-kept] li .plain", (button) => /** @type {HTMLElement} */ (button).click());
  await page.tab.waitForFunction(() => chailou.teach.session.taught, { timeout: 300_000 });
  await settled(page);
  assert.equal((await drawings(page)).length, 4, "drawings that came with it");
  const samples = await pictures(page, -1);
  const digits = Array.from(BUILT, (_, i) => classify(samples.slice(i * PIXELS, (i + 1) * PIXELS)));
  await forgotten(page);
  const right = digits.filter((digit, i) => digit === BUILT[i]).length;
  assert(right >= 10, `it builds ${digits.join(" ")} for ${BUILT.join(" ")}`);
  page.complainsOfNothing();
  return `${right} of ${BUILT.length} digits as asked`;
}
