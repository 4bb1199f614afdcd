// @ts-check
// What chapter 5 says of building holds exactly: where each sampler ends on normal data, that more steps never do worse, and
// that the best σ lies between β̃ and β.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  SAMPLERS,
  Run,
  best2,
  between,
  endOfNormal,
  squares,
  stops,
  strides,
} from "../../www/chapters/generate/chains.js";
import {
  THREE_HEAPS,
  TWO_POINTS,
  coverage,
  guessOf,
  known,
  normalData,
  pointsOf,
  spread,
} from "../../www/chapters/generate/exact.js";
import {
  Crowd,
  backward,
  below,
  density,
  drawn,
  guess,
  overlap,
  truth,
} from "../../www/chapters/generate/two-points.js";
import { T } from "../../www/lesson/demolition.js";
import { normals } from "../../www/lib/normals.js";

Object.assign(globalThis, {
  HTMLElement: class {},
  CSSStyleSheet: class {
    replaceSync() {}
  },
  customElements: { define() {} },
  matchMedia: () => ({ matches: false }),
  document: { adoptedStyleSheets: [], addEventListener() {} },
});
const { differing, mosaic } = await import("../../www/chapters/generate/tower-rows.js");
const { apart } = await import("../../www/chapters/generate/steps-quality.js");

function near(found, wanted, { absolute = 1e-12, relative = 0, name = "" } = {}) {
  const most = absolute + relative * Math.abs(wanted);
  assert.ok(Math.abs(found - wanted) <= most, `${name}: ${found}, expected ${wanted} ± ${most}`);
}
const MANY = [1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 100, 200, 500, 1000];

describe("the samplers on normal data of standard deviation 0.3", () => {
  const ends = Object.fromEntries(SAMPLERS.map((name) => [name, endOfNormal(strides(name, T), 0.3)]));

  test("after 1000 steps greedy has collapsed, the others have not", () => {
    near(ends.greedy, 0.0006, { absolute: 5e-5, name: "greedy" });
    near(ends.beta, 0.301, { absolute: 5e-4, name: "σ = β" });
    near(ends.beta_tilde, 0.296, { absolute: 5e-4, name: "σ = β̃" });
    near(ends.ddim, 0.299, { absolute: 5e-4, name: "DDIM" });
    near(ends.dpm, 0.3, { absolute: 1e-4, name: "DPM-Solver++" });
  });

  test("the recursion is what 20,000 bricks do", () => {
    const n = 20;
    for (const name of SAMPLERS) {
      const chain = strides(name, n);
      const noise = (/** @type {number} */ step) => normals(20_000, 7, 20_000 * (step + 1));
      const found = new Run(chain, normals(20_000, 7), guessOf(normalData(0.3)), noise).finish();
      near(spread(found), endOfNormal(chain, 0.3), { relative: 0.015, absolute: 0, name });
    }
  });

  test("with 20 steps, as the text says", () => {
    const at20 = SAMPLERS.map((name) => endOfNormal(strides(name, 20), 0.3).toFixed(2));
    assert.deepEqual(at20, ["0.00", "0.32", "0.22", "0.24", "0.26"]);
    const wrongAt50 = SAMPLERS.map((name) => Math.abs(endOfNormal(strides(name, 50), 0.3) / 0.3 - 1));
    near(wrongAt50[4], 0.004, { absolute: 5e-4, name: "DPM-Solver++ with 50 steps" });
    near(wrongAt50[3], 0.08, { absolute: 0.005, name: "DDIM with 50 steps" });
    near(wrongAt50[2], 0.16, { absolute: 0.005, name: "σ = β̃ with 50 steps" });
    assert.ok(endOfNormal(strides("beta", 10), 0.3) < 0.3, "ten steps of σ = β end too narrow");
  });

  test("a small step of DDIM takes half of the noise that eq. 8 takes", () => {
    for (const n of [100, T]) {
      const [greedy, ddim] = /** @type {const} */ (["greedy", "ddim"]).map(
        (name) => strides(name, n)[Math.floor(n / 2)],
      );
      // with x_t and x̂_0 in place of ε̂: what of ε̂ is taken is −∂x_s/∂ε̂ at x_t held, x̂_0 = (x_t − β̄ε̂)/ᾱ
      const taken = (/** @type {typeof ddim} */ { pull, wall, ground }) => pull * Math.sqrt(ground / wall);
      near(taken(greedy) / taken(ddim), 2, { absolute: 20 / n, name: `${n} steps` });
    }
  });

  test("a greedy step is eq. 8, (x_t − β²/β̄·ε̂)/α, and σ = β̃ adds what q(x_{t−1}|x_t,x_0) has", () => {
    for (const t of [1, 2, 500, T]) {
      const [wall, ground] = squares(t);
      const { beta2, tilde2, keep, pull } = between(t, t - 1);
      near(beta2, (0.02 * t) / T, { name: "β²" });
      const [x, x0] = [0.7, -0.4];
      const eps = (x - Math.sqrt(wall) * x0) / Math.sqrt(ground);
      near(keep * x + pull * x0, (x - (beta2 / Math.sqrt(ground)) * eps) / Math.sqrt(1 - beta2), { name: `μ at ${t}` });
      near(tilde2, (beta2 * squares(t - 1)[1]) / ground, { name: "β̃²" });
    }
  });
});

