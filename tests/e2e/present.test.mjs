// @ts-check
// Presenting straight from the GPU in Chromium, which needs SwiftShader's Vulkan on a machine without a
// graphics card; without it the page chooses to read back, as webgpu.test.mjs sees.

import assert from "node:assert/strict";
import { describe } from "node:test";
import { BROWSER, pageTest, sharedPage } from "./session.mjs";
import { canvasIsTrue } from "./stage-page.mjs";

describe("presenting", { skip: BROWSER === "firefox" && "Firefox presents in every other test" }, () => {
  const page = sharedPage({ query: "backend=webgpu&draw=gpu", hash: "lang=en&steps=10" }, { vulkan: true });
  pageTest("a WebGPU canvas shows what the engine holds", page, async (page) => {
    assert.equal((await page.ready()).mode, "webgpu", "mode");
    await page.runToEnd();
    await canvasIsTrue(page);
    const is2d = await page.tab.$eval(
      "[data-testid=stage-canvas]",
      (canvas) => /** @type {HTMLCanvasElement} */ (canvas).getContext("2d") !== null,
    );
    assert(!is2d, "the canvas is not a WebGPU canvas");
    page.complainsOfNothing();
  });
});
