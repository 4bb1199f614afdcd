// @ts-check
// How the stage is read and steered: keys, language, notation, links.

import assert from "node:assert/strict";
import { describe } from "node:test";
import { pageTest } from "./session.mjs";
import { DIGIT, SEED, built, stagePage } from "./stage-page.mjs";

describe("the stage's controls", () => {
  pageTest("a link restores the picture", stagePage, linkRestores);
  pageTest("arrow keys walk the timeline", stagePage, keyboard);
  pageTest("keys act while the stage has the focus, and nothing that is typed elsewhere does", stagePage, typing);
  pageTest("the language changes at once and keeps the state", stagePage, language);
  pageTest("the notation changes and keeps the state", stagePage, notation);
  pageTest("the controls complain of nothing", stagePage, async (page) => page.complainsOfNothing());
});

async function linkRestores(page) {
  await built(page);
  const frame = 20;
  const [print] = await page.fingerprints([frame]);
  await page.tab.waitForFunction(
    (at) => new URLSearchParams(location.hash.slice(1)).get("at") === at,
    { timeout: 60_000 },
    String((await page.state()).position),
  );
  const hash = await page.evaluate(() => location.hash.slice(1));
  const copy = await page.another({ hash });
  await copy.ready();
  await copy.tab.waitForFunction((frame) => chailou.stage.state.frame === frame, { timeout: 60_000 }, frame);
  const [restored] = await copy.fingerprints([frame]);
  page.complaints.push(...copy.complaints);
  page.foreign.push(...copy.foreign);
  await copy.close();
  assert.equal(restored, print, "the restored picture's fingerprint");
  return `#${hash}`;
}

async function keyboard(page) {
  await built(page);
  await page.seek(10);
  const before = (await page.state()).position;
  await page.tab.focus("[data-testid=timeline]");
  await page.tab.keyboard.press("ArrowRight");
  await page.tab.waitForFunction((at) => chailou.stage.state.position === at, { timeout: 60_000 }, before + 1);
  await page.tab.keyboard.press("ArrowLeft");
  await page.tab.waitForFunction((at) => chailou.stage.state.position === at, { timeout: 60_000 }, before);
  await page.tab.keyboard.press("End");
  const steps = await page.length();
  await page.tab.waitForFunction((at) => chailou.stage.state.position === at, { timeout: 60_000 }, steps);
}

async function typing(page) {
  await built(page);
  await page.seek(10);
  const look = () =>
    page.evaluate(() => ({ ...chailou.stage.state, same: chailou.stage.chain === window.chainBefore }));
  await page.evaluate(() => {
    window.chainBefore = chailou.stage.chain;
    /** @type {any} */ (document.activeElement)?.blur();
  });
  const before = await look();
  await page.tab.keyboard.type("bad d B 0");
  for (const key of ["ArrowLeft", "Home", "End"]) await page.tab.keyboard.press(key);
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.deepEqual(await look(), before, "after typing on the page");

  const focused = (testid) => page.tab.focus(`[data-testid="${testid}"]`);
  await focused("toy-words"); // of another chapter
  await page.tab.keyboard.type("bd");
  assert.deepEqual(await look(), before, "after typing in another chapter");
  await page.evaluate(() => document.getElementById("stage").scrollIntoView({ behavior: "instant" })); // it plays where it is seen

  await page.click("step-right"); // by mouse: the stage takes the focus, not the button
  await page.tab.waitForFunction((at) => chailou.stage.state.position === at, { timeout: 60_000 }, before.position + 1);
  await page.tab.keyboard.press("ArrowLeft");
  await page.tab.waitForFunction((at) => chailou.stage.state.position === at, { timeout: 60_000 }, before.position);
  await page.tab.keyboard.press(" ");
  await page.tab.waitForFunction(() => chailou.stage.state.playing, { timeout: 60_000 });
  await page.tab.keyboard.press(" ");
  await page.tab.waitForFunction(() => !chailou.stage.state.playing, { timeout: 60_000 });
  await page.tab.keyboard.press("b");
  await page.tab.waitForFunction(() => chailou.stage.chain !== window.chainBefore, { timeout: 30_000 });
  await page.pause();
}

async function language(page) {
  await page.start({ direction: "build", start: "noise", view: "single", digit: DIGIT, seed: SEED });
  const look = () =>
    page.evaluate(() => ({
      html: document.documentElement.lang,
      heading: [...document.querySelectorAll("h1")].find((h) => h.getBoundingClientRect().height)?.textContent.trim(),
      button: document.querySelector("[data-testid=from-noise]").textContent,
      chain: chailou.stage.chain === window.chainBefore,
    }));
  await page.evaluate(() => {
    window.chainBefore = chailou.stage.chain;
    chailou.stage.play();
  });
  await page.tab.waitForFunction(() => chailou.stage.state.frame >= 3, { timeout: 60_000 });
  const [before, frame] = [await look(), (await page.state()).frame];
  await page.click("lang");
  const [after, { frame: then, digit, seed, playing }] = [await look(), await page.state()];
  await page.pause();
  assert(
    before.html.startsWith("en") && after.html.startsWith("zh"),
    `<html lang> went from ${before.html} to ${after.html}`,
  );
  assert(
    before.heading !== after.heading && /\p{Script=Han}/u.test(after.heading),
    `the heading went from ${before.heading} to ${after.heading}`,
  );
  assert(
    before.button !== after.button && /\p{Script=Han}/u.test(after.button),
    `a button went from ${before.button} to ${after.button}`,
  );
  assert(after.chain && then >= frame, `the chain was replaced, or fell back from frame ${frame} to ${then}`);
  assert(playing || then === (await page.length()), "the chain stopped playing");
  assert.equal(`${digit} ${seed}`, `${DIGIT} ${SEED}`, "digit and seed");
  await page.click("lang");
  assert((await look()).html.startsWith("en"), "the language did not change back");
}

async function notation(page) {
  const [before, { frame }] = [await page.text("numbers"), await page.state()];
  await page.click("notation");
  const [after, then] = [await page.text("numbers"), await page.state()];
  await page.click("notation");
  assert(before !== after, `the numbers stayed ${before}`);
  assert.equal(then.frame, frame, "frame");
}
