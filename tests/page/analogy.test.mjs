// @ts-check
// What chapter 1 says of its game and its crew holds exactly: the best player's rates are those printed, three pasts of one
// picture cannot be told apart, and whoever builds back from rubble builds each tower as often as the posterior says.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Build, SQUARES, back, drawn, towersBehind } from "../../www/chapters/analogy/crew.js";
import { deal, needed, nines, pick, weigh } from "../../www/chapters/analogy/game.js";
import { LEVELS } from "../../www/chapters/analogy/levels.js";
import { Odds } from "../../www/chapters/analogy/odds.js";
import { T, alpha2, beta2 } from "../../www/lesson/demolition.js";
import { distance2 } from "../../www/lesson/posterior.js";
import { correlation, meanSquare, strayingOfR } from "../../www/lesson/statistics.js";
import { seedFrom } from "../../www/lib/dice.js";
import { normals } from "../../www/lib/normals.js";

const N = 192;
/** Sixteen pictures, some alike and some not, about as far apart for their size as the page's towers. */
const TOWERS = Array.from({ length: 16 }, (_, k) => {
  const own = normals(N, 100 + k);
  return Float64Array.from({ length: N }, (_, i) => 0.9 * Math.sin(i / 9 + (k % 4)) + 0.8 * own[i]);
});

function near(found, wanted, most, name = "") {
  assert.ok(Math.abs(found - wanted) <= most, `${name}: ${found}, expected ${wanted} ± ${most}`);
}

describe("the best player", () => {
  test("in a jump its long-run rate is the printed one, at every t", () => {
    const odds = new Odds(TOWERS);
    for (const t of [200, 500, 700, 850, T]) {
      const rounds = 1500;
      let hits = 0;
      for (let round = 0; round < rounds; round++) {
        const dealt = deal(TOWERS, { level: "jump", t, seed: 7, round });
        if (pick(weigh(dealt)) === dealt.truth) hits++;
      }
      const { rate, error } = odds.jump(t);
      assert.ok(error < 0.005, `half a per cent: ${error}`);
      const strays = Math.sqrt((rate * (1 - rate)) / rounds + error ** 2);
      near(hits / rounds, rate, 4 * strays + 1e-9, `t = ${t}`);
    }
  });

  test("its rate falls from 1 to little more than 1 in 16, and other rounds give the same", () => {
    const [odds, others] = [new Odds(TOWERS), new Odds(TOWERS, 2)];
    let last = 1;
    for (let t = 0; t <= T; t += 50) {
      const { rate, error } = odds.jump(t);
      assert.ok(rate <= last + 1e-9, `t = ${t}: ${rate} after ${last}`);
      const again = others.jump(t);
      near(again.rate, rate, 4.5 * Math.hypot(error, again.error) + 1e-12, `t = ${t}`);
      last = rate;
    }
    assert.equal(odds.jump(1).rate, 1);
    assert.ok(last > 1 / 16 && last < 0.1, `at T it is ${last}`);
  });

  test("two pictures: the rate is Φ(λ|c_1 − c_2|/2)", () => {
    const two = [TOWERS[0], TOWERS[1].map((value, i) => 0.9 * TOWERS[0][i] + 0.1 * value)];
    const odds = new Odds(two);
    for (const t of [300, 500, 700, T]) {
      const [wall, ground] = SQUARES[t];
      const { rate, error } = odds.jump(t);
      near(
        rate,
        normalBelow((Math.sqrt(wall / ground) * Math.sqrt(distance2(two[0], two[1], 1))) / 2),
        4.5 * error + 1e-9,
        `${t}`,
      );
    }
  });

  test("in a step it is right, from the tower to the rubble, but for a chance of less than 10 to the minus 100", () => {
    for (let t = 1; t <= T; t += 37) {
      const dealt = deal(TOWERS, { level: "step", t, seed: 3, round: t });
      assert.ok(nines(dealt) > 100, `t = ${t}: ${nines(dealt)} nines`);
      assert.equal(pick(weigh(dealt)), dealt.truth, `t = ${t}`);
    }
  });

  test("the bound on its mistakes is one, where they can be counted", () => {
    const candidates = [
      [0, 0],
      [1, 0],
      [0, -2],
    ];
    const dealt = { level: "step", x: [0, 0], candidates, truth: 0, keep: 1, variance: 0.01 };
    const miss = 1 - normalBelow(5); // the other's, at z = 10, adds nothing that can be seen
    assert.equal(nines(dealt), 6);
    assert.ok(miss < 10 ** -6 && miss > 10 ** -7, `${miss}`);
  });

  test("among three pasts of one picture it is right one time in three", () => {
    for (const t of [2, 100, 600, T]) {
      const rounds = 900;
      let hits = 0;
      for (let round = 0; round < rounds; round++) {
        const dealt = deal(TOWERS, { level: "pasts", t, seed: 11, round });
        // not the first one, which any player could pick, but what looks best: the least noise
        const squares = dealt.candidates.map((_, k) => meanSquare(needed(dealt, k)));
        if (squares.indexOf(Math.min(...squares)) === dealt.truth) hits++;
      }
      near(hits / rounds, 1 / 3, 4 * Math.sqrt(2 / 9 / rounds), `t = ${t}`);
    }
  });
});

