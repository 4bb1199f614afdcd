// @ts-check
// TeX in prose: each symbol gets the name that a figure lights it up by, and both notations are there.

import assert from "node:assert/strict";
import { test } from "node:test";
import { withMathml } from "../../xtask/tex.mjs";

const NAMES = {
  x_0: ["x_0"],
  "x_{t-1}": ["x_t-1"],
  "\\hat x_0": ["hat-x_0"],
  "\\bar\\alpha_t^2": ["bar-alpha_t"],
  "E[ε \\mid x_t]": ["E", "epsilon", "x_t"],
  "\\frac{β_t^2}{\\bar\\beta_t} ε_θ": ["beta_t", "bar-beta_t", "epsilon_theta"],
  "\\nabla \\log q(x_t)": ["q", "x_t"],
  "\\sqrt{1-\\bar\\alpha_t}": ["bar-alpha_t"],
};
const names = (html) => [...html.matchAll(/data-symbol="([^"]*)"/g)].map(([, name]) => name);

for (const [tex, expected] of Object.entries(NAMES))
  test(`${tex} has its symbols named`, () => assert.deepEqual(names(withMathml(`\\(${tex}\\)`, "")), expected));

test("what Su and Ho write differently is there twice", () => {
  const html = withMathml("<p>\\(\\both{\\bar\\beta}{1-\\bar\\alpha}\\) \\[x_t\\]</p>", "");
  const [, su, ho, rest] = html.match(
    /^<p><span class="in-su">(.*)<\/span><span class="in-ho">(.*)<\/span> (.*)<\/p>$/,
  );
  assert.deepEqual([names(su), names(ho), names(rest)], [["bar-beta"], ["bar-alpha"], ["x_t"]]);
  assert.match(rest, /^<math display="block">/);
});

test("a full stop stays with the formula before it", () =>
  assert.match(withMathml("\\(t\\)。然后", ""), /^<span class="unbroken"><math>.*<\/math>。<\/span>然后$/));

test("a formula that cannot be set is named", () =>
  assert.throws(() => withMathml("\\(\\nonsense\\)", "a/prose.html"), /^Error: a\/prose\.html: \\\(\\nonsense\\\): /));
