// @ts-check
// Which of finitely many pictures became a noisy one: Bayes' rule, held to densities that can be written down.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { mixture, perplexity, posterior, softmax } from "../../www/lesson/posterior.js";
import { normals } from "../../www/lib/normals.js";

const TOWERS = Array.from({ length: 16 }, (_, k) => Float64Array.from(normals(192, 100 + k)));

function near(found, wanted, most, name = "") {
  assert.ok(Math.abs(found - wanted) <= most, `${name}: ${found}, expected ${wanted} ± ${most}`);
}

describe("the posterior over finitely many pictures", () => {
  test("is Bayes' rule, where the densities can be written down", () => {
    const candidates = [
      [0.2, -1],
      [0.4, 0.5],
      [-0.3, 0.1],
    ];
    const x = [0.1, -0.2];
    const [keep, variance] = [0.8, 0.36];
    const densities = candidates.map(
      ([one, other]) =>
        (Math.exp(-((x[0] - keep * one) ** 2) / (2 * variance)) *
          Math.exp(-((x[1] - keep * other) ** 2) / (2 * variance))) /
        (2 * Math.PI * variance),
    );
    const sum = densities.reduce((all, one) => all + one);
    posterior(x, candidates, keep, variance).forEach((p, i) => near(p, densities[i] / sum, 1e-14, `p_${i}`));
  });

  test("does not overflow, and adds up to 1 however far apart the pictures are", () => {
    const x = TOWERS[3].map((value) => 50 * value);
    for (const variance of [1e-12, 1e-3, 1, 1e9]) {
      const p = posterior(x, TOWERS, 1, variance);
      near(
        p.reduce((all, one) => all + one),
        1,
        1e-12,
      );
    }
    assert.deepEqual([...softmax(Float64Array.of(-1e308, 0, -1e308))], [0, 1, 0]);
  });

  test("its mean is the pictures' own mean where x tells nothing, and one of them where x tells all", () => {
    const even = mixture(new Float64Array(16).fill(1 / 16), TOWERS);
    near(even[5], TOWERS.reduce((sum, tower) => sum + tower[5], 0) / 16, 1e-14);
    assert.deepEqual(mixture(posterior(TOWERS[7], TOWERS, 1, 1e-4), TOWERS), TOWERS[7]);
  });

  test("its perplexity is the number of those it leaves equally open", () => {
    assert.equal(perplexity([0, 1, 0]), 1);
    near(perplexity([0.25, 0.25, 0, 0.25, 0.25]), 4, 1e-14);
    near(perplexity([0.5, 0.25, 0.25]), 2 ** 1.5, 1e-14);
  });
});
