// @ts-check
// Chapter 5: every figure says what is exact about building, obeys its t, its controls and its prose, and can be reset.

import assert from "node:assert/strict";
import { describe } from "node:test";
import { wantsNoMotion } from "./page.mjs";
import { pageTest, sharedPage } from "./session.mjs";

// a choice of the chapter's, so that it is loaded; nothing begins to move
const shared = sharedPage({ hash: "lang=en&steps=2&dice=1&generate_five=0" }, {}, drawn, [wantsNoMotion]);

describe("chapter 5", () => {
  pageTest("five samplers: one x_T, greedy collapses, the others cover the truth", shared, five);
  pageTest("five samplers on the network: greedy's four towers are one, the others' are four", shared, towers, {
    seconds: 300,
  });
  pageTest("what steps buy: exact, and measured until it is stopped", shared, cost, { seconds: 300 });
  pageTest("slow motion: a line at a time, what it touches bright", shared, slow);
  pageTest("T from 1 to 1000 on two points", shared, thousand);
  pageTest("the best σ lies between β̃ and β, and builds neither too wide nor too narrow", shared, sigma);
});

/** Brings the figures near the screen one after another, until each has drawn. */
async function drawn(page) {
  await page.ready();
  await page.pause();
  for (const [id, told] of [
    ["five", "generate-five-truth"],
    ["towers", "generate-row-dpm"],
    ["slow", "generate-slow-told"],
    ["cost", "generate-exact-told"],
    ["thousand", "generate-law-told"],
    ["sigma", "generate-sigma-told"],
  ]) {
    await page.tab.waitForFunction(
      (id, told) => {
        document.getElementById(`ch5-${id}`)?.scrollIntoView({ behavior: "instant" });
        return document.querySelector(`[data-testid="${told}"]`)?.textContent;
      },
      { timeout: 60_000 },
      id,
      told,
    );
  }
}

const setting = (page, name) => page.evaluate((name) => chailou.generate.site.get(name), name);
const set = (page, changes) => page.evaluate((changes) => chailou.generate.site.set(changes), changes);
const label = (page, id) =>
  page.tab.$eval(`[data-testid="${id}"]`, (element) => element.getAttribute("aria-label") ?? "");
/** Presses a phrase of the prose that the reader sees. */
const phrase = (page, set) =>
  page.tab.$eval(`div[lang=en] [data-set="${set}"]`, (button) => /** @type {HTMLElement} */ (button).click());
const pressed = (page, id) => page.tab.$eval(`[data-testid="${id}"]`, (it) => it.getAttribute("aria-pressed"));

async function five(page) {
  const told = async () =>
    Promise.all(
      ["greedy", "beta", "beta_tilde", "ddim", "dpm"].map(async (name) => {
        const [, spread, covered, normal] = /spread (\S+), covers (\d+)%; normal data 0\.3 → (\S+)/.exec(
          await page.text(`generate-five-${name}`),
        );
        return { spread: Number(spread), covered: Number(covered), normal: Number(normal) };
      }),
    );
  await phrase(page, "five=0 steps=50");
  const [greedy, ...others] = await told();
  assert.ok(greedy.spread < 0.5 && greedy.covered < 10 && greedy.normal < 0.001, JSON.stringify(greedy));
  for (const other of others) assert.ok(other.spread > 0.9 && other.covered > 85, JSON.stringify(other));
  await phrase(page, "five=1000");
  const start = await told();
  for (const each of start) assert.deepEqual([each.spread, each.covered], [start[0].spread, start[0].covered]);
  await phrase(page, "steps=20 five=0");
  assert.equal(await pressed(page, "generate-steps-20"), "true");
  assert.deepEqual(
    (await told()).slice(1).map(({ normal }) => normal),
    [0.321, 0.216, 0.24, 0.264],
  );
  assert.match(await label(page, "generate-cloud-greedy"), /^Greedy at t = 0: bricks spread 0\.\d\d, cover \d+%/);
  await page.press("generate-five-act"); // from the tower: anew from the rubble, at once for those who want no motion
  assert.equal(await setting(page, "five"), 0);
  await page.press("generate-five-reset");
  assert.equal(await setting(page, "steps"), 50);
}

