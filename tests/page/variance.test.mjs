// @ts-check
// What chapter 4 says holds exactly: the slope and the floor, the rotation that makes ε and ω of the two noises, and that
// integrating ω out leaves the mean gradient as it is and takes away its part of the spread; in f64 on a linear model.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { agree, meanAndSpread, ratio } from "../../www/chapters/variance/gradients.js";
import { MEAN_FLOOR, angle, bestLine, degrees, floor, turned } from "../../www/chapters/variance/rotation.js";
import { CHOICES, properties } from "../../www/chapters/variance/settings.js";
import * as yardstick from "../../www/chapters/variance/yardstick.js";
import { T, Walk, alpha2, beta2, ledger } from "../../www/lesson/demolition.js";
import { ledger as hoLedger, beta2 as hoBeta2 } from "../../www/lesson/ho-schedule.js";
import { Noise } from "../../www/lesson/noise.js";
import { correlation, ksCritical, ksDistance, meanSquare } from "../../www/lesson/statistics.js";
import { normals } from "../../www/lib/normals.js";

const N = 3072; // values of a tower

function near(found, wanted, { absolute = 1e-12, name = "" } = {}) {
  assert.ok(Math.abs(found - wanted) <= absolute, `${name}: ${found}, expected ${wanted} ± ${absolute}`);
}

describe("stepping back by one", () => {
  test("ε̄_t is made of both noises as the angle says, and its squares are 1", () => {
    for (const t of [1, 2, 9, 500, T]) {
      const { cos, sin } = angle(t);
      const whole = ledger(t).ground;
      near(cos, Math.sqrt(beta2(t) / whole), { name: `cos at ${t}` });
      near(sin, Math.sqrt((alpha2(t) * ledger(t - 1).ground) / whole), { absolute: 1e-9, name: `sin at ${t}` });
      near(cos ** 2 + sin ** 2, 1);
    }
  });

  test("the numbers that the text names", () => {
    near(MEAN_FLOOR, 0.979, { absolute: 5e-4, name: "mean floor" });
    near(yardstick.MEAN_FLOOR, 0.98, { absolute: 2e-3, name: "mean floor of the networks' schedule" });
    assert.equal(angle(1).cos, 1);
    near(angle(9).cos, 0.45, { absolute: 5e-3 });
    near(angle(500).cos, 0.1, { absolute: 5e-3 });
    near(degrees(7), 60, { absolute: 0.01 });
    near(degrees(1000), 81.9, { absolute: 0.05 });
  });

  test("measured on walks, slope and rest are β_t/β̄_t and 1 − β_t²/β̄_t²; drawn independently, 0 and 1", () => {
    const picture = new Float64Array(N).fill(0.3);
    let beyond = 0;
    for (let seed = 1; seed <= 10; seed++) {
      const noise = new Noise(N, 7000 * seed);
      const walk = new Walk(picture, noise.step);
      for (const t of [1, 9, 100, T]) {
        const whole = walk.to(t).merged();
        for (const [hints, slope] of /** @type {const} */ ([
          [whole, angle(t).cos],
          [noise.jump(), 0],
        ])) {
          const rest = 1 - slope ** 2;
          const found = bestLine(hints, noise.step(t));
          if (Math.abs(found.slope - slope) > 1.96 * Math.sqrt(rest / N) + 1e-9) beyond++;
          near(found.left, rest, { absolute: 4.5 * rest * Math.sqrt(2 / N) + 1e-9, name: `rest at ${t}` });
        }
      }
    }
    assert.ok(beyond <= 10, `${beyond} of 80 slopes are further off than 19 of 20 should be`);
  });

  test("independently drawn, whatever is guessed from the question costs: 0 is the best reply", () => {
    const [hints, goals] = [normals(N, 11), normals(N, 12)];
    const cost = (/** @type {number} */ slope) => meanSquare(goals.map((goal, i) => goal - slope * hints[i]));
    for (const slope of [-0.5, 0.2, 1]) near(cost(slope), 1 + slope ** 2, { absolute: 0.12, name: `slope ${slope}` });
    assert.ok(cost(0) < cost(0.2) && cost(0) < cost(-0.2));
  });
});

