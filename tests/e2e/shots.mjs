// @ts-check
// Pictures of the page to look at: node tests/e2e/shots.mjs DIST INTO [chromium] [firefox]
// Both languages, light and dark, on four screens, each chain some way built: the whole page and what is seen first.

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { BROWSERS, launch } from "./browsers.mjs";
import { EVERY_CHAPTER, open } from "./page.mjs";
import { serve } from "../../xtask/server.mjs";

const [dist = "dist", into = "target/shots", ...asked] = process.argv.slice(2);
const WIDTHS = [
  [1920, 1080],
  [1440, 900],
  [1280, 720],
  [360, 740],
];
const STATES = {
  one: ["digit=3&seed=7", 12],
  grid: ["mode=grid&digit=mixed&steps=10", 5],
  real: ["start=real&digit=7&test=0", 12],
  towers: ["model=towers&digit=7&guidance=3", 12],
};

mkdirSync(into, { recursive: true });
const server = await serve(dist);
for (const name of BROWSERS.filter((name) => !asked.length || asked.includes(name))) {
  for (const dark of [false, true]) {
    const browser = await launch(name, { dark, vulkan: true });
    for (const lang of ["zh", "en"])
      for (const [width, height] of WIDTHS)
        for (const [state, [hash, at]] of Object.entries(STATES)) {
          if (state !== "one" && (dark || lang === "en" || ![360, 1440].includes(width))) continue;
          // a choice of every chapter's, so that all are loaded
          const page = await open(browser, server, {
            hash: `lang=${lang}&${EVERY_CHAPTER}&${hash}&at=${at}`,
            width,
            height,
          });
          const there = (at) => window.chailou?.stage.chain && chailou.stage.state.position === at;
          await page.tab
            .waitForFunction(there, { timeout: 120_000 }, at)
            .catch((error) => console.log(`${state}: ${error.message}`));
          const file = `${name}-${lang}-${width}-${dark ? "dark" : "light"}-${state}.png`;
          await page.tab.screenshot({ path: join(into, `first-${file}`) });
          await page.tab.screenshot({ path: join(into, file), fullPage: true });
          console.log(file);
          await page.close();
        }
    await browser.close();
  }
}
await server.close();
