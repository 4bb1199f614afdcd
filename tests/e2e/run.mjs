// The page end to end in real browsers: node tests/e2e/run.mjs DIST [chromium] [firefox]

import { BROWSERS, launch } from "./browsers.mjs";
import { fallbackTests } from "./fallback.tests.mjs";
import { phoneTests } from "./phone.tests.mjs";
import { presentTests } from "./present.tests.mjs";
import { serve } from "../../xtask/server.mjs";
import { stageTests } from "./stage.tests.mjs";
import { Suite } from "./suite.mjs";
import { teachTests } from "./teach.tests.mjs";
import { toyFallbackTests, toyLossTests } from "./toy-device.tests.mjs";
import { toyTests } from "./toy.tests.mjs";

const [dist = "dist", ...asked] = process.argv.slice(2);
const names = asked.length ? asked : BROWSERS;

/** One browser with these options and a server of its own, closed again whatever happens. */
async function session(name, options, suite, tests) {
  const server = await serve(dist, { prefix: "/some/where/" });
  let browser;
  try {
    browser = await launch(name, options);
    for (const test of tests) await test(suite, browser, server);
  } catch (error) {
    await suite.test("the browser starts and stays", () => Promise.reject(error));
  } finally {
    await browser?.close();
    await server.close();
  }
}

let [passed, failed] = [0, 0];
for (const name of names) {
  const suite = new Suite(name);
  await session(name, {}, suite, [stageTests, phoneTests, toyTests, toyLossTests, teachTests]);
  if (name === "chromium") await session(name, { vulkan: true }, suite, [presentTests]);
  await session(name, { webgpu: false }, suite, [fallbackTests, toyFallbackTests]);
  passed += suite.passed;
  failed += suite.failed;
}
console.log(`ℹ pass ${passed}\nℹ fail ${failed}`);
process.exit(failed ? 1 : 0);