describe("orders", () => {
  const wrong = (/** @type {"ddim" | "dpm"} */ name, /** @type {number} */ n) =>
    Math.abs(endOfNormal(strides(name, n), 0.3) / 0.3 - 1);

  test("twice the steps leave half of DDIM's error, about a quarter of DPM-Solver++'s", () => {
    near(wrong("ddim", 1000) / wrong("ddim", 500), 0.5, { absolute: 0.02 });
    near(wrong("dpm", 1000) / wrong("dpm", 500), 0.25, { absolute: 0.06 });
  });
});

describe("what towers are compared by", () => {
  test("how much they differ is their standard deviation, 0 for one tower many times over", () => {
    near(differing(normals(4 * 3072, 1), 4), 1, { absolute: 0.02 });
    const one = normals(3072, 2);
    near(
      differing(
        Float32Array.from({ length: 4 * 3072 }, (_, i) => one[i % 3072]),
        4,
      ),
      0,
      { absolute: 1e-3 },
    );
    near(
      apart(
        one,
        one.map((value) => value + 0.5),
      ),
      0.5,
      { absolute: 1e-6 },
    );
  });

  test("four towers stand in a square, in reading order", () => {
    const four = Float32Array.from(
      { length: 4 * 3072 },
      (_, i) => Math.floor(i / 3072) + Math.floor((i % 3072) / 1024) / 10,
    );
    const square = mosaic(four);
    for (const [y, x, tower] of [
      [0, 0, 0],
      [0, 63, 1],
      [63, 0, 2],
      [32, 32, 3],
    ])
      for (let c = 0; c < 3; c++) near(square[c * 4096 + y * 64 + x], tower + c / 10, { absolute: 1e-6 });
  });
});

describe("five samplers in the plane", () => {
  test("greedy covers next to nothing of three heaps, the others nearly all, from the same x_T", () => {
    const [bricks, n] = [400, 50];
    const truthful = pointsOf(THREE_HEAPS, normals(2 * bricks, 99));
    near(spread(truthful), 1, { absolute: 0.08, name: "the data's own spread" });
    const found = Object.fromEntries(
      SAMPLERS.map((name) => {
        const noise = (/** @type {number} */ step) => normals(2 * bricks, 3, 2 * bricks * (step + 1));
        const x = new Run(strides(name, n), normals(2 * bricks, 3), guessOf(THREE_HEAPS), noise).finish();
        return [name, { spread: spread(x), covered: coverage(truthful, x) }];
      }),
    );
    assert.ok(found.greedy.spread < 0.5 && found.greedy.covered < 0.1, JSON.stringify(found.greedy));
    const greedy = new Run(strides("greedy", n), normals(2 * bricks, 3), guessOf(THREE_HEAPS), () => []);
    const shrunk = spread(greedy.step().x) / spread(normals(2 * bricks, 3));
    near(shrunk, 0.81, { absolute: 0.03, name: "a first step keeps" });
    while (greedy.done < n / 2) greedy.step();
    assert.ok(spread(greedy.x) < 0.03, `half-way they are a dot: ${spread(greedy.x)}`);
    for (const name of SAMPLERS.slice(1)) {
      near(found[name].spread, 1, { absolute: 0.06, name });
      assert.ok(found[name].covered > 0.8, `${name} covers ${found[name].covered}`);
    }
  });

  test("coverage of two heaps of one source is 1 − 2⁻⁵ or nearly, of a single point next to nothing", () => {
    const [one, other] = [1, 2].map((seed) => normals(2000, seed));
    near(coverage(one, other), 1 - 2 ** -5, { absolute: 0.02 });
    assert.ok(coverage(one, new Float64Array(2000)) < 0.02);
  });
});

describe("what can be known of x_0", () => {
  test("for normal data it is the shrunk x_t, with the variance that Gauss gives", () => {
    for (const t of [1, 300, T]) {
      const [wall, ground] = squares(t);
      const { mean, variance } = known(normalData(0.3), Float64Array.of(0.8), wall, ground);
      const around = wall * 0.09 + ground;
      near(mean[0], (Math.sqrt(wall) * 0.09 * 0.8) / around);
      near(variance, (0.09 * ground) / around);
    }
  });

  test("for two points it is tanh, with the variance 1 − tanh²", () => {
    for (const t of [50, 300, T])
      for (const x of [-1.3, 0, 0.2]) {
        const [wall, ground] = squares(t);
        const { mean, variance } = known(TWO_POINTS, Float64Array.of(x), wall, ground);
        near(mean[0], guess(x, wall, ground));
        near(variance, 1 - guess(x, wall, ground) ** 2);
      }
  });
});

