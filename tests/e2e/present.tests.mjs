// Presenting straight from the GPU in Chromium, which needs SwiftShader's Vulkan on a machine without a
// graphics card; the other tests run with the read-back that the page chooses there.

import { open } from "./page.mjs";
import { check, checkEqual } from "./suite.mjs";
import { canvasIsTrue } from "./stage.tests.mjs";

export async function presentTests(suite, browser, server) {
  const page = await open(browser, server, { query: "draw=gpu", hash: "lang=en&steps=10" });
  await suite.test("a WebGPU canvas shows what the engine holds", async () => {
    checkEqual((await page.ready()).mode, "gpu", "mode");
    await page.runToEnd();
    await canvasIsTrue(page);
    check(
      await page.evaluate(() => document.querySelector("[data-testid=stage-canvas]").getContext("2d") === null),
      "the canvas is not a WebGPU canvas",
    );
    checkEqual(page.complaints.join("\n"), "", "console");
  });
  await page.close();
}
