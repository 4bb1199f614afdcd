// @ts-check
// The crew that knows all the towers there are. With finitely many of them the way back is known exactly: q(x_{t−1} | x_t)
// is a mixture of normal distributions, one a tower, weighted by p(x_0 | x_t). A network has to learn this; here it is
// computed, in f64.
import { dice } from "../../lib/dice.js";
import { normals } from "../../lib/normals.js";
import { T, TIED, alpha2, beta2, ledgers } from "../../lesson/demolition.js";
import { posterior } from "../../lesson/posterior.js";

/** [ᾱ_t², β̄_t²] by t. */
export const SQUARES = ledgers(TIED, 1);

/** p(x_0 | x_t) over the towers. @param {ArrayLike<number>} x @param {ArrayLike<number>[]} towers @param {number} t */
export const towersBehind = (x, towers, t) => posterior(x, towers, Math.sqrt(SQUARES[t][0]), SQUARES[t][1]);

/**
 * One step back: x_{t−1} from q(x_{t−1} | x_t), exactly. A tower is drawn from p(x_0 | x_t), then
 * x_{t−1} = (α_t β̄_{t−1}²/β̄_t²) x_t + (β_t² ᾱ_{t−1}/β̄_t²) x_0 + β̃_t z with β̃_t = β_t β̄_{t−1}/β̄_t.
 * @param {ArrayLike<number>} x x_t
 * @param {number} t
 * @param {ArrayLike<number>[]} towers
 * @param {number} draw from 0 to 1: which tower
 * @param {ArrayLike<number>} z
 */
export function back(x, t, towers, draw, z) {
  const tower = towers[drawn(towersBehind(x, towers, t), draw)];
  const [[earlierWall, earlierGround], ground] = [SQUARES[t - 1], SQUARES[t][1]];
  const ofX = (Math.sqrt(alpha2(t)) * earlierGround) / ground;
  const ofTower = (beta2(t) * Math.sqrt(earlierWall)) / ground;
  const spread = Math.sqrt((beta2(t) * earlierGround) / ground);
  const earlier = new Float64Array(x.length); // and a plain loop: a build goes through here a thousand times
  for (let i = 0; i < x.length; i++) earlier[i] = ofX * x[i] + ofTower * tower[i] + spread * z[i];
  return earlier;
}

/** The number of the part of p into which a draw from 0 to 1 falls. @param {Float64Array} p @param {number} draw */
export function drawn(p, draw) {
  let sum = 0;
  const found = p.findIndex((part) => draw < (sum += part));
  return found < 0 ? p.length - 1 : found; // the sum fell short of 1 by rounding
}

const CAMP = 50; // steps from one picture that a build remembers to the next

/** Builds from the rubble, x_T, step by step; any t can be asked for, and is the same each time. */
export class Build {
  #towers;
  #seed;
  #draws;
  /** x_t of every CAMP-th t. @type {Float64Array[]} */ #camps = [];

  /** @param {ArrayLike<number>} rubble @param {ArrayLike<number>[]} towers @param {number} seed of its dice */
  constructor(rubble, towers, seed) {
    this.#towers = towers;
    this.#seed = seed;
    const random = dice(seed, (T + 1) * rubble.length); // beyond what its noise takes
    this.#draws = Float64Array.from({ length: T + 1 }, random);
    this.t = T;
    /** x_t. @type {Float64Array} */
    this.x = Float64Array.from(rubble);
    this.#camps[T / CAMP] = this.x;
  }

  /** @param {number} t */
  to(t) {
    if (t > this.t) {
      let camp = Math.ceil(t / CAMP);
      while (!this.#camps[camp]) camp++;
      [this.t, this.x] = [CAMP * camp, this.#camps[camp]];
    }
    for (; this.t > t; this.t--) {
      const z = normals(this.x.length, this.#seed, this.t * this.x.length);
      this.x = back(this.x, this.t, this.#towers, this.#draws[this.t], z);
      if ((this.t - 1) % CAMP === 0) this.#camps[(this.t - 1) / CAMP] = this.x;
    }
    return this;
  }
}