async function towers(page) {
  await page.evaluate(() => document.getElementById("ch5-towers").scrollIntoView({ behavior: "instant" }));
  await page.tab.waitForFunction(() => chailou.generate.crew.state === "here", { timeout: 120_000 });
  await page.press("generate-tower-steps-5");
  assert.match(
    await page.text("generate-towers-told"),
    /^Press Rebuild .* 25 steps in all, 4 towers each, about \d+ s/,
  );
  await page.press("generate-towers-act");
  await page.tab.waitForFunction(() => chailou.generate.crew.busy !== null, { timeout: 60_000 });
  assert.match(await page.text("generate-towers-told"), /^\d+ of 25 steps/);
  await page.tab.waitForFunction(
    () =>
      /^Real towers of this class differ by 0\.\d\d/.test(
        document.querySelector("[data-testid=generate-towers-told]").textContent,
      ),
    { timeout: 240_000 },
  );
  const differ = async () =>
    Promise.all(
      ["greedy", "beta", "beta_tilde", "ddim", "dpm"].map(async (name) =>
        Number(/differ by (\S+)$/.exec(await page.text(`generate-row-${name}`))[1]),
      ),
    );
  assert.equal(await setting(page, "towers"), 0);
  const [greedy, ...others] = await differ();
  assert.ok(greedy < 0.06 && others.every((each) => each > 0.1), [greedy, ...others].join());
  await set(page, { towers: 1000 });
  assert.deepEqual([...new Set(await differ())], [1]); // the same four x_T
  assert.match(await label(page, "generate-towers-ddim"), /^DDIM at t = 1000: four towers/);
  await page.press("generate-towers-reset");
}

async function cost(page) {
  await page.evaluate(() => document.getElementById("ch5-cost").scrollIntoView({ behavior: "instant" }));
  await phrase(page, "cost=50");
  assert.match(await page.text("generate-exact-told"), /σ = β̃ 16%; DDIM 8\.5%; DPM-Solver\+\+ 0\.36%$/);
  await page.tab.waitForFunction(() => chailou.generate.crew.state === "here", { timeout: 120_000 });
  assert.match(
    await page.text("generate-cost-told"),
    /^It takes 270 steps, 100 of them for the long chain: about \d+ s/,
  );
  await page.press("generate-cost-go");
  await page.tab.waitForFunction(
    () => Number(/^\d+/.exec(document.querySelector("[data-testid=generate-cost-told]").textContent)?.[0]) >= 3,
    { timeout: 120_000 },
  );
  await page.press("generate-cost-go"); // stops
  await page.tab.waitForFunction(() => chailou.generate.crew.busy === null, { timeout: 60_000 });
  assert.match(await label(page, "generate-learned"), /^Not measured yet$/);
  await page.press("generate-cost-reset");
  assert.equal(await setting(page, "cost"), 20);
}

async function slow(page) {
  const now = () =>
    page.evaluate(() => {
      const [line] = [...document.querySelectorAll("#ch5-slow .is-now")].filter((it) => it.checkVisibility());
      const bright = [...document.querySelectorAll("#ch5-slow [data-tensor]:not(.is-dim)")].filter((it) =>
        it.checkVisibility(),
      );
      return [
        [...line.parentElement.children].indexOf(line) + 1,
        bright.map((it) => it.getAttribute("data-tensor")).join(),
      ];
    });
  await phrase(page, "algorithm=2 line=1 slow=1000");
  const seen = [];
  for (let i = 0; i < 6; i++) {
    seen.push([...(await now()), await setting(page, "slow")]);
    await page.press("generate-next");
  }
  assert.deepEqual(seen, [
    [1, "x", 1000],
    [2, "", 1000],
    [3, "z", 1000],
    [4, "x,eps,eps,z,next", 1000],
    [5, "", 1000],
    [3, "z", 999],
  ]);
  await set(page, { slow: 1, line: 5 });
  await page.press("generate-next");
  assert.deepEqual(await now(), [6, "next"]);
  await page.tab.waitForFunction(
    () => /^The picture x_0 after/.test(document.querySelector("[data-testid=generate-2-next]").ariaLabel),
    { timeout: 60_000 },
  );
  await page.press("generate-algorithm-1");
  await page.press("generate-next");
  assert.deepEqual(await now(), [2, "x0"]);
  for (let i = 0; i < 3; i++) await page.press("generate-next");
  assert.deepEqual(await now(), [5, "x,eps,error"]);
  await page.tab.waitForFunction(() => chailou.generate.crew.state === "here", { timeout: 120_000 });
  await page.tab.waitForFunction(
    () => /network’s mean square error/.test(document.querySelector("[data-testid=generate-slow-told]").textContent),
    { timeout: 60_000 },
  );
  const loss = Number(/error is (\S+)\. In/.exec(await page.text("generate-slow-told"))[1]);
  assert.ok(loss > 1e-3 && loss < 1, `${loss}`); // a network's, not the exact answer's
  await page.press("generate-play");
  await page.tab.waitForFunction(() => chailou.generate.site.get("round") === 1, { timeout: 60_000 });
  await page.press("generate-play");
  assert.equal(await page.text("generate-play"), "Play");
  await page.press("generate-slow-reset");
  assert.deepEqual([await setting(page, "algorithm"), await setting(page, "slow")], [2, 700]);
}

