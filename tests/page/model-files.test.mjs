// @ts-check
// A model among dropped files: paths are kept, one model is read with all its parts, several are asked about, what is
// missing is said with what is there; and what its files left open is a line each, in both languages.

import assert from "node:assert/strict";
import { test } from "node:test";
import { assumptions } from "../../www/chapters/stage/assumptions.js";
import { settingsOf } from "../../www/chapters/stage/samplers.js";
import { words } from "../../www/chapters/stage/words.js";
import { onDrop, pathOf } from "../../www/lib/files.js";
import { missingSentence, readModelFiles } from "../../www/lib/model-files.js";
import { addWords, setLanguage } from "../../www/lib/words.js";

addWords(words);
// the language is a property of the document
/** @type {any} */ (globalThis).document ??= { documentElement: {} };

/** What both languages say. @param {() => string | string[]} say */
const both = (say) =>
  ["zh", "en"].map((lang) => {
    setLanguage(lang);
    return [say()].flat().join("\n");
  });

/** An entry of a drop, as browsers hand it out: a string is a file's text. */
function entry(path, content) {
  if (typeof content === "string") {
    const file = (/** @type {(file: File) => void} */ give) => give(new File([content], path.split("/").at(-1)));
    return { isFile: true, fullPath: path, file };
  }
  const portions = [Object.entries(content).map(([name, inner]) => entry(`${path}/${name}`, inner)), []];
  const createReader = () => ({ readEntries: (give) => give(portions.shift()) });
  return { isFile: false, fullPath: path, createReader };
}

/** @returns {Promise<File[]>} */
const dropped = (tree) =>
  new Promise((resolve) => {
    const zone = Object.assign(new EventTarget(), { classList: { remove() {} } });
    onDrop(/** @type {any} */ (zone), resolve);
    const items = Object.entries(tree).map(([name, inner]) => ({ webkitGetAsEntry: () => entry(`/${name}`, inner) }));
    zone.dispatchEvent(Object.assign(new Event("drop"), { dataTransfer: { types: ["Files"], items } }));
  });

const MODEL = { "config.json": "{}", "w.safetensors": "w" };

test("files of one drop keep the folders they lay in", async () => {
  const files = await dropped({ p: { unet: MODEL, "checkpoint-500": { unet: MODEL } }, "config.json": "loose" });
  assert.deepEqual(files.map(pathOf).sort(), [
    "config.json",
    "p/checkpoint-500/unet/config.json",
    "p/checkpoint-500/unet/w.safetensors",
    "p/unet/config.json",
    "p/unet/w.safetensors",
  ]);
});

test("a model's files are read by path, weights in parts one by one, and of several the reader chooses", async () => {
  const tree = { a: { "config.json": "A", "1.safetensors": "one", "2.safetensors": "two" }, s: { "s.json": "S" } };
  const files = await dropped({ ...tree, b: { "config.json": "B", "1.safetensors": "b" } });
  const a = {
    folder: "a",
    config: "a/config.json",
    scheduler: "s/s.json",
    weights: ["a/1.safetensors", "a/2.safetensors"],
  };
  const b = { folder: "b", config: "b/config.json", scheduler: null, weights: ["b/1.safetensors"] };
  const find = (candidates) => (paths) => {
    assert.deepEqual(paths, [...paths].sort());
    return { candidates, others: ["b"], missing: null };
  };
  const never = () => assert.fail("nobody need choose");
  const read = await readModelFiles(files, find([a]), never);
  const texts = (weights) => weights.map((part) => new TextDecoder().decode(part));
  assert.deepEqual([read.config, read.scheduler, texts(read.weights)], ["A", "S", ["one", "two"]]);
  assert.deepEqual(read.about, { folder: "a", scheduler: "s/s.json", others: ["b"] });
  const chosen = await readModelFiles(files, find([a, b]), async (candidates) => candidates[1]);
  assert.deepEqual([chosen.config, chosen.scheduler, texts([chosen.weights])], ["B", undefined, ["b"]]);
});

test("what is missing is one sentence with a handful of names", () => {
  const there = ["a.json", "b.json", "c.json", "d.json", "e.json", "f/"];
  const lacks = {
    config: "config.json",
    weights: ".safetensors",
    converted: "torch.load('w.bin'",
    part: "w-00002-of-3",
  };
  for (const [lack, named] of Object.entries(lacks)) {
    const name = { converted: "w.bin", part: "w-00002-of-3.safetensors" }[lack] ?? "";
    const missing = /** @type {any} */ ({ lack, name, folder: "p/unet", there, more: 4994 });
    for (const text of both(() => missingSentence(missing))) {
      assert.ok(text.includes(named) && !text.includes("{"), text);
      if (lack !== "converted") assert.ok(text.includes("f/") && text.includes("4994"), text);
      assert.ok(text.length < 400, text);
    }
  }
});

test("the sampler, its σ and its clipping are those of the scheduler file", () => {
  const plan = (changes) => ({
    _class_name: "DDPMScheduler",
    variance_type: "fixed_large",
    clip_sample: true,
    num_train_timesteps: 1000,
    timestep_spacing: "leading",
    ...changes,
  });
  const usual = { sampler: "ddpm", sigma: "beta", eta: 0, spacing: "leading", clip: true, steps: 50 };
  assert.deepEqual(settingsOf(plan({})), usual);
  assert.equal(settingsOf(plan({ variance_type: "fixed_small" })).sigma, "beta_tilde");
  assert.equal(settingsOf(plan({ num_train_timesteps: 10 })).steps, 10);
  assert.equal(settingsOf(plan({ _class_name: "DDIMScheduler" })).sampler, "ddim");
  const dpm = settingsOf(plan({ _class_name: "DPMSolverMultistepScheduler", timestep_spacing: "linspace" }));
  assert.deepEqual([dpm.sampler, dpm.clip, dpm.spacing], ["dpmpp_2m", false, "linspace"]);
});

test("every assumption is a line", () => {
  const plan = { _class_name: "DDPMScheduler", variance_type: "fixed_large", num_train_timesteps: 10 };
  const source = { plan, shape: { channels: 3 }, classes: [], nullClass: null };
  const lines = (changes, about) =>
    both(() =>
      assumptions(/** @type {any} */ ({ ...source, ...changes }), {
        folder: "m",
        scheduler: null,
        others: [],
        ...about,
      }),
    );
  for (const text of lines({}, { scheduler: "scheduler/scheduler_config.json" }))
    for (const word of ["scheduler/scheduler_config.json", "DDPM, fixed_large", "T = 10"])
      assert.ok(text.includes(word), text);
  for (const text of lines({}, {})) assert.ok(text.includes("T = 10") && !text.includes("\n"), text);
  for (const text of lines({ classes: [0, 1, 2] }, {})) assert.ok(text.includes("null_class"), text);
  for (const text of lines({ classes: [0, 1, 2], nullClass: 3 }, {})) assert.ok(!text.includes("null_class"), text);
  for (const channels of [2, 4, 5])
    for (const text of lines({ shape: { channels } }, {})) assert.ok(text.includes(String(channels)), text);
  for (const text of lines({}, { others: ["m/checkpoint-500"] })) assert.ok(text.includes("m/checkpoint-500"), text);
});
