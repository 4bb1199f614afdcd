// Measures the engine in the browsers: node tests/e2e/bench.mjs DIST [chromium] [firefox]
// Time to the first computed frame of the page, then, with nothing playing, the network by itself.

import { resolve } from "node:path";
import { BROWSERS, launch } from "./browsers.mjs";
import { open } from "./page.mjs";
import { serve } from "./server.mjs";

const [dist = "dist", ...asked] = process.argv.slice(2);
const server = await serve(resolve(dist));
for (const name of asked.length ? asked : BROWSERS) {
  const browser = await launch(name);
  const page = await open(browser, server, {});
  await page.tab.evaluate(async () => { await chailou.ready; await chailou.stage.pause(); });
  const results = await page.tab.evaluate(async () => {
    const { engine, model } = chailou.stage;
    const firstFrame = performance.getEntriesByName("chailou:first-frame")[0]?.startTime;
    const peak = await engine.peak();
    return { adapter: engine.adapter(), firstFrame, peak, runs: [await model.bench(1), await model.bench(16)] };
  });
  const { adapter, firstFrame, peak, runs } = results;
  console.log(`${name}: ${adapter.description || adapter.vendor} (${adapter.profile} kernels), peak ${peak.toFixed(1)} GFLOP/s`);
  console.log(`  first computed frame after ${Math.round(firstFrame)} ms`);
  for (const run of runs) {
    const share = (gflops) => `${gflops.toFixed(2)} GFLOP/s (${Math.round((100 * gflops) / peak)} % of peak)`;
    console.log(`  batch ${run.batch}: ${run.ms.toFixed(1)} ms, ${share(run.gflops)}, 3×3 convolutions ${share(run.convGflops)}`);
    console.log(`    ms by operation: ${Object.entries(run.msByOp).map(([op, ms]) => `${op} ${ms.toFixed(1)}`).join(", ")}`);
  }
  await browser.close();
}
await server.close();