describe("a deal", () => {
  test("is what it says: x_t = a x_s + b ε, and only the true one needs honest noise in a step", () => {
    for (const [level, t] of /** @type {[string, number][]} */ ([
      ["step", 1],
      ["step", 900],
      ["jump", 600],
      ["pasts", 400],
    ])) {
      const dealt = deal(TOWERS, { level, t, seed: 5, round: 0 });
      for (const [k, candidate] of dealt.candidates.entries()) {
        const noise = needed(dealt, k);
        Array.from(candidate).forEach((value, i) =>
          near(dealt.keep * value + Math.sqrt(dealt.variance) * noise[i], dealt.x[i], 1e-12, `${level} ${k} ${i}`),
        );
        const size = meanSquare(noise);
        if (k === dealt.truth || level === "pasts") near(size, 1, 5 * Math.sqrt(2 / N), `${level}: the size of ε`);
        else if (level === "step") assert.ok(size > 10, `${level}: ${size}`);
      }
    }
  });

  test("the true one stands in any place, and another round is another deal", () => {
    for (const level of LEVELS) {
      const places = new Set(
        Array.from({ length: 60 }, (_, round) => deal(TOWERS, { level, t: 300, seed: 1, round }).truth),
      );
      assert.ok(places.size >= 3, `${level}: ${[...places]}`);
      const [one, again, other] = [0, 0, 1].map((round) => deal(TOWERS, { level, t: 300, seed: 1, round }));
      assert.deepEqual(one.x, again.x);
      assert.notDeepEqual(one.x, other.x);
    }
  });
});

