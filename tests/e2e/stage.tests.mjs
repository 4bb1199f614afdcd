// The stage with a live engine: building, demolishing, scrubbing, languages, links, bad input.

import { classify } from "./classifier.mjs";
import * as digits from "./testdigits.mjs";
import { longestBlock } from "./mainthread.mjs";
import { open } from "./page.mjs";
import { check, checkEqual } from "./suite.mjs";

const DIGIT = 3;
const SEED = 7;
const GRID_STEPS = 12;

export async function stageTests(suite, browser, server) {
  const page = await open(browser, server, { hash: `lang=en&digit=${DIGIT}&seed=${SEED}` });

  await suite.test("the page computes its first frame", async () => {
    checkEqual((await page.ready()).mode, "gpu", "mode");
    const ms = await page.evaluate(() => performance.getEntriesByName("chailou:first-frame")[0].startTime);
    const adapter = await page.evaluate(() => JSON.stringify(chailou.stage.engine.adapter()));
    return `${(ms / 1000).toFixed(2)} s after navigation, on ${adapter}`;
  });
  await suite.test("a chain plays by itself without blocking the main thread", () => plays(page));
  await suite.test("the chain runs to t = 0 and every frame differs", () => everyFrameDiffers(page));
  await suite.test(`the digit asked for comes out (${DIGIT})`, async () => {
    const [picture] = await page.pictures(await page.length());
    checkEqual(classify(picture), DIGIT, "the classifier's answer");
  });
  await suite.test("the canvas shows what the engine holds", () => canvasIsTrue(page));
  await suite.test("scrubbing back shows the same pixels", () => scrubbing(page));
  await suite.test("predictions stand beside the picture", () => predictions(page));
  await suite.test("a link restores the picture", () => linkRestores(page, browser, server));
  await suite.test("arrow keys walk the timeline", () => keyboard(page));
  await suite.test("the language changes at once and keeps the state", () => language(page));
  await suite.test("the notation changes and keeps the state", () => notation(page));
  await suite.test("a test digit is demolished to noise and rebuilt", () => demolishAndRebuild(page));
  await suite.test("sixteen digits are built at once", () => grid(page), { seconds: 600 });
  await suite.test("bad input gets one sentence and loses nothing", () => badInput(page));
  await suite.test("a bad checkpoint is refused, a good one takes the stage", () => checkpoints(page));
  await suite.test("nothing in the console, no request elsewhere", async () => {
    checkEqual(page.complaints.join("\n"), "", "console");
    checkEqual(page.foreign.join("\n"), "", "foreign requests");
    const bad = server.requests.filter(({ status }) => status !== 200);
    checkEqual(bad.map(({ path, status }) => `${status} ${path}`).join("\n"), "", "failed requests");
    return `${server.requests.length} requests, all to the page's own host`;
  });
  await page.close();
}

async function plays(page) {
  await page.start({ direction: "build", digit: DIGIT, seed: SEED });
  let played;
  const { wall, cpu } = await longestBlock(page, async () => {
    played = await page.evaluate(async () => {
      const from = performance.now();
      chailou.stage.play();
      while (performance.now() - from < 30_000 && chailou.stage.state.frame < chailou.stage.chain.length())
        await new Promise((resolve) => setTimeout(resolve, 50));
      return { frames: chailou.stage.state.frame, seconds: (performance.now() - from) / 1000 };
    });
  });
  const { frames, seconds } = played;
  check(frames >= 10, `only ${frames} frames in ${seconds.toFixed(0)} s`);
  if (cpu !== undefined) check(cpu > 0 && cpu <= 100, `one task kept the main thread busy for ${cpu.toFixed(0)} ms`);
  const work = cpu === undefined ? "" : `, longest task ${cpu.toFixed(0)} ms of processor time`;
  return `${frames} frames in ${seconds.toFixed(1)} s, longest block ${wall.toFixed(0)} ms by the clock${work}`;
}

async function everyFrameDiffers(page) {
  await page.start({ direction: "build", digit: DIGIT, seed: SEED });
  await page.runToEnd();
  const length = await page.length();
  checkEqual(await page.evaluate(() => chailou.stage.chain.t()), 0, "t at the end");
  const prints = await page.fingerprints(Array.from({ length: length + 1 }, (_, i) => i));
  for (let i = 1; i < prints.length; i++)
    check(prints[i] !== prints[i - 1], `frame ${i} shows the same pixels as frame ${i - 1}`);
  return `${prints.length} frames`;
}

