// @ts-check
// Rebuilt points leave chapter 8 in the units of the table that they were learned from.

import assert from "node:assert/strict";
import { test } from "node:test";
import { toCsv } from "../../www/chapters/toy/units.js";

test("points go back to their table's units under its names", () => {
  const units = { mean: /** @type {[number, number]} */ ([500, -500]), scale: 73.9, names: ["a, b", ""] };
  assert.equal(
    toCsv(Float32Array.of(0, 1, -1, 0), /** @type {any} */ (units)),
    '"a, b",y\n500.0000,-426.1000\n426.1000,-500.0000\n',
  );
  const small = { mean: [5e6, 0], scale: 0.01, names: ["x", "y"] };
  assert.equal(toCsv(Float32Array.of(0.5, 0.25), /** @type {any} */ (small)), "x,y\n5000000.0050000,0.0025000\n");
});

test("points that are from no table are in the plane's own units", () => {
  assert.equal(toCsv(Float32Array.of(0.5, -0.25), null), "x,y\n0.50000,-0.25000\n");
});
