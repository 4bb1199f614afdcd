// @ts-check
// What is wrong gets one sentence and changes nothing: choices, options, checkpoints.

import assert from "node:assert/strict";
import { describe } from "node:test";
import { pageTest } from "./session.mjs";
import { built, stagePage } from "./stage-page.mjs";

describe("bad input", () => {
  pageTest("bad input gets one sentence and loses nothing", stagePage, badInput);
  pageTest("a bad checkpoint is refused, a good one takes the stage", stagePage, checkpoints);
  pageTest("bad input leaves nothing in the console", stagePage, async (page) => page.complainsOfNothing());
});

/** What `work` throws in the page, as a string; "" if it does not throw. */
const thrown = (page, work, ...values) =>
  page.evaluate(`(async () => {
    try {
      await (${work})(...${JSON.stringify(values)});
      return "";
    } catch (error) {
      return error instanceof Error ? error.message : "not an Error: " + error;
    }
  })()`);

function checkSentence(message, words, what) {
  assert(message !== "", `${what} was accepted`);
  assert(words.test(message), `${what}: “${message}” does not name the thing (${words})`);
  assert(
    !/panick|unreachable|RuntimeError|undefined/.test(message) && message.length < 300 && !message.includes("\n"),
    `${what}: “${message}” is not one clear sentence`,
  );
}

async function badInput(page) {
  await built(page);
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
    assert(notice?.includes(message), `the page shows “${notice}” for “${message}”`);
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
  assert.equal(still, print, "the picture after all that");
  return `${wrong.length + options.length} inputs`;
}

async function checkpoints(page) {
  await built(page);
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
  assert(
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
  const before = await page.evaluate(() => {
    window.modelBefore = chailou.stage.model;
    return chailou.stage.state.frame;
  });
  await input.uploadFile(model("config.json"));
  await page.tab.waitForFunction(() => document.querySelector("[data-testid=error]"), { timeout: 60_000 });
  assert(/safetensors/.test(await page.text("error")), `the page says ${await page.text("error")}`);
  assert.equal((await page.state()).frame, before, "frame after the refusal");
  await input.uploadFile(...["config.json", "scheduler_config.json", "diffusion_pytorch_model.safetensors"].map(model));
  await page.tab.waitForFunction(() => document.querySelector("[data-testid=own-loaded]"), { timeout: 60_000 });
  assert(await page.evaluate(() => chailou.stage.model !== window.modelBefore), "the model was not replaced");
  await page.pause();
}
