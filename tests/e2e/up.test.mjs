// @ts-check
// Chapter 3: a step back whose terms can be looked at alone, the exact answer beside the network's, and a chain of each.

import assert from "node:assert/strict";
import { describe } from "node:test";
import { open } from "./page.mjs";
import { pageTest, session, sharedPage } from "./session.mjs";

const ADDRESS = { hash: "lang=en&steps=10&up_who=network" }; // a choice of the chapter's, so that it is loaded
const FIGURES = { step: "up-told", best: "up-compared", memory: "up-usual" }; // each with what it says last
const shared = sharedPage(ADDRESS, {}, async (page) => {
  await page.ready();
  await page.pause();
  for (const [id, told] of Object.entries(FIGURES)) await drawn(page, id, told);
});

describe("chapter 3", () => {
  pageTest("one step back: any term alone, whoever guesses, in both notations", shared, oneStep);
  pageTest("both answers agree near the rubble and part near the tower", shared, answers);
  pageTest("the exact chain ends at one of the thousand, the network's at none", shared, chains);
  pageTest("without a device the exact half lives, and the rest says what it lacks", shared, deviceless);
  pageTest("far away nothing is held; on coming back all is there again", shared, leaves);
  pageTest("without the network's weights the exact half lives", shared, weightless);
});

/** Brings a figure near the screen until it has said `told`, and leaves it at rest. */
async function drawn(page, id, told) {
  await page.tab.waitForFunction(
    (id, told) => {
      document.getElementById(`ch3-${id}`).scrollIntoView({ behavior: "instant" });
      return document.querySelector(`[data-testid="${told}"]`)?.textContent;
    },
    { timeout: 60_000 },
    id,
    told,
  );
  await page.evaluate((id) => chailou.up.timed[id].hold(), id);
  await page.press(`up-${id}-reset`);
}

const set = (page, changes) => page.evaluate((changes) => chailou.up.settings.set(changes), changes);
const setting = (page, name) => page.evaluate((name) => chailou.up.site.get(name), name);
const label = (page, id) => page.tab.$eval(`[data-testid="${id}"]`, (element) => element.getAttribute("aria-label"));
const picture = (page, id) =>
  page.tab.$eval(`[data-testid="${id}"]`, (canvas) => /** @type {HTMLCanvasElement} */ (canvas).toDataURL());
const pressed = (page, id) =>
  page.tab.$eval(`[data-testid="${id}"]`, (button) => button.getAttribute("aria-pressed") === "true");
const phrase = (page, set) =>
  page.tab.$eval(`#up div[lang=en] [data-set="${set}"]`, (button) => /** @type {HTMLElement} */ (button).click());

/** Waits until the element says what matches, and gives the match. */
async function says(page, id, pattern) {
  await page.tab
    .waitForFunction(
      (id, source) => new RegExp(source).test(document.querySelector(`[data-testid="${id}"]`)?.textContent ?? ""),
      { timeout: 60_000 },
      id,
      pattern.source,
    )
    .catch(async () => assert.match(await page.text(id), pattern));
  return pattern.exec(await page.text(id));
}

/** How strong the guessed noise is in the spire's body, in units of what it is in the sky. */
const paleness = (page) =>
  page.tab.$eval("[data-testid=up-guess]", (canvas) => {
    const context = /** @type {HTMLCanvasElement} */ (canvas).getContext("2d");
    const spread = (/** @type {[number, number, number, number]} */ ...box) => {
      const values = context.getImageData(...box).data.filter((_, i) => i % 4 < 3);
      return Math.sqrt(values.reduce((sum, value) => sum + (value - 127.5) ** 2, 0) / values.length);
    };
    return spread(16, 14, 6, 14) / spread(2, 1, 10, 7);
  });

