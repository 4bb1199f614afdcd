// @ts-check
// The page end to end in real browsers, from the folder dist/ (or $CHAILOU_DIST):
//
//     node tests/e2e/run.mjs [chromium] [firefox] [node's own options: --test-name-pattern "scrubbing"]
//
// Each browser's tests are one process, so that they can share the browser.

import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { resolve } from "node:path";
import { BROWSERS } from "./browsers.mjs";

const folder = import.meta.dirname;
const dist = resolve(process.env.CHAILOU_DIST ?? `${folder}/../../dist`);
const given = process.argv.slice(2);
const browsers = BROWSERS.filter((name) => given.includes(name));
const options = given.filter((word) => !BROWSERS.some((name) => name === word));

if (!existsSync(`${dist}/pkg/chailou.js`)) {
  console.error(`error: there is no page in ${dist}: build it with \`cargo xtask bundle\``);
  process.exit(1);
}
// Imported by one module, the files' suites run one after another and end together.
const imports = readdirSync(folder)
  .filter((name) => name.endsWith(".test.mjs"))
  .map((name) => `import "./${name}";`);
for (const browser of browsers.length ? browsers : BROWSERS) {
  console.log(`\n--- ${browser} ---`);
  const { status } = spawnSync(
    process.execPath,
    ["--test-reporter=spec", ...options, "--input-type=module", "--eval", imports.join("\n")],
    { cwd: folder, stdio: "inherit", env: { ...process.env, CHAILOU_BROWSER: browser, CHAILOU_DIST: dist } },
  );
  if (status !== 0) process.exitCode = 1;
}
