// @ts-check
// Measures the engine in the browsers: node tests/e2e/bench.mjs DIST [chromium] [firefox] [cpu] [webgpu]
//   or each kernel alone: node tests/e2e/bench.mjs DIST kernels [chromium] [firefox] [batch=1,16] [only=conv3x3]
//   [profile=cpu] [model=mnist]
// Time to the first computed frame of the page, then, with nothing playing, the network by itself, a training step of
// it, and a network for points from random weights to two moons.

import { readFileSync } from "node:fs";
import { BROWSERS, launch } from "./browsers.mjs";
import { benchKernels } from "./kernels.mjs";
import { open } from "./page.mjs";
import { serve } from "../../xtask/server.mjs";

/** In the page: a training step of the digit model, batch 16, against the network call it contains. */
async function unetTraining() {
  const { model } = chailou.stage;
  const data = Float32Array.from({ length: 32 * 784 }, (_, i) => Math.sin(i));
  const trainer = await model.trainer({ data, labels: new Int32Array(32), batch: 16, lr: 1e-6 });
  await trainer.step(1);
  const began = performance.now();
  await trainer.step(2);
  const ms = (performance.now() - began) / 2;
  const { ms: forward } = await model.bench(16);
  const memory = trainer.memory();
  await trainer.undo();
  trainer.free();
  return { ms, forward, memory };
}

/** In the page: 3,000 steps at a batch of 512 on two moons, then how far 2,000 rebuilt points are from fresh ones,
 * on average over three clouds. */
async function twoMoons() {
  const { toyData, slicedWasserstein } = await import(new URL("pkg/chailou.js", location.href).href);
  const { engine } = chailou.stage;
  const scheduler = JSON.stringify({
    _class_name: "DDPMScheduler",
    num_train_timesteps: 1000,
    beta_start: 1e-4,
    beta_end: 0.02,
    beta_schedule: "squaredcos_cap_v2",
    clip_sample: false,
  });
  const model = await engine.newModel(JSON.stringify({ _class_name: "PointMlp" }), { seed: 1, scheduler });
  const steps = 3000;
  const trainer = await model.trainer({
    data: toyData("moons", 2000, 1),
    batch: 512,
    lr: 1e-2,
    warmup: 100,
    steps,
    ema: 0.999,
  });
  await trainer.step(64);
  const began = performance.now();
  await trainer.step(steps - 64);
  const seconds = (performance.now() - began) / 1000;
  const rebuilt = [];
  for (const seed of [5, 6, 7]) {
    const chain = await model.chain({ sampler: "ddpm", steps: 100, batch: 2000, seed });
    await chain.step(100);
    rebuilt.push(await chain.read("x_t"));
    chain.free();
  }
  const fresh = (seed) => toyData("moons", 2000, seed);
  const mean = (distance) => Array.from({ length: 12 }, (_, i) => distance(i)).reduce((a, b) => a + b) / 12;
  const floor = mean((i) => slicedWasserstein(fresh(100 + 2 * i), fresh(101 + 2 * i), 0));
  const distance = mean((i) => slicedWasserstein(rebuilt[i % 3], fresh(100 + 2 * i), 0));
  const result = {
    perSecond: (steps - 64) / seconds,
    seconds: (seconds * steps) / (steps - 64),
    ratio: distance / floor,
    parameters: model.parameterCount(),
  };
  for (const thing of [trainer, model]) thing.free();
  return result;
}

const of = (gflops, peak) =>
  `${gflops.toFixed(2)} GFLOP/s${peak ? ` (${Math.round((100 * gflops) / peak)} % of peak)` : ""}`;

/** The page on one backend in one browser. */
async function measure(name, browser, backend) {
  const page = await open(browser, server, { query: `backend=${backend}&tune=off`, hash: "model=digits" });
  await page.tab.waitForFunction(() => globalThis.chailou?.ready);
  await page.tab.evaluate(async () => {
    await chailou.ready;
    await chailou.stage.pause();
  });
  const { adapter, firstFrame, peak, runs } = await page.tab.evaluate(async () => {
    const { engine, model } = chailou.stage;
    const adapter = engine.adapter();
    const firstFrame = performance.getEntriesByName("chailou:first-frame")[0]?.startTime;
    const peak = adapter.backend === "webgpu" ? await engine.peak() : null;
    return { adapter, firstFrame, peak, runs: [await model.bench(1), await model.bench(16)] };
  });
  const what = peak ? `${adapter.profile} kernels, peak ${peak.toFixed(1)} GFLOP/s` : `${adapter.workers} workers`;
  console.log(`${name}, ${adapter.backend}: ${adapter.description || adapter.vendor} (${what})`);
  console.log(`  first computed frame after ${Math.round(firstFrame)} ms`);
  for (const run of runs) {
    const { batch, ms, gflops, convGflops, msByOp } = run;
    console.log(`  batch ${batch}: ${ms.toFixed(1)} ms, ${of(gflops, peak)}, 3×3 convolutions ${of(convGflops, peak)}`);
    const parts = Object.entries(msByOp).map(([op, ms]) => `${op} ${ms.toFixed(1)}`);
    console.log(`    ms by operation: ${parts.join(", ")}`);
  }
  const { ms, forward, memory } = await page.tab.evaluate(unetTraining);
  console.log(
    `  training step, batch 16: ${ms.toFixed(0)} ms, ${(ms / forward).toFixed(2)} × its network call ` +
      `(${forward.toFixed(0)} ms), ${(memory.total / 1e6).toFixed(0)} MB in all`,
  );
  const moons = await page.tab.evaluate(twoMoons);
  console.log(
    `  two moons, ${moons.parameters} parameters, batch 512: ${moons.perSecond.toFixed(0)} steps a second, ` +
      `3,000 in ${moons.seconds.toFixed(0)} s, ${moons.ratio.toFixed(2)} × the distance of two fresh draws`,
  );
  await page.tab.close();
}

/** Each kernel of the shipped models alone. */
async function measureKernels(name, browser) {
  const value = (key, otherwise) =>
    asked.find((word) => word.startsWith(`${key}=`))?.slice(key.length + 1) ?? otherwise;
  const shipped = ["mnist", "towers"].map((name) => {
    const path = new URL(`../../assets/models/${name}/config.json`, import.meta.url);
    return { name, config: readFileSync(path, "utf8") };
  });
  const all = [...shipped, { name: "points", config: JSON.stringify({ _class_name: "PointMlp" }) }];
  const models = all.filter(({ name }) => name.startsWith(value("model", "")));
  const which = {
    batches: value("batch", "1,16,64").split(",").map(Number),
    only: value("only", ""),
    profiles: value("profile", "cpu,gpu").split(","),
  };
  const page = await open(browser, server, { query: "backend=cpu", hash: "model=digits" });
  await page.tab.evaluate(() => chailou.ready.then(() => chailou.stage.pause()));
  await benchKernels(page, name, models, which);
  await page.tab.close();
}

const [dist = "dist", ...asked] = process.argv.slice(2);
const wanted = (all) => (all.some((name) => asked.includes(name)) ? all.filter((name) => asked.includes(name)) : all);
const server = await serve(dist);
for (const name of wanted(BROWSERS)) {
  const browser = await launch(name);
  if (asked.includes("kernels")) await measureKernels(name, browser);
  else for (const backend of wanted(["cpu", "webgpu"])) await measure(name, browser, backend);
  await browser.close();
}
await server.close();
