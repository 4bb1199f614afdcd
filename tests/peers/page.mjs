// @ts-check
// In the page, one library each: the same weights and inputs for all, the clock around a call, and how far its answer is
// from PyTorch's.

import { timeFeatures } from "./network.mjs";

/**
 * @typedef {{ n: number, sample: Float32Array, features: Float32Array, t: Float32Array, labels: number[], noise: Float32Array }} Input
 * @typedef {object} Peer
 * @property {{ vendor: string, description: string, profile: string }} [adapter] what our engine has taken, as all do
 * @property {() => any} [device] its WebGPU device, where it does not hurry Firefox itself (see `hurried`)
 * @property {(input: Input) => Promise<Float32Array>} forward uploads the input, computes, reads ε̂ back
 * @property {boolean} [drawsBatches] its trainer draws its own batches and noise
 * @property {(input: Input, lr: number) => Promise<() => Promise<number>>} [trainer] a step that returns its loss
 * @typedef {{ config: any, weights: import("./network.mjs").Weights, batch: number, tuned: number[] }} Given
 * @typedef {(given: Given) => Promise<Peer>} Open
 */

/** Of the training steps; small enough that Adam's first steps on a trained model descend. */
const RATE = 1e-4;

const json = async (name) => (await fetch(name)).json();

/** Weights as run.mjs has packed them. */
async function weightsOf({ tensors }) {
  const all = new Float32Array(await (await fetch("weights.bin")).arrayBuffer());
  return Object.fromEntries(
    tensors.map(({ name, shape, at, count }) => [name, { shape, data: all.subarray(at, at + count) }]),
  );
}

/** The four pictures again and again until there are n. @returns {Input} */
function inputs({ config, golden }, n) {
  const pixels = golden.sample.length / golden.t.length;
  const repeated = (values, each) => Array.from({ length: n * each }, (_, i) => values[i % (golden.t.length * each)]);
  const t = Float32Array.from(repeated(golden.t, 1));
  return {
    n,
    sample: Float32Array.from(repeated(golden.sample, pixels)),
    features: timeFeatures(t, config.block_out_channels[0]),
    t,
    labels: repeated(golden.labels, 1),
    noise: Float32Array.from({ length: n * pixels }, (_, i) => Math.sin(7 * i + 1)),
  };
}

class Harness {
  /** The training step, once there is one, and the loss of its last call. @type {() => Promise<number>} */
  next;
  loss = Number.POSITIVE_INFINITY;

  /** @param {Peer} peer */
  constructor(peer, given) {
    this.peer = peer;
    this.given = given;
  }

  /**
   * Firefox looks only every 100 ms whether a device has finished, unless something is submitted: an empty submit every
   * few milliseconds makes it look. Ours and jax-js do that; for the others it is done here, to their advantage.
   */
  async hurried(work) {
    const device = navigator.userAgent.includes("Firefox") && (await this.peer.device?.());
    const nudge = device ? setInterval(() => device.queue.submit([]), 4) : 0;
    try {
      return await work();
    } finally {
      clearInterval(nudge);
    }
  }

  /** A network call: milliseconds, and the largest difference of ε̂ from PyTorch's. */
  async forward(n) {
    const input = inputs(this.given, n);
    const begun = performance.now();
    const eps = await this.hurried(() => this.peer.forward(input));
    const ms = performance.now() - begun;
    const { eps: expected } = this.given.golden;
    if (eps.length !== input.sample.length) throw new Error(`${eps.length} values`);
    const error = eps.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i % expected.length])), 0);
    return { ms, error, said: `ε̂ off by ${error.toExponential(1)}` };
  }

  /**
   * A training step, on the same batch each time: milliseconds, and the loss before it. The first one's must be what
   * PyTorch's ε̂ makes it, each further one smaller; a trainer that draws its own batches is held to neither.
   */
  async step() {
    const input = inputs(this.given, this.given.batch);
    const first = !this.next;
    this.next ??= await this.peer.trainer(input, RATE);
    const begun = performance.now();
    const loss = await this.hurried(this.next);
    const ms = performance.now() - begun;
    const { eps } = this.given.golden;
    const expected = input.noise.reduce((sum, value, i) => sum + (eps[i % eps.length] - value) ** 2, 0);
    const error = first ? Math.abs(loss - expected / input.noise.length) : Number(loss >= this.loss);
    this.loss = loss;
    return { ms, error: this.peer.drawsBatches ? 0 : error, said: `loss ${loss.toFixed(6)}` };
  }
}

export async function open(name, batch, tuned) {
  const network = await json("network.json");
  const given = { ...network, weights: await weightsOf(network), batch, tuned };
  const peer = await (await import(`./${name}.mjs`)).open(given);
  Object.assign(globalThis, { harness: new Harness(peer, given) });
  return { adapter: peer.adapter, trains: "trainer" in peer };
}

Object.assign(globalThis, { openPeer: open });