/** Every cell of the canvas has the byte that the engine's value maps to; its middle pixel is looked at. */
export async function canvasIsTrue(page) {
  const length = await page.length();
  for (const frame of [0, Math.floor(length / 2), length]) {
    await page.seek(frame);
    const [[picture], { width, height, red }] = [await page.pictures(frame), await page.pixels()];
    picture.forEach((value, i) => {
      const x = Math.floor((((i % 28) + 0.5) * width) / 28);
      const y = Math.floor(((Math.floor(i / 28) + 0.5) * height) / 28);
      const expected = Math.min(1, Math.max(0, (value + 1) / 2)) * 255;
      const shown = red[y * width + x];
      check(
        Math.abs(shown - expected) <= 2,
        `frame ${frame}, pixel ${i}: shows ${shown}, the engine holds ${expected.toFixed(1)}`,
      );
    });
  }
}

async function scrubbing(page) {
  const length = await page.length();
  const frames = [length, 5, Math.floor(length / 2), 0];
  const once = await page.fingerprints(frames);
  const again = await page.fingerprints(frames.toReversed());
  checkEqual(JSON.stringify(again.toReversed()), JSON.stringify(once), "the second time");
  const ms = await page.evaluate(async () => {
    const start = performance.now();
    await chailou.stage.seek(3);
    return performance.now() - start;
  });
  return `${ms.toFixed(0)} ms for a jump`;
}

async function predictions(page) {
  const middle = Math.floor((await page.length()) / 2);
  await page.seek(middle);
  const [[x_t], [x_0], [eps]] = [
    await page.pictures(middle),
    await page.pictures(middle, "x_0"),
    await page.pictures(middle, "eps"),
  ];
  const { alphaBar } = await page.evaluate((i) => chailou.stage.chain.table()[i], middle);
  x_t.forEach((x, i) => {
    const sum = Math.sqrt(alphaBar) * x_0[i] + Math.sqrt(1 - alphaBar) * eps[i];
    check(Math.abs(x - sum) < 1e-3, `x_t ≠ √ᾱ x̂_0 + √(1−ᾱ) ε̂ at pixel ${i}: ${x} and ${sum}`);
  });
  const shown = await Promise.all(["stage-canvas", "x0-canvas", "eps-canvas"].map((id) => page.pixels(id)));
  const distinct = new Set(shown.map(({ red }) => red.join()));
  checkEqual(distinct.size, 3, "number of different pictures");
}

async function linkRestores(page, browser, server) {
  const frame = 20;
  const [print] = await page.fingerprints([frame]);
  await page.tab.waitForFunction(
    (at) => new URLSearchParams(location.hash.slice(1)).get("at") === at,
    { timeout: 5000 },
    String((await page.state()).position),
  );
  const hash = await page.evaluate(() => location.hash.slice(1));
  const copy = await open(browser, server, { hash });
  await copy.ready();
  await copy.tab.waitForFunction((frame) => chailou.stage.state.frame === frame, { timeout: 60_000 }, frame);
  const [restored] = await copy.fingerprints([frame]);
  page.complaints.push(...copy.complaints);
  page.foreign.push(...copy.foreign);
  await copy.close();
  checkEqual(restored, print, "the restored picture's fingerprint");
  return `#${hash}`;
}

async function keyboard(page) {
  await page.seek(10);
  const before = (await page.state()).position;
  await page.tab.focus("[data-testid=timeline]");
  await page.tab.keyboard.press("ArrowRight");
  await page.tab.waitForFunction((at) => chailou.stage.state.position === at, { timeout: 5000 }, before + 1);
  await page.tab.keyboard.press("ArrowLeft");
  await page.tab.waitForFunction((at) => chailou.stage.state.position === at, { timeout: 5000 }, before);
  await page.tab.keyboard.press("End");
  const steps = await page.length();
  await page.tab.waitForFunction((at) => chailou.stage.state.position === at, { timeout: 5000 }, steps);
}