describe("the rotation", () => {
  const [noise, before] = [normals(N, 21), normals(N, 22)];

  test("keeps lengths and right angles", () => {
    for (const theta of [0, 0.3, 1, Math.PI / 2]) {
      const { first, second } = turned(noise, before, theta);
      const [x, y] = [turned([1], [0], theta), turned([0], [1], theta)];
      near(x.first[0] ** 2 + x.second[0] ** 2, 1);
      near(x.first[0] * y.first[0] + x.second[0] * y.second[0], 0);
      for (const i of [0, 7, N - 1])
        near(first[i] ** 2 + second[i] ** 2, noise[i] ** 2 + before[i] ** 2, { absolute: 1e-9, name: `pair ${i}` });
    }
  });

  test("at every angle the coordinates are standard normal and know nothing of each other", () => {
    const other = normals(N, 23);
    let told = 0;
    for (let degree = 0; degree <= 90; degree += 10) {
      const { first, second } = turned(noise, before, (degree * Math.PI) / 180);
      for (const axis of [first, second]) if (ksDistance(axis, other) > ksCritical(N, N)) told++;
      near(correlation(first, second), 0, { absolute: 4 / Math.sqrt(N), name: `${degree}°` });
      const squares = [first, second].map((axis) => axis.map((value) => value ** 2)); // uncorrelated is not all
      near(correlation(squares[0], squares[1]), 0, { absolute: 4 / Math.sqrt(N), name: `squares at ${degree}°` });
    }
    assert.ok(told <= 3, `${told} of 20 are told from a normal heap`);
  });

  test("at the angle of t the first coordinate is ε̄_t, and eq. 12 gives ε_t back", () => {
    for (const t of [2, 7, 300, T]) {
      const { cos, sin } = angle(t);
      const { first: eps, second: omega } = turned(noise, before, (degrees(t) * Math.PI) / 180);
      const [alpha, beta] = [Math.sqrt(alpha2(t)), Math.sqrt(beta2(t))];
      const [earlier, whole] = [t - 1, t].map((at) => Math.sqrt(ledger(at).ground));
      for (const i of [0, 5, N - 1]) {
        near(whole * eps[i], alpha * earlier * before[i] + beta * noise[i], { absolute: 1e-6, name: `ε at ${t}` });
        near(cos * eps[i] - sin * omega[i], noise[i], { absolute: 1e-6, name: `ε_t at ${t}` });
      }
    }
  });
});

// ε_θ = w·x_t + v by hand: the loss of a draw and its gradient in (w, v), eq. 11 and eq. 15 in the networks' own scale.
describe("integrating ω out, on a linear model", () => {
  const draws = 20_000;
  const random = normals(4 * draws, 31);
  const [w, v] = [0.3, -0.2];

  function gradients(i, sign = 1) {
    const [x0, eps, omega] = [0.7 * random[4 * i] + 0.2, random[4 * i + 1], sign * random[4 * i + 2]];
    const t = 1 + ((i * 7919) % T);
    const share = yardstick.factor(t);
    const [cos, sin] = [Math.sqrt(share), Math.sqrt(Math.max(0, 1 - share))];
    const { wall, ground } = hoLedger(t);
    const x = Math.sqrt(wall) * x0 + Math.sqrt(ground) * eps;
    const guess = w * x + v;
    const naive = 2 * cos * (cos * guess - (cos * eps - sin * omega)); // of (ε_t − cos·guess)²
    const integrated = 2 * share * (guess - eps); // of cos²·(ε − guess)²
    return { naive: [naive * x, naive], integrated: [integrated * x, integrated], share, x, omega };
  }

  test("averaged over ω, the gradient of eq. 11 is that of eq. 15, draw by draw", () => {
    for (let i = 0; i < 200; i++) {
      const [one, other] = [gradients(i), gradients(i, -1)];
      for (const k of [0, 1]) near((one.naive[k] + other.naive[k]) / 2, one.integrated[k], { name: `draw ${i}` });
    }
  });

  test("the spread shrinks by just what ω had put into it", () => {
    const [sums, squares] = [
      { naive: [0, 0], integrated: [0, 0] },
      { naive: 0, integrated: 0 },
    ];
    let ofOmega = 0;
    for (let i = 0; i < draws; i++) {
      const found = gradients(i);
      for (const name of /** @type {const} */ (["naive", "integrated"]))
        for (const k of [0, 1]) {
          sums[name][k] += found[name][k] / draws;
          squares[name] += found[name][k] ** 2 / draws;
        }
      ofOmega += (4 * found.share * (1 - found.share) * (found.x ** 2 + 1)) / draws; // E over ω, exactly
    }
    const spread = (/** @type {"naive" | "integrated"} */ name) =>
      squares[name] - sums[name].reduce((sum, mean) => sum + mean ** 2, 0);
    const [naive, integrated] = [spread("naive"), spread("integrated")];
    near(naive / (integrated + ofOmega), 1, { absolute: 0.05, name: "naive spread over the sum of both parts" });
    assert.ok(naive > 5 * integrated, `ratio ${naive / integrated}`);
  });

  test("both losses are least at the same weights: the best guess of ε is also the best for eq. 11", () => {
    // normal equations of both, the expectations by the draws' x and ε alone, where E ω = 0 is put in exactly
    for (const t of [1, 30, 700]) {
      const share = yardstick.factor(t);
      const cos = Math.sqrt(share);
      const { wall, ground } = hoLedger(t);
      const power = 0.7 ** 2 * wall + ground; // Var x_t
      const best = Math.sqrt(ground) / power; // Cov(ε, x_t)/Var x_t: slope of the best ε̂
      const own = (cos * Math.sqrt(ground)) / power; // of the best guess of ε_t itself
      near(cos * best, own, { name: `rescaled at ${t}` });
    }
  });
});

