// @ts-check
// The towers' network on the page's device, one for all chapters that ask it something: opened when the first of them does,
// freed when none needs it any more. It was trained to answer v = √ᾱ·ε − √(1−ᾱ)·x_0 (Ho's ᾱ), from which both guesses
// follow without a large factor.
import { ledger } from "./ho-schedule.js";

/** @typedef {{ x0: Float64Array, noise: Float64Array }} Guess x̂_0 and ε̂ */

/**
 * Both guesses from an answer v̂: by x_t = √wall·x_0 + √ground·ε and v = √wall·ε − √ground·x_0, a rotation.
 * @param {ArrayLike<number>} x x_t
 * @param {ArrayLike<number>} v
 * @param {{ wall: number, ground: number }} ledger of t
 * @returns {Guess}
 */
export function fromV(x, v, { wall, ground }) {
  const [keep, mix] = [Math.sqrt(wall), Math.sqrt(ground)];
  return {
    x0: Float64Array.from(x, (value, i) => keep * value - mix * v[i]),
    noise: Float64Array.from(x, (value, i) => mix * value + keep * v[i]),
  };
}

export class TowerNetwork {
  /** @param {import("../device.js").Device} device @param {import("../pkg/chailou.js").Model} model */
  constructor(device, model) {
    this.device = device;
    /** For chains; who runs one takes the device's turns and its lease. */
    this.model = model;
    /** The label that stands for no class. @type {number} */
    this.none = /** @type {any} */ (model.config()).null_class;
  }

  /**
   * What it thinks of x_t, without guidance.
   * @param {ArrayLike<number>} x planes [3, 32, 32]
   * @param {number} t 1 … 1000
   * @param {number} [label] of a class
   */
  async guess(x, t, label = this.none) {
    const ask = () => this.model.predict(Float32Array.from(x), Float32Array.of(t - 1), Int32Array.of(label)); // it counts t from 0
    return fromV(x, await this.device.inTurn(ask), ledger(t));
  }
}

/** @type {Promise<TowerNetwork> | null} */
let opened = null;
/** @type {import("../device.js").Device | null} */
let home = null;
/** @type {Set<object>} */
const users = new Set();

/**
 * The network on this device, for `user` until it closes it. One that stood on another device is lost with that one.
 * @param {import("../device.js").Device} device
 * @param {object} user
 * @param {() => Promise<import("../page.js").ModelFiles>} fetch its files
 */
export function openNetwork(device, user, fetch) {
  users.add(user);
  if (home !== device) opened = null;
  home = device;
  const attempt = (opened ??= open(device, fetch));
  attempt.catch(() => {
    if (opened === attempt) opened = null; // another attempt fetches anew
  });
  return attempt;
}

/** `user` needs it no more. @param {object} user */
export function closeNetwork(user) {
  users.delete(user);
  if (users.size) return;
  opened?.then(({ device, model }) => device.inTurn(() => model.free())).catch(() => {});
  opened = null;
  home = null;
}

/** @param {import("../device.js").Device} device @param {() => Promise<import("../page.js").ModelFiles>} fetch */
async function open(device, fetch) {
  const { config, scheduler, weights } = await fetch();
  return new TowerNetwork(device, await device.inTurn(() => device.engine.loadModel(config, weights, { scheduler })));
}