async function language(page) {
  await page.start({ direction: "build", digit: DIGIT, seed: SEED });
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
  check(
    before.html.startsWith("en") && after.html.startsWith("zh"),
    `<html lang> went from ${before.html} to ${after.html}`,
  );
  check(
    before.heading !== after.heading && /\p{Script=Han}/u.test(after.heading),
    `the heading went from ${before.heading} to ${after.heading}`,
  );
  check(
    before.button !== after.button && /\p{Script=Han}/u.test(after.button),
    `a button went from ${before.button} to ${after.button}`,
  );
  check(after.chain && then >= frame, `the chain was replaced, or fell back from frame ${frame} to ${then}`);
  check(playing || then === (await page.length()), "the chain stopped playing");
  checkEqual(`${digit} ${seed}`, `${DIGIT} ${SEED}`, "digit and seed");
  await page.click("lang");
  check((await look()).html.startsWith("en"), "the language did not change back");
}

async function notation(page) {
  const [before, { frame }] = [await page.text("numbers"), await page.state()];
  await page.click("notation");
  const [after, then] = [await page.text("numbers"), await page.state()];
  await page.click("notation");
  check(before !== after, `the numbers stayed ${before}`);
  checkEqual(then.frame, frame, "frame");
}

async function demolishAndRebuild(page) {
  const index = digits.label(0) === DIGIT ? 1 : 0;
  await page.start({ direction: "demolish", start: "real", test: index, digit: digits.label(index) });
  await page.runToEnd();
  const length = await page.length();
  const [[first], [last]] = [await page.pictures(0), await page.pictures(length)];
  const worst = Math.max(...digits.picture(index).map((value, i) => Math.abs(value - first[i])));
  check(worst < 1e-6, `frame 0 differs from the test digit by ${worst}`);
  const mean = last.reduce((sum, x) => sum + x, 0) / last.length;
  const deviation = Math.sqrt(last.reduce((sum, x) => sum + (x - mean) ** 2, 0) / last.length);
  check(
    Math.abs(mean) < 0.15 && Math.abs(deviation - 1) < 0.1,
    `the rubble has mean ${mean.toFixed(3)} and deviation ${deviation.toFixed(3)}`,
  );
  const prints = await page.fingerprints(Array.from({ length: length + 1 }, (_, i) => i));
  for (let i = 1; i < prints.length; i++)
    check(prints[i] !== prints[i - 1], `frame ${i} shows the same pixels as frame ${i - 1}`);

  await page.click("build");
  await page.tab.waitForFunction(() => chailou.stage.state.direction === "build", { timeout: 60_000 });
  await page.runToEnd();
  const [start] = await page.pictures(0);
  check(
    start.every((value, i) => value === last[i]),
    "the rebuilding does not start from the rubble",
  );
  const [rebuilt] = await page.pictures(await page.length());
  checkEqual(classify(rebuilt), digits.label(index), "the rebuilt digit");
  return `deviation of the rubble ${deviation.toFixed(3)}`;
}

async function grid(page) {
  const started = performance.now();
  await page.start({ direction: "build", start: "noise", view: "grid", digit: "mixed", seed: SEED, steps: GRID_STEPS });
  await page.runToEnd();
  const seconds = (performance.now() - started) / 1000;
  const pictures = await page.pictures(GRID_STEPS);
  checkEqual(pictures.length, 16, "number of pictures");
  const found = pictures.map(classify);
  const right = found.filter((digit, i) => digit === i % 10).length;
  check(right >= 14, `${right} of 16 are the digit asked for: ${found.join(" ")}`);
  const { width, height, red } = await page.pixels();
  const bright = Array.from({ length: 16 }, () => 0);
  red.forEach((value, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    if (value > 128) bright[4 * Math.floor((4 * y) / height) + Math.floor((4 * x) / width)]++;
  });
  check(
    bright.every((count) => count > 0),
    `cells of the canvas without a digit: ${bright}`,
  );
  await page.start({ view: "single", digit: DIGIT, steps: 50 });
  return `${right} of 16 as asked, ${GRID_STEPS} steps in ${seconds.toFixed(1)} s`;
}

/** What `work` throws in the page, as a string; "" if it does not throw. */
const thrown = (page, work, ...values) =>
  page.evaluate(
    async (source, values) => {
      try {
        await (0, eval)(`(${source})`)(...values);
        return "";
      } catch (error) {
        return error instanceof Error ? error.message : `not an Error: ${error}`;
      }
    },
    work.toString(),
    values,
  );

function checkSentence(message, words, what) {
  check(message !== "", `${what} was accepted`);
  check(words.test(message), `${what}: “${message}” does not name the thing (${words})`);
  check(
    !/panick|unreachable|RuntimeError|undefined/.test(message) && message.length < 300 && !message.includes("\n"),
    `${what}: “${message}” is not one clear sentence`,
  );
}

