// @ts-check
// What chapter 3 says of rebuilding holds exactly: the posterior over a finite set is Bayes' rule worked out in plain f64,
// its limits are what they should be, and everything that follows from its mean agrees with the jump.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { again, coefficients, floors, mean, noiseFrom, sigma, stepsPart } from "../../www/chapters/up/rebuilding.js";
import { T } from "../../www/lesson/demolition.js";
import { alpha2, beta2, jump, ledger } from "../../www/lesson/ho-schedule.js";
import { fromV } from "../../www/lesson/network.js";
import { mixture, perplexity, posterior } from "../../www/lesson/posterior.js";
import { normals } from "../../www/lib/normals.js";

const N = 3072; // values of a tower

function near(found, wanted, { absolute = 1e-12, relative = 0, name = "" } = {}) {
  const most = absolute + relative * Math.abs(wanted);
  assert.ok(Math.abs(found - wanted) <= most, `${name}: ${found}, expected ${wanted} ± ${most}`);
}
function allNear(found, wanted, { absolute = 1e-12, relative = 0, name = "" } = {}) {
  assert.equal(found.length, wanted.length);
  for (let i = 0; i < wanted.length; i++) near(found[i], wanted[i], { absolute, relative, name: `${name}[${i}]` });
}

/** Pictures as like each other as towers are: a share of one and the same, and some of their own. */
const common = normals(N, 7);
const set = Array.from({ length: 60 }, (_, i) => normals(N, 100 + i).map((v, k) => 0.45 * common[k] + 0.2 * v));
const noise = normals(N, 5);
const of = (t, x) => {
  const { wall, ground } = ledger(t);
  return posterior(x, set, Math.sqrt(wall), ground);
};

describe("the schedule of the page's networks", () => {
  test("β goes in a line from 1e-4 to 0.02, and ᾱ is the product of the α", () => {
    near(beta2(1), 1e-4);
    near(beta2(T), 0.02);
    near(beta2(500), 1e-4 + (0.0199 * 499) / 999, { absolute: 1e-16 });
    let product = 1;
    for (let t = 1; t <= T; t++) {
      product *= 1 - beta2(t);
      near(ledger(t).wall, product, { absolute: 0, relative: 1e-13, name: `ᾱ at ${t}` });
      near(ledger(t).wall + ledger(t).ground, 1, { absolute: 1e-15 });
      near(alpha2(t) + beta2(t), 1, { absolute: 1e-15 });
    }
    near(ledger(T).wall, 4.036e-5, { absolute: 1e-8 }); // diffusers' alphas_cumprod[-1]
  });
});

describe("the exact posterior", () => {
  test("is Bayes' rule, added up in plain f64", () => {
    // the same in another order of sums: the density of the noise that each picture would need, and its share
    for (const t of [400, 700, 800, 900, T]) {
      const { wall, ground } = ledger(t);
      const x = jump(set[3], noise, t);
      const logs = set.map((picture) => {
        let log = 0;
        for (let k = N - 1; k >= 0; k--) log += -((x[k] - Math.sqrt(wall) * picture[k]) ** 2) / (2 * ground);
        return log;
      });
      const shares = logs.map((one) => 1 / logs.reduce((sum, other) => sum + Math.exp(other - one), 0));
      const found = of(t, x);
      allNear(found, shares, { absolute: 1e-300, relative: 1e-8, name: `p at ${t}` });
      near(
        found.reduce((sum, share) => sum + share),
        1,
      );
      const expected = Float64Array.from({ length: N }, (_, k) =>
        set.reduce((sum, picture, i) => sum + shares[i] * picture[k], 0),
      );
      allNear(mixture(found, set), expected, { absolute: 1e-9, name: `E[x_0] at ${t}` });
    }
  });

  test("knows nothing where nothing is left of the tower, and everything where all of it is", () => {
    allNear(posterior(noise, set, 0, 1), new Float64Array(60).fill(1 / 60));
    const rubble = of(T, jump(set[3], noise, T));
    assert.ok(perplexity(rubble) > 0.95 * 60, `at T as good as ${perplexity(rubble)} of 60`);
    const tower = of(1, jump(set[3], noise, 1));
    allNear(
      tower,
      set.map((_, i) => Number(i === 3)),
      { absolute: 1e-300 },
    );
    allNear(mixture(tower, set), set[3], { absolute: 0 });
  });

  test("no other answer has a smaller expected error than its mean", () => {
    const t = 800;
    const p = of(t, jump(set[3], noise, t));
    const best = mixture(p, set);
    const error = (answer) =>
      set.reduce((sum, picture, i) => sum + p[i] * picture.reduce((d, v, k) => d + (v - answer[k]) ** 2, 0), 0);
    const least = error(best);
    for (const seed of [1, 2, 3]) {
      const off = normals(N, seed).map((v) => 0.01 * v);
      const more = error(best.map((v, k) => v + off[k])) - least;
      near(
        more,
        off.reduce((sum, v) => sum + v * v, 0),
        { absolute: 1e-7, name: "what an answer off the mean costs" },
      );
    }
    assert.ok(error(set[3]) > least && error(noise) > least);
  });
});