describe("telling mean and spread from norms", () => {
  test("of known gradients", () => {
    const [mean, deviation, dimensions] = [[0.3, -0.1, 0.2], 0.8, 3];
    const random = normals(2 ** 18, 41);
    let next = 0;
    const norm = (/** @type {number} */ size) =>
      Math.hypot(...mean.map((value) => value + (deviation / Math.sqrt(size)) * random[next++]));
    const batches = (/** @type {number} */ size, /** @type {number} */ count) => ({
      size,
      norms: Array.from({ length: count }, () => norm(size)),
    });
    const found = meanAndSpread(batches(16, 4000), batches(1024, 400));
    const [square, spread] = [meanSquare(mean) * dimensions, dimensions * deviation ** 2];
    near(found.mean.value, square, { absolute: 4 * found.mean.error, name: "mean" });
    near(found.spread.value, spread, { absolute: 4 * found.spread.error, name: "spread" });
    assert.ok(found.spread.error < 0.05 * spread && found.mean.error < 0.1 * square, "errors are small");
    assert.ok(agree(found.mean, { value: square, error: 0 }));
    assert.ok(!agree(found.spread, { value: 2 * spread, error: 0 }));
    near(ratio({ value: 6, error: 0.6 }, { value: 2, error: 0 }).error, 0.3);
  });
});

describe("the yardstick", () => {
  test("its weights are the factor β_t²/β̄_t², summed over all t", () => {
    let sum = 0;
    for (let t = 1; t <= T; t++) sum += hoBeta2(t) / hoLedger(t).ground / T;
    near(1 - yardstick.MEAN_FLOOR, sum, { absolute: 1e-9 });
    assert.equal(yardstick.TIMES.at(-1), T);
  });

  test("for one point everything can be told, for the exact answer nothing is above the floor", () => {
    const exact = (/** @type {Float32Array} */ points, /** @type {Float32Array} */ x, /** @type {number} */ wall) =>
      x.map((value, i) => (value - Math.sqrt(wall) * points[i % 2]) / Math.sqrt(1 - wall));
    const stick = new yardstick.Yardstick(Float32Array.of(0.4, -0.7), exact);
    near(stick.floor, 0, { absolute: 1e-4, name: "floor" });
    const answers = stick.places.map((value, i) => {
      const { wall } = hoLedger(stick.times[i >> 1] + 1);
      return (value - Math.sqrt(wall) * [0.4, -0.7][i % 2]) / Math.sqrt(1 - wall);
    });
    near(stick.above(answers), 0, { absolute: 1e-9, name: "exact" });
    near(stick.above(answers.map((value) => value + 0.5)), 0.25 * (1 - yardstick.MEAN_FLOOR), { absolute: 1e-6 });
  });

  test("where nothing can be told the floor is all of it", () => {
    const stick = new yardstick.Yardstick(Float32Array.of(0, 0), (_, x) => new Float32Array(x.length));
    near(stick.floor, 1 - yardstick.MEAN_FLOOR, { absolute: 1e-9 });
  });
});

test("the floor of eq. 11 is what of ε_t lies along ω", () => {
  for (const t of [1, 5, T]) near(floor(t), angle(t).sin ** 2);
});

test("phrases make choices that there are, of one figure each, and the same in both languages", () => {
  const prose = readFileSync(new URL("../../www/chapters/variance/prose.html", import.meta.url), "utf8");
  const parts = prose.split(/<div lang="(zh-CN|en)">/).slice(1);
  /** @type {Record<string, string[]>} */
  const sets = { "zh-CN": [], en: [] };
  for (let i = 0; i < parts.length; i += 2)
    sets[parts[i]].push(...[...parts[i + 1].matchAll(/data-set="([^"]*)"/g)].map(([, set]) => set));
  assert.deepEqual(sets.en.toSorted(), sets["zh-CN"].toSorted());
  for (const set of sets.en) {
    const choices = CHOICES.parse(set);
    for (const [name, value] of Object.entries(choices)) {
      assert.notEqual(value, undefined, `${set}: ${name}`);
      assert.equal(CHOICES.figureOf(name), CHOICES.figureOf(Object.keys(choices)[0]), `${set}: one figure`);
    }
  }
});

test("every choice belongs to a figure, which puts it back", () => {
  const owned = new Set(Object.values(CHOICES.figures).flat());
  for (const name of Object.keys(properties)) assert.ok(owned.has(name), name);
});