async function badInput(page) {
  await page.seek(5);
  const [print] = await page.fingerprints([5]);
  const wrong = [
    [{ steps: 0 }, /steps/],
    [{ steps: 5000 }, /steps|1000/],
    [{ digit: 77 }, /77|class|label/],
  ];
  for (const [choices, words] of wrong) {
    const message = await thrown(page, (choices) => chailou.stage.start(choices), choices);
    checkSentence(message, words, JSON.stringify(choices));
    const notice = await page.text("error");
    check(notice?.includes(message), `the page shows “${notice}” for “${message}”`);
  }
  const options = [
    [{ steps: 10, labels: [11] }, /label|class|11/],
    [{ steps: 10, labels: [1, 2] }, /label|batch/],
    [{ steps: 10, labels: [1], noise: [0, 1, 2] }, /noise|784|value/],
    [{ steps: 10, labels: [1], batch: 1_000_000 }, /batch|memory|limit|bytes/i],
    [{ steps: 10, labels: [1], sampler: "magic" }, /magic|sampler/],
    [{ steps: 10, labels: [1], stepz: 3 }, /stepz/],
    [{ steps: 10, labels: [1], sampler: "ddim", eta: -1 }, /eta|η/],
    [{ steps: 10, direction: "demolish" }, /noise|x_0|picture/],
  ];
  for (const [option, words] of options)
    checkSentence(
      await thrown(page, (option) => chailou.stage.model.chain(option), option),
      words,
      JSON.stringify(option),
    );
  const [still] = await page.fingerprints([5]);
  checkEqual(still, print, "the picture after all that");
  return `${wrong.length + options.length} inputs`;
}

async function checkpoints(page) {
  const model = (name) => new URL(`../../assets/models/mnist/${name}`, import.meta.url).pathname;
  const parts = await Promise.all(
    ["config.json", "diffusion_pytorch_model.safetensors"].map(async (name) => [
      name,
      await page.evaluate(async (name) => {
        const bytes = new Uint8Array(await (await fetch(`assets/models/mnist/${name}`)).arrayBuffer());
        (window.parts ??= {})[name] = bytes;
        return bytes.length;
      }, name),
    ]),
  );
  check(
    parts.every(([, size]) => size > 0),
    "the model's files are empty",
  );
  const wrong = [
    ["no JSON", () => chailou.stage.engine.loadModel("{", parts["diffusion_pytorch_model.safetensors"]), /config/],
    [
      "an unknown block",
      () =>
        chailou.stage.engine.loadModel(
          new TextDecoder().decode(parts["config.json"]).replace("DownBlock2D", "KDownBlock2D"),
          parts["diffusion_pytorch_model.safetensors"],
        ),
      /KDownBlock2D/,
    ],
    [
      "a truncated file",
      () =>
        chailou.stage.engine.loadModel(
          new TextDecoder().decode(parts["config.json"]),
          parts["diffusion_pytorch_model.safetensors"].slice(0, 100_000),
        ),
      /./,
    ],
    [
      "a lying header",
      () =>
        chailou.stage.engine.loadModel(
          new TextDecoder().decode(parts["config.json"]),
          new Uint8Array([255, 255, 255, 255, 255, 255, 255, 127, 123]),
        ),
      /header|safetensors/i,
    ],
  ];
  for (const [what, work, words] of wrong) checkSentence(await thrown(page, work), words, what);

  const input = await page.tab.$("[data-testid=model-files]");
  const before = await page.evaluate(() => ((window.modelBefore = chailou.stage.model), chailou.stage.state.frame));
  await input.uploadFile(model("config.json"));
  await page.tab.waitForFunction(() => document.querySelector("[data-testid=error]"), { timeout: 20_000 });
  check(/safetensors/.test(await page.text("error")), `the page says ${await page.text("error")}`);
  checkEqual((await page.state()).frame, before, "frame after the refusal");
  await input.uploadFile(...["config.json", "scheduler_config.json", "diffusion_pytorch_model.safetensors"].map(model));
  await page.tab.waitForFunction(() => document.querySelector("[data-testid=own-loaded]"), { timeout: 60_000 });
  check(await page.evaluate(() => chailou.stage.model !== window.modelBefore), "the model was not replaced");
  await page.pause();
}
