// @ts-check
// What chapter 2 says of demolition holds exactly: the squares add up, a jump is a walk, a broken tie bursts or withers by
// the recursion it obeys, spectra are those of known pictures.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { TIED, T, Walk, alpha2, beta2, jump, ledger, ledgers, step } from "../../www/lesson/demolition.js";
import { Noise } from "../../www/lesson/noise.js";
import { filtered, finest, spectrum, wiener } from "../../www/chapters/down/spectrum.js";
import { correlation, ksCritical, ksDistance, meanSquare, strayingOfR } from "../../www/lesson/statistics.js";
import { CHOICES, properties } from "../../www/chapters/down/settings.js";
import { normals } from "../../www/lib/normals.js";

Object.assign(globalThis, {
  HTMLElement: class {},
  CSSStyleSheet: class {
    replaceSync() {}
  },
  customElements: { define() {} },
  matchMedia: () => ({ matches: false }),
  document: { adoptedStyleSheets: [] },
});
const { densities } = await import("../../www/figures/value-histogram.js");
const { worth } = await import("../../www/lesson/symbols.js");

const N = 3072; // values of a tower
/** A picture in −1…1 that is neither even nor random: a coarse wave, a fine one, and a step. */
const picture = Float64Array.from({ length: N }, (_, i) => {
  const [x, y] = [i % 32, Math.floor(i / 32) % 32];
  return 0.5 * Math.sin(x / 5) + 0.2 * Math.cos(2.6 * y) + (y > 20 ? 0.25 : -0.1);
});

function near(found, wanted, { absolute = 1e-12, relative = 0, name = "" } = {}) {
  const most = absolute + relative * Math.abs(wanted);
  assert.ok(Math.abs(found - wanted) <= most, `${name}: ${found}, expected ${wanted} ± ${most}`);
}

describe("the ledger", () => {
  test("tied, the squares add up to 1 at every t, to rounding", () => {
    for (const [t, row] of ledgers().entries()) {
      const sum = row.reduce((all, share) => all + share);
      near(sum, 1, { absolute: 1e-12, name: `t = ${t}` });
    }
  });

  test("the ledger of heaps is that of all noise together, and the wall is the product of the α", () => {
    for (const terms of [TIED, { fade: 0, toss: 1 }, { fade: 2, toss: 0.5 }]) {
      const rows = ledgers(terms);
      for (const t of [1, 37, 500, T]) {
        const { wall, ground } = ledger(t, terms);
        near(rows[t][0], wall, { name: `wall at ${t}` });
        near(
          rows[t].slice(1).reduce((all, share) => all + share),
          ground,
          { absolute: 1e-10, name: `ground at ${t}` },
        );
        let product = 1;
        for (let j = 1; j <= t; j++) product *= alpha2(j, terms);
        near(wall, product, { name: `product at ${t}` });
      }
    }
  });

  test("the numbers that the text names", () => {
    near(Math.sqrt(ledger(T).wall), 0.0065, { absolute: 5e-5, name: "ᾱ_T" }); // Su's eq. 19: e⁻⁵·⁰⁴
    near(Math.sqrt(beta2(1)), 0.0045, { absolute: 5e-5, name: "β_1" });
    near(Math.sqrt(beta2(T)), 0.14, { absolute: 2e-3, name: "β_T" });
    const burst = ledger(T, { fade: 0, toss: 1 });
    near(burst.wall, 1, { name: "wall" });
    near(burst.ground, 10.01, { absolute: 1e-9, name: "ground" });
    const withered = ledger(T, { fade: 1, toss: 0 });
    near(withered.wall, 4e-5, { absolute: 5e-6, name: "what is left" });
    assert.equal(withered.ground, 0);
  });

  test("untied, the sum goes to toss/fade: P + (toss/fade)(1 − P)", () => {
    for (const terms of [
      { fade: 1, toss: 4 },
      { fade: 2, toss: 1 },
      { fade: 0.3, toss: 0.1 },
    ])
      for (const t of [1, 100, T]) {
        const { wall, ground } = ledger(t, terms);
        near(ground, (terms.toss / terms.fade) * (1 - wall), { absolute: 1e-10, name: `t = ${t}` });
      }
  });
});

