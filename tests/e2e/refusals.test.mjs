// @ts-check
// Whatever is refused, nothing is lost: one page with a model of the reader's own on the stage, drawn points and a network
// half trained in chapter 8, drawings and a network half taught in chapter 9 is brought everything that refusals.mjs lists.
// After each there is one sentence near its control, and model, pictures, points, weights and drawings are as before.

import assert from "node:assert/strict";
import { describe } from "node:test";
import { OWN, REFUSALS, inFields } from "./refusals.mjs";
import { chosen } from "./refusal-ways.mjs";
import { pageTest, sharedPage } from "./session.mjs";
import { approach, until } from "./toy-page.mjs";

const FAR = 240; // CSS pixels between a control and its answer

const hash =
  "lang=en&steps=6&toy_width=16&toy_depth=1&toy_batch=64&toy_steps=0&teach_steps=4&teach_batch=2&teach_look=1";
const shared = sharedPage({ hash, height: 720 }, {}, async (page) => {
  await page.ready();
  await page.pause();
});

describe("refusals", () => {
  pageTest("whatever is refused gets a sentence near its control, and nothing is lost", shared, walk, { seconds: 600 });
  pageTest("refusals leave nothing in the console", shared, async (page) => page.complainsOfNothing());
});

async function walk(page) {
  await inTheMiddle(page);
  const fields = await page.evaluate(() =>
    [...document.querySelectorAll("input[type=number]")]
      .filter((input) => input.getBoundingClientRect().width && !input.matches(":disabled"))
      .map((input) => input.getAttribute("data-testid")),
  );
  const all = [...Object.values(REFUSALS).flat(), ...inFields(fields)];
  const before = await page.evaluate(fingerprint);
  const faults = [];
  for (const refusal of all) faults.push(...(await refused(page, before, refusal)));
  assert(!faults.length, faults.join("\n"));
  await goesOn(page);
  return `${all.length} refusals`;
}

/** Everything that a reader could lose, in the middle of its making. */
async function inTheMiddle(page) {
  await page.evaluate(() => {
    const scroll = window.scrollBy.bind(window);
    window.scrollBy = (/** @type {any} */ options) => scroll({ ...options, behavior: "instant" });
    for (const fold of document.querySelectorAll("details")) fold.open = true;
  });
  await chosen("model-files", OWN).bring(page);
  await page.tab.waitForSelector("[data-testid=own-loaded]", { timeout: 60_000 });
  await page.runToEnd();
  await page.seek(4);

  await approach(page);
  await page.click("toy-set-own");
  await page.evaluate(() => {
    const { dataset } = chailou.toy;
    dataset.beginStroke();
    for (let i = 0; i < 50; i++) dataset.spray(Math.sin(i), Math.cos(3 * i), 0.3, 2);
    dataset.endStroke();
  });
  await page.press("toy-train");
  await until(page, () => chailou.toy.session.step > 20, "no training");
  await page.press("toy-train");
  await until(page, () => chailou.toy.session.state === "ready" && chailou.toy.cloud.film, "no pause");

  await page.press("teach-example-大");
  await page.press("teach-step");
  await page.tab.waitForFunction(() => chailou.teach.session.step === 1 && !chailou.teach.session.running, {
    timeout: 300_000,
    polling: 100,
  });
}

/** A network that is refused does not stop the one in training. */
async function goesOn(page) {
  const [, way] = REFUSALS.NETWORKS.find(([what]) => what === "a network cut off");
  await page.press("toy-train");
  await until(page, () => chailou.toy.session.training, "no training");
  await way.bring(page);
  await page.tab.waitForSelector(way.answer);
  const step = await page.evaluate(() => chailou.toy.session.step);
  await page.evaluate(() => chailou.toy.notices.clear("error"));
  await until(page, (step) => chailou.toy.session.training && chailou.toy.session.step > step, "it stands", 30, step);
  await page.press("toy-train");
  await until(page, () => chailou.toy.session.state === "ready", "no pause");
}

