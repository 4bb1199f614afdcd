// @ts-check
// Two whole reverse chains from one x_T, by the same few steps and with no dice: one asks the exact answer, the other the
// network. What each has seen on its way is kept, so that it can be gone through again.
import { T } from "../../lesson/demolition.js";
import { breathe } from "../../lib/dom.js";
import { again, floors } from "./rebuilding.js";

export const CALLS = 25;

/** @typedef {import("../../lesson/network.js").Guess} Guess */
/**
 * What a chain stands at.
 * @typedef {object} Frame
 * @property {number} t
 * @property {Float64Array} x x_t
 * @property {Float64Array} x0 x̂_0 as it was answered there
 * @property {{ index: number, distance: number }} [near] the tower that x̂_0 comes nearest, once somebody has asked
 */

export class Chain {
  /** From the rubble on; the last is what it has led to. @type {Frame[]} */
  frames = [];
  #path = floors(CALLS);
  #x;
  /** Calls made. */
  calls = 0;

  /** @param {ArrayLike<number>} rubble x_T */
  constructor(rubble) {
    this.#x = Float64Array.from(rubble);
  }

  get done() {
    return this.calls === CALLS;
  }

  /**
   * One call, and the step that follows.
   * @param {(x: Float64Array, t: number) => Guess | Promise<Guess>} answer
   */
  async step(answer) {
    const [t, s, x] = [this.#path[this.calls], this.#path[this.calls + 1], this.#x];
    const { x0, noise } = await answer(x, t);
    this.frames[this.calls++] = { t, x, x0 };
    this.#x = again(x0, noise, s);
    if (s === 0) this.frames.push({ t: 0, x: this.#x, x0 });
  }

  /** The frame nearest to t, of those that are there. @param {number} t */
  at(t) {
    const index = Math.round((CALLS * (T - t)) / T);
    return this.frames[Math.min(index, this.frames.length - 1)];
  }
}

/**
 * Runs a chain to its end unless `stopped` says so before; `told` after every call.
 * @param {Chain} chain
 * @param {(x: Float64Array, t: number) => Guess | Promise<Guess>} answer
 * @param {{ stopped: () => boolean, told: () => void }} hands
 */
export async function run(chain, answer, { stopped, told }) {
  while (!chain.done && !stopped()) {
    await chain.step(answer);
    told();
    await breathe();
  }
}