describe("one step", () => {
  test("is eq. 3, with α² + β² = 1", () => {
    const noise = normals(N, 5);
    const made = step(picture, noise, 400);
    near(alpha2(400) + beta2(400), 1);
    for (const i of [0, 100, N - 1])
      near(made[i], Math.sqrt(0.992) * picture[i] + Math.sqrt(0.008) * noise[i], { name: `value ${i}` });
  });

  test("its noise knows nothing of the picture it falls on, nor of other noise", () => {
    const noise = new Noise(N, 1);
    const walk = new Walk(picture, noise.step);
    let beyond = 0;
    for (let t = 1; t <= T; t++) if (Math.abs(correlation(walk.to(t).before, noise.step(t))) > strayingOfR(N)) beyond++;
    assert.ok(beyond >= 25 && beyond <= 80, `${beyond} of ${T} correlations are beyond what 5 % are`);
    let pairs = 0;
    for (let t = 1; t < T; t++) if (Math.abs(correlation(noise.step(t), noise.step(t + 1))) > strayingOfR(N)) pairs++;
    assert.ok(pairs >= 25 && pairs <= 80, `${pairs} of ${T - 1} pairs of noises go together`);
  });

  test("what goes together is said to", () => {
    const noise = normals(N, 6);
    near(
      correlation(
        noise,
        noise.map((value) => 3 - 2 * value),
      ),
      -1,
      { absolute: 1e-6 },
    );
  });
});

describe("jump and walk", () => {
  test("with the walk's noise merged into one, a jump ends at the walk's picture", () => {
    const noise = new Noise(N, 2);
    const walk = new Walk(picture, noise.step).to(640);
    const merged = walk.merged();
    near(meanSquare(merged), 1, { absolute: 5 * Math.sqrt(2 / N), name: "mean square of ε̄" });
    jump(picture, merged, 640).forEach((value, i) => near(value, walk.x[i], { name: `value ${i}` }));
    // and ε̄ is Σ (α_t…α_{j+1}) β_j ε_j / β̄_t, term by term
    let sum = 0;
    for (let j = 1; j <= 640; j++) {
      let kept = beta2(j);
      for (let k = j + 1; k <= 640; k++) kept *= alpha2(k);
      sum += Math.sqrt(kept) * noise.step(j)[17];
    }
    near(merged[17], sum / Math.sqrt(ledger(640).ground), { absolute: 1e-10 });
  });

  // What walk and jump add to ᾱ_t x_0 are independent standard normals in both: the test is exact. 40 comparisons, of
  // which one in 20 exceeds the bound if nothing is wrong: 7 or more of 40 do so in 3 of 1,000 cases, and seeds are fixed.
  test("with noise of its own, a jump cannot be told from a walk", () => {
    let told = 0;
    for (let seed = 1; seed <= 10; seed++) {
      const noise = new Noise(N, 1000 * seed);
      const walk = new Walk(picture, noise.step);
      for (const [i, t] of [5, 200, 600, T].entries()) {
        const jumped = jump(picture, noise.jump(i), t);
        const { wall, ground } = ledger(t);
        const added = (/** @type {Float64Array} */ x) =>
          x.map((value, j) => (value - Math.sqrt(wall) * picture[j]) / Math.sqrt(ground));
        if (ksDistance(added(walk.to(t).x), added(jumped)) > ksCritical(N, N)) told++;
      }
    }
    assert.ok(told < 7, `${told} of 40 pairs are told apart`);
  });

  test("the test tells apart what differs", () => {
    const [one, other] = [normals(N, 7), normals(N, 8)];
    assert.ok(ksDistance(one, other) < ksCritical(N, N));
    assert.ok(
      ksDistance(
        one,
        other.map((value) => 1.15 * value),
      ) > ksCritical(N, N),
    );
    near(ksDistance([1, 2, 3, 4], [3, 4, 5, 6]), 0.5);
    near(ksDistance([1, 1, 2], [1, 1, 2]), 0);
  });

  test("going back leads to the same pictures", () => {
    const noise = new Noise(N, 3);
    const walk = new Walk(picture, noise.step);
    walk.to(300);
    noise.forget();
    for (const t of [192, 191, 129, 128, 50, 1, 0]) {
      const anew = new Walk(picture, noise.step).to(t);
      assert.deepEqual(walk.to(t).x, anew.x, `x at ${t}`);
      if (t) assert.deepEqual(walk.before, anew.before, `x before ${t}`);
    }
  });
});

test("broken or not, the mean square of a walk follows wall·E[x_0²] + ground", () => {
  const begun = meanSquare(picture);
  for (const terms of [TIED, { fade: 0, toss: 1 }, { fade: 1, toss: 0 }, { fade: 1, toss: 4 }, { fade: 2, toss: 1 }]) {
    const walk = new Walk(picture, new Noise(N, 4).step, terms);
    for (const t of [1, 250, T]) {
      const { wall, ground } = ledger(t, terms);
      const wanted = wall * begun + ground;
      // the mean square of noise strays by √(2/N), and its product with the tower by 2√(wall·ground·begun/N)
      const strays = Math.sqrt((2 * ground ** 2 + 4 * wall * ground * begun) / N);
      near(meanSquare(walk.to(t).x), wanted, { absolute: 4.5 * strays + 1e-9, name: JSON.stringify({ ...terms, t }) });
    }
  }
});

