// @ts-check
// A model of the reader's own among the files of a drop: which is taken, what is asked, what was assumed, what is missing.

import assert from "node:assert/strict";
import { describe } from "node:test";
import { pageTest } from "./session.mjs";
import { built, stagePage } from "./stage-page.mjs";

describe("drops", () => {
  pageTest("a dropped pipeline, checkpoints and bare files become the model that is meant", stagePage, drops);
  pageTest("drops leave nothing in the console", stagePage, async (page) => page.complainsOfNothing());
});

/** Drops a tree on the stage's place for files: `true` is a copy of the page's own weights, a string a file's text. */
const drop = (page, tree) =>
  page.evaluate(async (tree) => {
    const own = await (await fetch("assets/models/mnist/diffusion_pytorch_model.safetensors")).arrayBuffer();
    const entry = (path, content) => {
      if (content === true || typeof content === "string") {
        const file = new File([content === true ? own : content], path.split("/").at(-1));
        return { isFile: true, fullPath: path, file: (give) => give(file) };
      }
      const portions = [Object.entries(content).map(([name, inner]) => entry(`${path}/${name}`, inner)), []];
      return { isFile: false, fullPath: path, createReader: () => ({ readEntries: (give) => give(portions.shift()) }) };
    };
    const items = Object.entries(tree).map(([name, inner]) => ({ webkitGetAsEntry: () => entry(`/${name}`, inner) }));
    const event = Object.assign(new Event("drop", { bubbles: true }), { dataTransfer: { types: ["Files"], items } });
    document.querySelector("[data-testid=drop]").dispatchEvent(event);
  }, tree);

/** Waits for what a drop leads to and gives its words; a notice of an earlier drop is put away first. */
async function after(page, testid, work) {
  await page.evaluate((id) => document.querySelector(`[data-testid=${id}]`)?.remove(), testid);
  await work();
  await page.tab.waitForFunction((id) => document.querySelector(`[data-testid=${id}]`), { timeout: 60_000 }, testid);
  return page.text(testid);
}

async function drops(page) {
  await built(page);
  const fetched = (name) => page.evaluate(async (name) => (await fetch(`assets/models/mnist/${name}`)).text(), name);
  const config = JSON.parse(await fetched("config.json"));
  const scheduler = JSON.stringify({
    ...JSON.parse(await fetched("scheduler_config.json")),
    variance_type: "fixed_large",
  });
  const weights = "diffusion_pytorch_model.safetensors";
  const model = { "config.json": JSON.stringify(config), [weights]: true };

  const pipeline = { unet: model, scheduler: { "scheduler_config.json": scheduler }, "model_index.json": "{}" };
  const checkpoint = { unet: model, unet_ema: model };
  const taken = await after(page, "own", () => drop(page, { p: { ...pipeline, "checkpoint-500": checkpoint } }));
  for (const said of ["p/scheduler/scheduler_config.json", "DDPM, fixed_large", "p/unet", "p/checkpoint-500/unet_ema"])
    assert(taken.includes(said), `“${taken}” does not say ${said}`);
  const shown = (id) =>
    page.evaluate((id) => /** @type {any} */ (document.querySelector(`[data-testid=${id}]`)).value, id);
  assert.deepEqual([await shown("sampler"), await shown("sigma"), await shown("steps")], ["ddpm", "beta", "50"]);

  const asked = await after(page, "which", () => drop(page, { "checkpoint-500": checkpoint }));
  assert(asked.includes("checkpoint-500/unet") && asked.includes("checkpoint-500/unet_ema"), asked);
  const alone = await after(page, "own", () =>
    page.evaluate(() => /** @type {any} */ (document.querySelector("[data-testid=which] button:last-of-type")).click()),
  );
  assert(/linear/.test(alone) && !alone.includes("scheduler_config.json says"), alone);

  // without null_class all eleven rows are classes, and there is nothing to guide against
  const classes = { ...model, "config.json": JSON.stringify({ ...config, null_class: undefined }) };
  const real = await after(page, "own", () => drop(page, { m: classes }));
  assert(real.includes("11") && real.includes("null_class"), real);
  const chips = await page.evaluate(() => ({
    any: Boolean(document.querySelector("[data-testid=digit-any]")),
    last: Boolean(document.querySelector("[data-testid=digit-10]")),
    guidance: !(/** @type {any} */ (document.querySelector("[data-setting=guidance]")).hidden),
  }));
  assert.deepEqual(chips, { any: false, last: true, guidance: false });

  await page.pause();
  const before = (await page.state()).frame;
  const consistency = JSON.stringify({ _class_name: "CMStochasticIterativeScheduler", num_train_timesteps: 40 });
  /** @type {[object, RegExp[]][]} */
  const wrong = [
    [{ m: { ...model, "scheduler_config.json": consistency } }, [/CMStochasticIterativeScheduler/]],
    [
      { m: { "config.json": "{}", "diffusion_pytorch_model.bin": "PK" } },
      [/diffusion_pytorch_model\.bin/, /torch\.load/],
    ],
    [{ m: { "config.json": "{}", "notes.txt": "-" } }, [/safetensors/, /notes\.txt/]],
    [{ "a.png": "-", "b.png": "-" }, [/config\.json/, /a\.png/]],
  ];
  for (const [tree, words] of wrong) {
    const refused = await after(page, "error", () => drop(page, tree));
    for (const word of words) assert(word.test(refused), `“${refused}” does not say ${word}`);
    assert(!/panick|undefined/.test(refused) && refused.length < 500, refused);
  }
  assert.equal((await page.state()).frame, before, "the model's frame after all refusals");
  // the page's own model comes back, for whoever is next
  await page.evaluate(() => /** @type {any} */ (document.querySelector("[data-testid=own] button")).click());
  const back = () => !document.querySelector("[data-testid=own]") && chailou.stage.chain;
  await page.tab.waitForFunction(back, { timeout: 60_000 });
  return "a pipeline, two checkpoints, eleven classes, four refusals";
}