describe("one step back", () => {
  const t = 640;
  const x0 = set[3];
  const x = jump(x0, noise, t);

  test("ε̂ and x̂_0 of the posterior are two sides of the jump", () => {
    const guess = mixture(of(t, x), set);
    allNear(jump(guess, noiseFrom(x, guess, ledger(t)), t), x, { absolute: 1e-12, name: "x_t" });
    allNear(noiseFrom(x, x0, ledger(t)), noise, { absolute: 1e-6, name: "ε" });
  });

  test("v̂ gives both: of the true v, x_0 and the noise", () => {
    const { wall, ground } = ledger(t);
    const v = x0.map((value, k) => Math.sqrt(wall) * noise[k] - Math.sqrt(ground) * value);
    const guess = fromV(x, v, ledger(t));
    allNear(guess.x0, x0, { absolute: 1e-6, name: "x_0" });
    allNear(guess.noise, noise, { absolute: 1e-6, name: "ε" });
    allNear(jump(guess.x0, guess.noise, t), x, { absolute: 1e-12, name: "x_t" }); // whatever v is
  });

  test("μ of eq. 8 is the mean of q(x_{t−1} | x_t, x_0), which conditioning two normals on each other gives", () => {
    for (const t of [2, 37, 640, T]) {
      // x_{t−1} = a x_0 + b ε, x_t = α x_{t−1} + β ε_t: least squares of x_{t−1} on x_t, worked out from the covariances
      const [before, here] = [ledger(t - 1), ledger(t)];
      const alpha = Math.sqrt(alpha2(t));
      const gain = (alpha * before.ground) / here.ground;
      const x = jump(x0, noise, t);
      const a = Math.sqrt(before.wall);
      const wanted = x.map((value, k) => a * x0[k] + gain * (value - alpha * a * x0[k]));
      allNear(mean(x, noiseFrom(x, x0, here), t), wanted, { absolute: 1e-10, name: `μ at ${t}` });
      near(sigma(t, "beta_tilde") ** 2, before.ground - gain * alpha * before.ground, { absolute: 1e-15, name: "β̃²" });
      near(sigma(t, "beta") ** 2, beta2(t));
    }
  });

  test("the last step adds no noise, and its mean is x̂_0", () => {
    for (const spread of /** @type {const} */ (["zero", "beta", "beta_tilde"])) assert.equal(sigma(1, spread), 0);
    const x = jump(x0, noise, 1);
    const guess = set[8];
    allNear(mean(x, noiseFrom(x, guess, ledger(1)), 1), guess, { absolute: 1e-12 });
  });

  test("its coefficients add up to the same step", () => {
    const z = normals(N, 6);
    const { x: ofX, noise: ofNoise, z: ofZ } = coefficients(t, "beta");
    const step = mean(x, noise, t).map((value, k) => value + sigma(t, "beta") * z[k]);
    allNear(
      x.map((value, k) => ofX * value + ofNoise * noise[k] + ofZ * z[k]),
      step,
    );
    near(stepsPart(1), 1); // the first step is all the noise there is
  });

  test("a chain of a few calls ends at x̂_0, and loses nothing where x̂_0 is right", () => {
    const path = floors(25);
    assert.deepEqual([path.length, path[0], path.at(-1)], [26, T, 0]);
    let x = jump(x0, noise, T);
    for (const [i, t] of path.slice(0, -1).entries()) x = again(x0, noiseFrom(x, x0, ledger(t)), path[i + 1]);
    allNear(x, x0, { absolute: 0 });
  });
});