describe("spectrum", () => {
  const n = 32;
  const wave = (/** @type {number} */ kx, /** @type {number} */ ky) =>
    Float64Array.from({ length: n * n }, (_, i) =>
      Math.cos((2 * Math.PI * (kx * (i % n) + ky * Math.floor(i / n))) / n),
    );

  test("a wave lies in its ring, and in no other", () => {
    for (const [kx, ky] of [
      [3, 0],
      [0, 7],
      [3, 4],
    ]) {
      const found = spectrum(wave(kx, ky), n);
      found.forEach((power, r) =>
        assert.ok(r === Math.hypot(kx, ky) ? power > 1 : power < 1e-20, `ring ${r}: ${power}`),
      );
    }
  });

  test("white noise has its variance in every ring", () => {
    const found = spectrum(normals(3 * n * n, 9), n);
    for (let r = 1; r <= 16; r++) near(found[r], 1, { absolute: 4 / Math.sqrt(3 * Math.PI * r), name: `ring ${r}` });
  });

  test("a picture of one value is all mean", () => {
    const [mean, ...rest] = spectrum(new Float64Array(n * n).fill(0.5), n);
    near(mean, 0.25 * n * n, { absolute: 1e-9 });
    assert.ok(rest.every((power) => power < 1e-20));
  });

  test("a filter that lets all pass changes nothing; one that stops a ring takes its waves away", () => {
    const [coarse, fine] = [wave(2, 0), wave(0, 9)];
    const both = coarse.map((value, i) => value + fine[i]);
    const gains = new Float64Array(24).fill(1);
    filtered(both, n, gains).forEach((value, i) => near(value, both[i], { name: `value ${i}` }));
    gains[9] = 0;
    filtered(both, n, gains).forEach((value, i) => near(value, coarse[i], { name: `value ${i}` }));
  });

  test("no other gain of a ring comes nearer to the tower than Wiener's", () => {
    const tower = spectrum(picture, n);
    const { wall, ground } = ledger(300);
    const gains = wiener(tower, Math.sqrt(wall), ground);
    const error = (/** @type {number} */ gain, /** @type {number} */ r) =>
      (gain * Math.sqrt(wall) - 1) ** 2 * tower[r] + gain ** 2 * ground;
    for (const r of [1, 4, 12])
      for (const by of [0.95, 1.05]) assert.ok(error(gains[r], r) < error(by * gains[r], r), `ring ${r}`);
  });

  test("what still stands out of the noise only gets coarser", () => {
    const tower = spectrum(picture, n);
    let last = 16;
    for (let t = 1; t <= T; t++) {
      const { wall, ground } = ledger(t);
      const now = finest(tower, wall, ground, 16);
      assert.ok(now <= last, `t = ${t}: ${now} after ${last}`);
      last = now;
    }
    assert.equal(last, 0);
  });
});

test("a histogram is a density: bins and what lies outside make one", () => {
  const values = normals(N, 10).map((value) => 2 * value);
  const { bins, outside } = densities(values);
  near(bins.reduce((sum, density) => sum + density / 8, 0) + outside, 1);
  near(outside, values.filter((value) => Math.abs(value) >= 4).length / N, { absolute: 1e-9 });
  assert.deepEqual(
    densities([-4, 3.99, 4]).bins.map((density) => Math.round((density * 3) / 8)),
    Float64Array.from({ length: 64 }, (_, i) => Number(i === 0 || i === 63)),
  );
});

test("a symbol's value is Su's amplitude or Ho's variance", () => {
  for (const symbol of ["alpha_t", "beta_t", "bar-alpha_t", "bar-beta_t"])
    for (const terms of [TIED, { fade: 0.5, toss: 2 }]) {
      const [amplitude, variance] = ["su", "ho"].map((notation) => Number(worth(symbol, { t: 300, terms }, notation)));
      near(amplitude ** 2, variance, { absolute: 2e-4, name: symbol });
    }
  assert.equal(worth("alpha_t", { t: 1000, terms: { fade: 0, toss: 1 } }, "su"), "1");
  assert.equal(worth("epsilon_t", { t: 300 }, "su"), "");
});

test("phrases make choices that there are, of one figure each, and the same in both languages", () => {
  const prose = readFileSync(new URL("../../www/chapters/down/prose.html", import.meta.url), "utf8");
  const parts = prose.split(/<div lang="(zh-CN|en)">/).slice(1);
  /** @type {Record<string, string[]>} */
  const sets = { "zh-CN": [], en: [] };
  for (let i = 0; i < parts.length; i += 2)
    sets[parts[i]].push(...[...parts[i + 1].matchAll(/data-set="([^"]*)"/g)].map(([, set]) => set));
  assert.deepEqual(sets.en, sets["zh-CN"]);
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