describe("why T is 1000", () => {
  test("the more steps, the less there is to carry: two points, and normal data coarse and fine", () => {
    const carried = MANY.map((n) => new Crowd(n, 1).carried);
    for (const [i, far] of carried.entries())
      assert.ok(i === 0 || far < carried[i - 1] || far < 1e-10, `T = ${MANY[i]}: ${far} after ${carried[i - 1]}`);
    near(carried[0], 1, { absolute: 0.01, name: "one step leads to the middle" });
    assert.ok(carried[MANY.indexOf(30)] < 1e-4 && carried.at(-1) < 1e-10);
    for (const std of [0.3, 0.03]) {
      const lacking = MANY.map((n) => 1 - endOfNormal(strides("beta_tilde", n), std) / std);
      for (const [i, lack] of lacking.entries())
        assert.ok(lack > 0 && (i === 0 || lack < lacking[i - 1]), `std ${std}, T = ${MANY[i]}: ${lack}`);
      // what the text says of a thousand steps, as the chart counts it: in standard deviations carried
      near(Math.sqrt(2 / Math.PI) * lacking.at(-1), std === 0.3 ? 0.01 : 0.07, { absolute: 0.005, name: `std ${std}` });
    }
  });

  test("q(x_{t−1}|x_t) grows like its Gaussian as steps shrink, and is not like it when they are large", () => {
    const alike = (/** @type {number} */ n) => {
      const at = stops(n);
      const k = Math.max(1, Math.round(n * 0.4));
      return overlap(backward(at[k], at[k - 1], 0));
    };
    const found = [5, 10, 20, 50, 100, 1000].map(alike);
    for (const [i, part] of found.entries()) assert.ok(i === 0 || part > found[i - 1], found.join());
    assert.ok(found[0] < 0.7 && found.at(-1) > 0.999, found.join());
    assert.equal(overlap(backward(T, 0, 0)), 0);
  });

  test("its mean and variance are those of its two bumps, which add up to 1", () => {
    const q = backward(400, 200, 0.3);
    let [mass, mean, square, other] = [0, 0, 0, 0];
    for (let y = -6; y < 6; y += 1e-3) {
      const part = density(q, y) * 1e-3;
      mass += part;
      mean += y * part;
      square += y * y * part;
      other += drawn(q, y) * 1e-3;
    }
    near(mass, 1, { absolute: 1e-9 });
    near(other, 1, { absolute: 1e-9 });
    near(mean, q.mean, { absolute: 1e-9 });
    near(square - mean ** 2, q.variance, { absolute: 1e-8 });
  });

  test("the law of the chain at any t is near q(x_t) with many steps", () => {
    const crowd = new Crowd(500, 4);
    for (const k of [0, 100, 300, 500]) {
      const [found, wanted] = [crowd.shares[k], truth(crowd.stops[k])];
      const apart = found.reduce((sum, share, i) => sum + Math.abs(share - wanted[i]), 0) / 2;
      assert.ok(apart < 0.1, `t = ${crowd.stops[k]}: ${apart}`);
      near(
        wanted.reduce((sum, share) => sum + share),
        1,
        { absolute: 0.01 },
      );
    }
    near(below(1.96), 0.975, { absolute: 5e-5 });
    near(below(-1), 0.158655, { absolute: 1e-6 });
  });
});

describe("the best σ", () => {
  test("lies between β̃ and β, and is each of them at an end: nothing left to know, or data that are all noise", () => {
    for (const n of [10, 50, T])
      for (const t of stops(n).slice(1)) {
        const s = stops(n)[stops(n).indexOf(t) - 1];
        const { beta2, tilde2 } = between(t, s);
        const [wall, ground] = squares(t);
        const of = (/** @type {number} */ std) =>
          best2(t, s, known(normalData(std), Float64Array.of(0), wall, ground).variance);
        near(of(0), tilde2, { name: `t = ${t}: one point` });
        near(of(1), beta2, { name: `t = ${t}: N(0, 1)` });
        for (const std of [0.1, 0.3, 0.9]) assert.ok(of(std) >= tilde2 && of(std) <= beta2, `t = ${t}, std ${std}`);
      }
  });

  test("the steps that use it neither lose nor add spread", () => {
    for (const n of [10, 20, T]) {
      const chain = strides("beta_tilde", n).map((stride) => {
        const { wall, ground, t, s } = stride;
        const { variance } = known(normalData(0.3), Float64Array.of(0), wall, ground);
        return { ...stride, sigma: Math.sqrt(best2(t, s, variance)) };
      });
      near(endOfNormal(chain, 0.3), 0.3, { absolute: 1e-5, name: `${n} steps` });
    }
  });
});
