// @ts-check
// The floor under chapter 8's losses is what mathematics says of points whose least loss is known.

import assert from "node:assert/strict";
import { test } from "node:test";

Object.assign(globalThis, {
  HTMLElement: class {},
  CSSStyleSheet: class {
    replaceSync() {}
  },
  customElements: { define() {} },
  matchMedia: () => ({ matches: false }),
  document: { adoptedStyleSheets: [] },
  requestAnimationFrame: (/** @type {() => void} */ work) => setImmediate(work),
});
const { leastErrors } = await import("../../www/chapters/toy/floor.js");
const { normals } = await import("../../www/lib/normals.js");
const { readSchedule, T } = await import("../../www/chapters/toy/schedule.js");

const alphaBars = new Float64Array(T);
for (let t = 0, product = 1; t < T; t++) alphaBars[t] = product *= 1 - (1e-4 + ((0.02 - 1e-4) * t) / (T - 1));
readSchedule(/** @type {any} */ ({ schedule: () => ({ alphaBars }) }));

// Narrower ones have their losses at the first few t, which the floor's 50 places do not see; tables are brought to 1.
for (const [deviation, least] of [
  [1, 0.2755],
  [73.9, 0.9069],
])
  test(`a Gaussian of standard deviation ${deviation} costs ${least} at best`, async () => {
    const points = normals(40_000, 3).map((value) => value * deviation);
    const engine = {
      /** E[ε | x_t] of the Gaussian itself. @param {unknown} _ @param {Float32Array} x @param {number} share */
      exactNoise: (_, x, share) =>
        x.map((value) => (value * Math.sqrt(1 - share)) / (share * deviation ** 2 + 1 - share)),
    };
    const errors = await leastErrors(engine, points, () => true);
    const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
    assert.ok(Math.abs(mean - least) < 0.02 * least + 5e-4, `${mean}`);
  });
