// @ts-check
// The game "be the crew": given x_t, which of several pictures was the earlier one, x_s? It is dealt from a seed, and the
// best possible player is part of it.
//
// That player, in the levels `step` and `jump`: the candidates come from other walks, in an order that tells nothing, so
// before x_t is seen each is as likely as any other to be the one it was made from, and
// p(k | candidates, x_t) ∝ q(x_t | c_k) = N(x_t; a c_k, b²), a² and b² being the squares of Su's eq. 4 from s to t. Whoever
// picks the largest is right with the probability max_k p(k), and nobody can be right more often (Bayes). In the level
// `pasts` the others are drawn from q(x_{t−1} | x_t), as the true one is: given x_t all three are independent of one law,
// so whatever is seen, each is the true one with probability 1/3.
import { dice, seedFrom } from "../../lib/dice.js";
import { T, alpha2, beta2, jump, step } from "../../lesson/demolition.js";
import { Noise } from "../../lesson/noise.js";
import { distance2, posterior } from "../../lesson/posterior.js";
import { SQUARES, back } from "./crew.js";
import { LEVELS } from "./levels.js";

/** Pictures to choose from in a step; in a jump it is all towers. */
export const PICTURES = 3;

/**
 * @typedef {object} Deal
 * @property {string} level
 * @property {ArrayLike<number>} x x_t
 * @property {ArrayLike<number>[]} candidates for x_s
 * @property {number} truth number of the candidate from which x was made
 * @property {number} keep a of x_t = a x_s + b ε
 * @property {number} variance b²
 */

/**
 * @param {ArrayLike<number>[]} towers
 * @param {{ level: string, t: number, seed: number, round: number }} which
 * @returns {Deal}
 */
export function deal(towers, { level, t, seed, round }) {
  const number = (round * (T + 1) + t) * LEVELS.length + LEVELS.indexOf(level);
  const own = seedFrom(seed, number);
  const size = towers[0].length;
  const random = dice(own, (T + 100) * size); // beyond what its noise takes
  const noise = new Noise(size, own);
  if (level === "jump") {
    const truth = Math.floor(random() * towers.length);
    const [wall, variance] = SQUARES[t];
    return {
      level,
      x: jump(towers[truth], noise.jump(), t),
      candidates: towers,
      truth,
      keep: Math.sqrt(wall),
      variance,
    };
  }
  const chosen = shuffled(towers, random).slice(0, PICTURES);
  const before = jump(chosen[0], noise.jump(0), t - 1);
  const x = step(before, noise.step(t), t);
  const others = [1, 2].map((k) =>
    level === "step" ? jump(chosen[k], noise.jump(k), t - 1) : back(x, t, towers, random(), noise.jump(k)),
  );
  const candidates = shuffled([before, ...others], random);
  const truth = candidates.indexOf(before);
  return { level, x, candidates, truth, keep: Math.sqrt(alpha2(t)), variance: beta2(t) };
}

/** @template V @param {V[]} values @param {() => number} random */
function shuffled(values, random) {
  const mixed = values.slice();
  for (let i = mixed.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [mixed[i], mixed[j]] = [mixed[j], mixed[i]];
  }
  return mixed;
}

/** What the best possible player thinks of each candidate. @param {Deal} deal */
export function weigh({ level, x, candidates, keep, variance }) {
  if (level === "pasts") return new Float64Array(candidates.length).fill(1 / candidates.length);
  return posterior(x, candidates, keep, variance);
}

/** What it picks; of equal ones the first. @param {Float64Array} p */
export const pick = (p) => p.indexOf(p.reduce((most, part) => Math.max(most, part)));

/** The noise that would have made x of a candidate: (x_t − a c)/b. @param {Deal} deal @param {number} k */
export const needed = ({ x, candidates, keep, variance }, k) =>
  Float64Array.from(candidates[k], (value, i) => (x[i] - keep * value) / Math.sqrt(variance));

/**
 * The n of a chance below 10⁻ⁿ that the best player is wrong about this choice of candidates. It prefers c_j to the true c
 * where the noise along c_j − c exceeds half their distance: Φ(−z), z = a|c_j − c|/2b, which is below exp(−z²/2)/(z√2π).
 * @param {Deal} deal
 */
export function nines({ candidates, truth, keep, variance }) {
  const powers = candidates
    .filter((_, k) => k !== truth)
    .map((other) => {
      const z = (keep * Math.sqrt(distance2(candidates[truth], other, 1))) / (2 * Math.sqrt(variance));
      return z ** 2 / 2 / Math.LN10 + Math.log10(z * Math.sqrt(2 * Math.PI));
    });
  return Math.floor(Math.min(...powers) - Math.log10(powers.length));
}