async function oneStep(page) {
  const [, guess, fresh] = await says(page, "up-told", /^At t = 100 .* by (0\.\d+) on .* by (0\.\d+) of fresh/);
  assert.ok(Number(fresh) > 2 * Number(guess), `${fresh} against ${guess}`); // as the notice says
  assert.match(await label(page, "up-large"), /^x_99: one step back, by the network$/);
  await page.tab.$eval("#ch3-step", (figure) => figure.scrollIntoView({ block: "center", behavior: "instant" }));
  await page.tab.hover("[data-testid=up-term-fresh]");
  assert.match(await label(page, "up-large"), /^Fresh noise z$/);
  assert.equal(await picture(page, "up-large"), await picture(page, "up-fresh"));
  assert.equal(await page.tab.$$eval("#ch3-step .up-aside", (aside) => aside.length), 3);
  await page.tab.hover("[data-testid=up-told]");
  assert.equal(await page.tab.$$eval("#ch3-step .up-aside", (aside) => aside.length), 0);
  await page.tab.focus("[data-testid=up-term-guess]");
  await page.tab.keyboard.press("Enter");
  assert.equal(await setting(page, "term"), "guess");
  assert.match(await label(page, "up-large"), /^The noise in it at t = 100, as guessed by the network$/);
  await page.tab.$eval("[data-testid=up-term-guess]", (button) => /** @type {HTMLElement} */ (button).blur());
  assert.match(await label(page, "up-large"), /guessed by the network$/, "a click stays");

  const learned = await picture(page, "up-guess");
  await phrase(page, "step=5 term=guess who=network");
  await says(page, "up-told", /^At t = 5 /);
  assert.ok((await paleness(page)) < 0.85, "the network hedges where the tower stands");
  await phrase(page, "step=5 term=guess who=exact");
  assert.match(await label(page, "up-guess"), /at t = 5, as guessed by the exact answer$/);
  assert.ok((await paleness(page)) > 0.95, "who knows it by heart does not");
  await set(page, { up_step: 100 });
  assert.notEqual(await picture(page, "up-guess"), learned);
  await page.press("up-sigma-zero");
  await says(page, "up-told", /no fresh noise is added\.$/);
  assert.match(await page.text("up-sign-guess"), /^−βt0\.0455$/);
  await page.press("notation");
  assert.match(await page.text("up-sign-guess"), /^−1−αt1−α¯t0\.00\d+$/);
  await page.press("notation");
  await phrase(page, "step=1000 term=after");
  assert.match(await label(page, "up-large"), /^The picture x_t at t = 1000$/);
  await page.tab.focus("[data-testid=up-step-time]");
  await page.tab.keyboard.press("ArrowLeft");
  assert.equal(await setting(page, "step"), 999);
  await page.press("up-step-reset");
  assert.deepEqual(await Promise.all(["step", "term", "who", "sigma"].map((name) => setting(page, name))), [
    100,
    "none",
    "network",
    "beta_tilde",
  ]);
}

/** What the figure prints of both answers at t. */
async function compared(page, t) {
  await set(page, { up_best: t });
  const pattern = new RegExp(
    `^t = ${t}: .* at (−?[\\d.]+)\\. .* exact ([\\d.]+), network ([\\d.]+)\\. .* ([\\d.]+) off`,
  );
  const [r, exact, learned, own] = (await says(page, "up-compared", pattern))
    .slice(1)
    .map((n) => Number(n.replace("−", "-")));
  return { r, exact, learned, own };
}

async function answers(page) {
  await set(page, { tower: "dusk", up_stranger: true });
  const rubble = await compared(page, 900);
  await says(page, "up-towers", /among (6|7|8)\d\d equal towers$/);
  const tower = await compared(page, 150);
  await says(page, "up-towers", /sure of one$/);
  assert.ok(rubble.r > 0.9, `at t = 900 they correlate at ${rubble.r}`);
  assert.ok(tower.r < 0.8, `at t = 150 they correlate at ${tower.r}`);
  assert.ok(tower.learned < 0.6 * tower.exact, "the network is nearer to a tower that neither has seen");
  assert.ok(tower.own > 0.1, "and what it answers is none of the thousand");
  await page.press("up-known");
  const known = await compared(page, 300);
  assert.deepEqual([known.exact, known.learned > 0.05], [0, true]); // it knows its own by heart
  assert.match(
    await label(page, "up-bars"),
    /^How likely .* the likeliest 100%, all others together <0\.1%; as good as 1 towers$/,
  );
  await set(page, { tower: "day" });
  await page.press("up-best-reset");
  return `r ${rubble.r} and ${tower.r}; off the stranger ${tower.exact} exact, ${tower.learned} network`;
}

