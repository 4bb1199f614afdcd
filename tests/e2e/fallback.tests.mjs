// The page in a browser that has no WebGPU: an explanation, and a recording that is labelled as one.

import { open } from "./page.mjs";
import { check, checkEqual } from "./suite.mjs";

export async function fallbackTests(suite, browser, server) {
  const page = await open(browser, server, { hash: "lang=en" });
  await suite.test("without WebGPU the page explains and plays a labelled recording", async () => {
    const { mode, reason } = await page.ready();
    checkEqual(mode, "recording", "mode");
    check(await page.visible("no-webgpu"), "the explanation is not visible");
    check(await page.visible("recording-label"), "the recording is not labelled");
    check(/record/i.test(await page.text("recording-label")), `the label says ${await page.text("recording-label")}`);
    check(await page.visible("teach-off"), "chapter 9 does not say that it cannot teach");
    check(!(await page.visible("teach-train")), "chapter 9 offers to teach all the same");
    await page.pause();
    const prints = await page.fingerprints([0, 10, 30, 50]);
    checkEqual(new Set(prints).size, prints.length, "number of different frames");
    await page.click("lang");
    check(
      /录/.test(await page.text("recording-label")),
      `the label in Chinese says ${await page.text("recording-label")}`,
    );
    checkEqual(page.complaints.join("\n"), "", "console");
    checkEqual(page.foreign.join("\n"), "", "foreign requests");
    return reason;
  });
  await page.close();
}