async function thousand(page) {
  const carried = async () => Number(/average brick is (\S+) away/.exec(await page.text("generate-law-told"))[1]);
  const shared = async () => Number(/share (\S+)%/.exec(await page.text("generate-law-told"))[1]);
  const far = [];
  for (const many of [1, 5, 30]) {
    await phrase(page, `many=${many} thousand=0`);
    far.push(await carried());
  }
  assert.ok(far[0] > 0.98 && far[1] > 0.2 && far[1] < 0.35 && far[2] < 1e-4, far.join());
  await phrase(page, "many=5 thousand=400 at=0");
  const few = await shared();
  await phrase(page, "many=1000 thousand=400 at=0");
  assert.ok(few < 70 && (await shared()) > 99.8, `${few}`);
  await page.tab.focus("[data-testid=generate-many]");
  await page.tab.keyboard.press("Home");
  assert.equal(await setting(page, "many"), 1);
  assert.match(await label(page, "generate-law"), /^Where the bricks are at t = /);
  await page.press("generate-thousand-reset");
  assert.equal(await setting(page, "many"), 5);
}

async function sigma(page) {
  const sigmas = async () =>
    /β̃ = (\S+), σ\* = (\S+), β = (\S+)\./
      .exec(await page.text("generate-sigma-told"))
      .slice(1)
      .map(Number);
  for (const t of [100, 300, 1000]) {
    await set(page, { sigma: t });
    const [tilde, star, beta] = await sigmas();
    assert.ok(tilde <= star && star <= beta, `t = ${t}: ${[tilde, star, beta]}`);
  }
  assert.match(await label(page, "generate-ends"), /0\.216 with β̃, 0\.300 with σ\*, 0\.321 with β$/);
  await set(page, { sigma: 300 });
  await phrase(page, "spread=0");
  let [tilde, star, beta] = await sigmas();
  assert.equal(star, tilde);
  await phrase(page, "spread=1");
  [tilde, star, beta] = await sigmas();
  assert.equal(star, beta);
  await page.press("lang");
  assert.match(await page.text("generate-sigma-told"), /^从 t = 300 退到 250/);
  assert.match(await label(page, "generate-cloud-ddim"), /^DDIM，t = 0：砖散开/);
  await page.press("lang");
  await page.press("generate-sigma-reset");
  assert.equal(await setting(page, "spread"), 0.3);
  await page.evaluate(() => scrollTo({ top: 0, behavior: "instant" }));
  await page.tab.waitForFunction(() => chailou.generate.crew.state === "waiting", { timeout: 60_000 }); // it has let go
  await page.evaluate(() => {
    chailou.generate.attach(null);
    document.getElementById("ch5-towers").scrollIntoView({ behavior: "instant" });
  });
  await page.tab.waitForFunction(
    () => /^Nothing here can run/.test(document.querySelector("[data-testid=generate-towers-told]").textContent),
    { timeout: 60_000 },
  );
  page.complainsOfNothing();
}
