// @ts-check
// The noise of a demolition: one picture of standard normal numbers for each step, and others for jumps, all from one seed
// and none of them twice. They are made when asked for and kept, because a walk that is dragged to and fro asks again.
import { normals } from "../lib/normals.js";
import { T } from "./demolition.js";

export class Noise {
  #size;
  /** @type {Float32Array[]} */
  #made = [];

  /** @param {number} size of a picture @param {number} seed */
  constructor(size, seed) {
    this.#size = size + (size % 2); // they come in pairs
    this.seed = seed;
  }

  /** ε_t. @param {number} t */
  step = (t) => (this.#made[t] ??= this.#number(t));

  /** The noise of a jump, which knows nothing of any step's. @param {number} [number] */
  jump = (number = 0) => (this.#made[T + 1 + number] ??= this.#number(T + 1 + number));

  /** Lets go of what can be made again: the noise of all steps of a tower is 12 MB. */
  forget() {
    this.#made = [];
  }

  /** @param {number} index */
  #number(index) {
    return normals(this.#size, this.seed, index * this.#size);
  }
}