/** In the page: everything that must survive, by name; objects as the number they got when they were first seen. */
async function fingerprint() {
  const seen = (window.seenObjects ??= []);
  const which = (object) => (seen.includes(object) ? seen.indexOf(object) : seen.push(object) - 1);
  const digest = async (...parts) => {
    const hash = await crypto.subtle.digest("SHA-256", await new Blob(parts).arrayBuffer());
    return Array.from(new Uint8Array(hash, 0, 6), (byte) => byte.toString(16).padStart(2, "0")).join("");
  };
  const { stage, toy, teach } = chailou;
  const { moments, step, taught } = teach.session;
  const choices = Array.from(new URLSearchParams(toy.settings.hash()), ([name, value]) => [`#${name}`, value]);
  return {
    ...Object.fromEntries(choices),
    "stage: model": which(stage.model),
    "stage: weights": await digest(await stage.model.save()),
    "stage: picture": stage.chain ? await digest((await stage.snapshot()).data) : "none",
    "stage: place": `${stage.state.frame}${stage.state.playing ? ", playing" : ""}`,
    "stage: notice": document.querySelector("[data-testid=own-loaded]")?.textContent,
    "8: points": await digest(toy.dataset.points),
    "8: network": which(toy.session.network),
    "8: weights": await digest(await toy.session.network.save()),
    "8: run": `${toy.session.state}, step ${toy.session.step}`,
    "8: cloud": await digest(await toy.cloud.film.points(0)),
    "9: drawings": await digest(...teach.tray.drawings),
    "9: weights": await digest((await teach.session.save()).weights),
    "9: run": `step ${step}${taught ? ", taught" : ""}`,
    "9: pictures": await digest(...moments.map(({ pictures }) => pictures)),
  };
}

/** Brings one thing; gives what is wrong then, a line each. @param {import("./refusals.mjs").Refusal} refusal */
async function refused(page, before, refusal) {
  const [what, { control, answer, bring, back }, says] = refusal;
  await page.evaluate(
    ([control, answers]) => {
      for (const button of document.querySelectorAll(answers)) /** @type {HTMLElement} */ (button).click();
      let seen = control && document.querySelector(control);
      while (seen && !seen.getBoundingClientRect().width) seen = seen.parentElement;
      if (seen) seen.scrollIntoView({ block: "center", behavior: "instant" });
    },
    [control, "[data-testid$=error] button, [data-testid=link] button"],
  );
  const faults = [];
  const wrong = (/** @type {string} */ fault) => faults.push(`${what}: ${fault}`);
  try {
    await bring(page);
    await page.tab.waitForSelector(answer, { timeout: 60_000 });
  } catch (error) {
    return [`${what}: no sentence (${error.message.split("\n")[0]})`];
  }
  const said = await page.evaluate(sentence, { control, answer });
  if (!says.test(said.text)) wrong(`“${said.text}” does not say ${says}`);
  if (/panick|unreachable|undefined|RuntimeError|\[object|\n/.test(said.text) || said.text.length > 700)
    wrong(`“${said.text}” is not one sentence`);
  if (said.others.length) wrong(`there are other sentences: ${said.others.join("; ")}`);
  if (!said.onScreen || said.away > FAR)
    wrong(`the sentence is ${said.away} px away${said.onScreen ? "" : ", unseen"}`);
  await back?.(page);
  const end = performance.now() + 10_000;
  for (;;) {
    const now = await page.evaluate(fingerprint);
    const lost = Object.keys({ ...before, ...now }).filter((name) => now[name] !== before[name]);
    if (!lost.length) return faults;
    if (performance.now() < end && back) continue; // what a link has changed comes back, but not at once
    for (const name of lost) wrong(`${name} was ${before[name]}, is ${now[name]}`);
    return faults;
  }
}

/** In the page: the sentence, how many there are, and where it stands. */
function sentence({ control, answer }) {
  const shown = (element) => element.getBoundingClientRect().height > 0;
  const all = [...document.querySelectorAll("[role=alert]")].filter(shown);
  const own = document.querySelector(answer);
  const box = own.getBoundingClientRect();
  let hand = control ? document.querySelector(control) : null;
  while (hand && !shown(hand)) hand = hand.parentElement;
  const at = hand?.getBoundingClientRect();
  return {
    text: (own.querySelector("p") ?? own).textContent,
    others: all.filter((element) => element !== own).map(({ outerHTML }) => outerHTML),
    onScreen: box.top >= 0 && box.bottom <= document.documentElement.clientHeight,
    away: at ? Math.round(Math.max(0, box.top - at.bottom, at.top - box.bottom)) : 0,
  };
}