/** Both chains to their ends, which the reader may have to ask for where a call takes long. */
async function ended(page) {
  const ends = async () => {
    const run = await page.tab.$("[data-testid=up-run]");
    if (await run.evaluate((button) => !button.hidden && /^Let/.test(button.textContent))) await page.press("up-run");
    return page.evaluate(() =>
      ["exact", "learned"].map((who) =>
        /^nearest: number ([\d,]+), ([\d.]+) off$/
          .exec(document.querySelector(`[data-testid=up-near-${who}]`).textContent)
          ?.slice(1),
      ),
    );
  };
  for (let tries = 0; tries < 600; tries++) {
    const found = await ends();
    if (found.every(Boolean)) return found.map(([number, off]) => ({ number, off: Number(off) }));
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`the chains have not ended: ${await page.text("up-near-learned")}, ${await page.text("up-run")}`);
}

async function chains(page) {
  await page.evaluate(() => document.getElementById("ch3-memory").scrollIntoView({ behavior: "instant" }));
  const [exact, learned] = await ended(page);
  assert.equal(exact.off, 0, "by heart");
  assert.ok(learned.off > 0.1 && learned.off < 0.4, `the network's tower is ${learned.off} off its nearest`);
  assert.equal(await picture(page, "up-exact-x0"), await picture(page, "up-exact-near"));
  const [, usual] = await says(page, "up-usual", /typically ([\d.]+) off/);
  assert.ok(Number(usual) > 0.15 && Number(usual) < 0.3, usual);
  await set(page, { up_memory: 1000 });
  assert.equal(await picture(page, "up-exact-x"), await picture(page, "up-learned-x"), "from the same rubble");
  await set(page, { up_memory: 1, up_rubble: 2 });
  await page.tab.waitForFunction(
    (number) => {
      const [, other] =
        /number ([\d,]+), [\d.]+ off/.exec(document.querySelector("[data-testid=up-near-exact]").textContent) ?? [];
      return other && other !== number;
    },
    { timeout: 60_000 },
    exact.number,
  );
  await page.press("up-memory-reset");
  return `the network's tower is ${learned.off} off its nearest of the thousand, a new one typically ${usual}`;
}

async function deviceless(page) {
  await page.evaluate(() => {
    Object.assign(window, { lent: chailou.up.crew.network.device });
    chailou.up.attach(null);
  });
  await says(page, "up-who-lacks", /^There is no device here/);
  assert.equal(
    await page.tab.$eval("[data-testid=up-who-network]", (button) => /** @type {any} */ (button).disabled),
    true,
  );
  assert.ok(await pressed(page, "up-who-exact"));
  assert.match(await label(page, "up-before"), /by the exact answer$/);
  assert.match(await label(page, "up-learned"), /^There is no device here/);
  assert.match(await page.text("up-memory-lacks"), /^There is no device here/);
  await set(page, { up_best: 1000 });
  await says(page, "up-towers", /among 9\d\d equal towers$/);
  await page.press("up-best-reset");
  await page.evaluate(() => chailou.up.attach(window.lent));
  await says(page, "up-compared", /^t = 560/);
  assert.equal(await page.text("up-who-lacks"), "");
  assert.ok(await pressed(page, "up-who-network"));
}

async function leaves(page) {
  const held = () => page.evaluate(() => [chailou.up.crew.thousand.length, chailou.up.crew.network !== null]);
  const [near, far] = [
    [1000, true],
    [0, false],
  ];
  assert.deepEqual(await held(), near);
  await page.evaluate(() => scrollTo({ top: 0, behavior: "instant" }));
  await page.evaluate(() => (document.getElementById("up").style.marginTop = "6000px"));
  await page.tab.waitForFunction(() => !chailou.up.crew.thousand.length, { timeout: 60_000 });
  assert.deepEqual(await held(), far);
  await page.evaluate(() => (document.getElementById("up").style.marginTop = ""));
  await drawn(page, "best", "up-compared");
  await page.tab.waitForFunction(() => chailou.up.crew.thousand.length && chailou.up.crew.network, { timeout: 60_000 });
  assert.deepEqual(await held(), near);
  page.complainsOfNothing();
}

async function weightless() {
  const weights = "assets/models/towers/diffusion_pytorch_model.safetensors.packed";
  const { browser, server } = await session({ amiss: { [weights]: "missing" } });
  const page = await open(browser, server, ADDRESS);
  await drawn(page, "best", "up-towers");
  await says(page, "up-error", /^Something this chapter needs has not come: .*404/);
  await says(page, "up-best-lacks", /^The network could not be had/);
  await says(page, "up-towers", /among \d+ equal towers$/);
  await page.close();
}