describe("the crew that knows every tower", () => {
  test("with one tower in the world a step back is q(x_{t−1} | x_t, x_0)", () => {
    const [t, tower] = [300, Float64Array.of(0.7)];
    const [wall, ground] = SQUARES[t];
    const [earlierWall, earlierGround] = SQUARES[t - 1];
    const x = [0.2];
    // by completing the square of q(x_t | x_{t−1}) q(x_{t−1} | x_0): precisions add, means are weighted by them
    const precision = alpha2(t) / beta2(t) + 1 / earlierGround;
    const middle =
      ((Math.sqrt(alpha2(t)) * x[0]) / beta2(t) + (Math.sqrt(earlierWall) * tower[0]) / earlierGround) / precision;
    near(back(x, t, [tower], 0.5, [0])[0], middle, 1e-12, "mean");
    near(back(x, t, [tower], 0.5, [1])[0] - middle, Math.sqrt(1 / precision), 1e-12, "deviation");
    near(wall + ground, 1, 1e-12);
  });

  // x_T of a long demolition tells little; a build that starts from x_250 must still end at each tower as often as
  // p(x_0 | x_250) says, because the product of all q(x_{t−1} | x_t) is q(x_0 | x_t).
  test("builds end at each tower as often as the posterior says", () => {
    const towers = [
      [0.9, 0.1],
      [-0.4, 0.8],
      [0.2, -0.9],
    ].map((values) => Float64Array.from(values));
    const [from, builds] = [250, 1500];
    const x = Float64Array.of(0.6, -0.3);
    const wanted = towersBehind(x, towers, from);
    assert.ok(Math.max(...wanted) > 0.45 && Math.min(...wanted) > 0.02, `an uneven posterior: ${wanted}`);
    const counts = [0, 0, 0];
    const z = normals(2 * from * builds, 21);
    const draws = normals(from * builds, 22).map((value) => normalBelow(value));
    for (let build = 0; build < builds; build++) {
      let at = /** @type {ArrayLike<number>} */ (x);
      for (let t = from; t > 0; t--) {
        const place = build * from + t - 1;
        at = back(at, t, towers, draws[place], z.subarray(2 * place, 2 * place + 2));
      }
      counts[towers.findIndex((tower) => distance2(at, tower, 1) < 1e-6)]++;
    }
    for (const [i, p] of wanted.entries())
      near(counts[i] / builds, p, 4 * Math.sqrt((p * (1 - p)) / builds), `tower ${i}`);
  });

  test("a build is the same from whichever side a t is come to, ends at a tower, and other dice lead to others", () => {
    const rubble = normals(N, 9);
    const build = new Build(rubble, TOWERS, 4);
    const [late, early] = [build.to(640).x.slice(), build.to(31).x.slice()];
    assert.deepEqual(build.to(640).x, late);
    assert.deepEqual(build.to(31).x, early);
    assert.deepEqual(new Build(rubble, TOWERS, 4).to(31).x, early);
    assert.deepEqual(build.to(T).x, Float64Array.from(rubble));
    const ends = new Set();
    for (let seed = 1; seed <= 8; seed++) {
      const { x } = new Build(rubble, TOWERS, seed).to(0);
      const end = TOWERS.findIndex((tower) => distance2(x, tower, 1) < 1e-20);
      assert.notEqual(end, -1, "it ends at a tower");
      ends.add(end);
    }
    assert.ok(ends.size >= 3, `${ends.size} towers from one rubble`);
  });

  test("the dice of a build are not those that made its rubble", () => {
    for (const [seed, build] of [
      [1, 1],
      [1, 2],
      [7, 1],
    ])
      for (const t of [1, 500, T]) {
        const [thrown, z] = [normals(3072, seed, 3072 * t), normals(3072, seedFrom(seed, build), 3072 * t)];
        const r = correlation(thrown, z);
        assert.ok(Math.abs(r) < 2.5 * strayingOfR(3072), `seed ${seed}, build ${build}, t = ${t}: r = ${r}`);
      }
  });

  test("a draw falls into each part as wide as it is", () => {
    const p = Float64Array.of(0.25, 0, 0.5, 0.25);
    assert.deepEqual(
      [0, 0.2, 0.25, 0.74, 0.76, 1].map((draw) => drawn(p, draw)),
      [0, 0, 2, 2, 3, 3],
    );
  });
});

/** Φ. Abramowitz and Stegun 26.2.17 is too coarse for this: Simpson's rule over the density. @param {number} z */
function normalBelow(z) {
  const n = 400;
  let sum = 0;
  for (let i = 0; i <= n; i++) {
    const weight = i === 0 || i === n ? 1 : i % 2 ? 4 : 2;
    sum += weight * Math.exp(-(((i * z) / n) ** 2 / 2));
  }
  return 0.5 + (sum * z) / n / 3 / Math.sqrt(2 * Math.PI);
}
