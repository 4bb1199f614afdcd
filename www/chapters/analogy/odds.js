// @ts-check
// How often the best possible player finds the tower behind one jump. Picking the likeliest of the towers is right with
// probability max_i p(x_0 = c_i | x_t), so its rate is the mean of that over rubble, and the mean is taken over dealt rounds.
// Their pictures need not be made: with λ = ᾱ_t/β̄_t, log p(c_i | x_t) is λ²(G_ji − G_ii/2) + λ w_i but for a constant, j being
// the true tower, G_ji = c_j·c_i and w_i = c_i·ε, and w is normal with covariance G.
import { normals } from "../../lib/normals.js";
import { SQUARES } from "./crew.js";

const ROUNDS = 4096;

export class Odds {
  #products;
  /** w of each round. @type {Float64Array} */ #noise;
  /** What has been computed, by t. @type {{ rate: number, error: number }[]} */ #jumps = [];

  /** @param {ArrayLike<number>[]} towers @param {number} [seed] of the rounds */
  constructor(towers, seed = 1) {
    this.#products = gram(towers);
    this.#noise = correlated(cholesky(this.#products), normals(ROUNDS * towers.length, seed));
  }

  /** Its rate at t, with its standard error. @param {number} t */
  jump(t) {
    return (this.#jumps[t] ??= this.#jump(t));
  }

  /** @param {number} t */
  #jump(t) {
    const [products, count] = [this.#products, this.#products.length];
    const [wall, ground] = SQUARES[t];
    if (ground === 0) return { rate: 1, error: 0 };
    const lambda = Math.sqrt(wall / ground);
    let [sum, squares] = [0, 0];
    for (let round = 0; round < ROUNDS; round++) {
      const row = products[round % count]; // every tower is the true one equally often
      let [most, all] = [-Infinity, 0];
      for (let i = 0; i < count; i++) {
        const log = lambda ** 2 * (row[i] - products[i][i] / 2) + lambda * this.#noise[round * count + i];
        if (log > most) [most, all] = [log, all * Math.exp(most - log) + 1];
        else all += Math.exp(log - most);
      }
      sum += 1 / all;
      squares += 1 / all ** 2;
    }
    const rate = sum / ROUNDS;
    return { rate, error: Math.sqrt(Math.max(0, squares / ROUNDS - rate ** 2) / ROUNDS) };
  }
}

/** c_i·c_j. @param {ArrayLike<number>[]} towers */
function gram(towers) {
  return towers.map((one) =>
    towers.map((other) => {
      let sum = 0;
      for (let i = 0; i < one.length; i++) sum += one[i] * other[i];
      return sum;
    }),
  );
}

/** The lower triangle L with L Lᵀ = matrix. @param {number[][]} matrix positive definite */
function cholesky(matrix) {
  /** @type {number[][]} */
  const lower = [];
  for (const [i, row] of matrix.entries()) {
    lower.push([]);
    for (let j = 0; j <= i; j++) {
      let rest = row[j];
      for (let k = 0; k < j; k++) rest -= lower[i][k] * lower[j][k];
      lower[i].push(i === j ? Math.sqrt(rest) : rest / lower[j][j]);
    }
  }
  return lower;
}

/** L z, for one z after another. @param {number[][]} lower @param {Float32Array} z */
function correlated(lower, z) {
  const count = lower.length;
  return Float64Array.from(z, (_, at) => {
    const from = at - (at % count);
    return lower[at % count].reduce((sum, part, k) => sum + part * z[from + k], 0);
  });
}
