// @ts-check
// Each kernel alone in a browser, every way to lower it in one run: what bench.mjs does when asked for "kernels".

/** Answers farther apart than this are a fault: the rounding of sums over a batch stays two orders below. */
const APART = 1e-4;

/** In the page: an engine with its models for each profile, kept for later calls. */
async function begin({ configs, profiles }) {
  const { Engine } = await import(new URL("pkg/chailou.js", location.href).href);
  const opened = [];
  for (const profile of profiles) {
    const engine = await Engine.open({ backend: "webgpu", profile });
    const models = [];
    for (const config of configs) models.push(await engine.newModel(config, { seed: 1 }));
    opened.push({ profile, engine, models });
  }
  globalThis.kernelBench = opened;
  const { engine } = opened[0];
  return { adapter: engine.adapter(), peak: await engine.peak() };
}

/** In the page: the kernels of model number `model` in each profile. */
async function measure(model, batch, only) {
  const found = {};
  for (const { profile, models } of globalThis.kernelBench)
    found[profile] = await models[model].benchKernels(batch, only);
  return found;
}

const far = (one, other) => Math.max(Math.abs(one.probe - other.probe), Math.abs(one.norm - other.norm)) / other.norm;

/** One line a kernel: milliseconds, GFLOP/s and share of the peak in each profile, and how far apart the answers are. */
function print(kernels, peak) {
  let apart = 0;
  const [first, ...others] = Object.keys(kernels);
  for (const [i, kernel] of kernels[first].entries()) {
    const variants = [first, ...others].map((profile) => ({ profile, ...kernels[profile][i] }));
    const distance = Math.max(...variants.map((variant) => far(variant, kernel)));
    if (distance > APART) apart++;
    const times = variants.map(({ profile, ms, flops }) => {
      const gflops = flops / ms / 1e6;
      const share = ((100 * gflops) / peak).toFixed(1);
      return `${profile} ${ms.toFixed(3).padStart(9)} ms ${gflops.toFixed(2).padStart(6)} GFLOP/s ${share.padStart(5)} %`;
    });
    const name = `${kernel.op.padEnd(25)} ${kernel.shapes.padEnd(28)} ×${String(kernel.uses).padEnd(3)}`;
    console.log(`  ${name} ${times.join("   ")}   apart ${distance.toExponential(0)}`);
  }
  return apart;
}

/**
 * Measures the kernels of models in an open page.
 * @param {import("./page.mjs").Page} page
 * @param {string} name of the browser
 * @param {{name: string, config: string}[]} models
 * @param {{batches: number[], only: string, profiles: string[]}} which `only`: operations with this in their name
 */
export async function benchKernels(page, name, models, { batches, only, profiles }) {
  const configs = models.map(({ config }) => config);
  const { adapter, peak } = await page.tab.evaluate(begin, { configs, profiles });
  console.log(`${name}: ${adapter.description || adapter.vendor || "no name"}, peak ${peak.toFixed(1)} GFLOP/s`);
  let apart = 0;
  for (const [i, model] of models.entries())
    for (const batch of batches) {
      console.log(`${model.name}, batch ${batch}`);
      apart += print(await page.tab.evaluate(measure, i, batch, only), peak);
    }
  if (apart > 0) throw new Error(`${name}: ${apart} kernels answer otherwise in another profile`);
}
