// @ts-check
// The page's modules import one way: lib/ at the ground, figures/ on it, what the lesson's chapters share (lesson/) on both,
// chapters on all three and never on each other; above
// all the list of chapters, and page.js. What is only a type (import("…") in a comment) is no import.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { test } from "node:test";

const www = new URL("../../www/", import.meta.url).pathname;
const files = readdirSync(www, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".js") && !name.startsWith("pkg/"))
  .sort();
const STATIC = /^(?:import|export) (?:[\w*{},\s]+ from )?"(\.[^"]+)"/gm;
const imports = new Map(
  files.map((file) => {
    const text = readFileSync(join(www, file), "utf8");
    return [file, [...text.matchAll(STATIC)].map(([, to]) => posix.join(posix.dirname(file), to))];
  }),
);

/** "lib", "figures", "lesson", "chapters/<id>", or "" for the page's own. */
const room = (file) => /^(lib|figures|lesson|chapters\/\w+)\//.exec(file)?.[1] ?? "";
const ABOVE = ["page.js", "chapters/list.js"];
const MAY = { lib: ["lib"], figures: ["figures", "lib"], "": ["", "lib"] };

test("every room imports from itself and from below", () => {
  for (const [file, targets] of imports)
    for (const target of targets) {
      assert.ok(imports.has(target), `${file} imports ${target}, which is not there`);
      const allowed = MAY[room(file)] ?? [room(file), "lesson", "figures", "lib", ""];
      assert.ok(ABOVE.includes(file) || allowed.includes(room(target)), `${file} imports ${target}`);
    }
});

test("no module imports itself by a detour", () => {
  const done = new Set();
  const walk = (file, path) => {
    assert.ok(!path.includes(file), [...path.slice(path.indexOf(file)), file].join(" → "));
    if (done.has(file)) return;
    for (const target of imports.get(file)) walk(target, [...path, file]);
    done.add(file);
  };
  for (const file of files) walk(file, []);
});
