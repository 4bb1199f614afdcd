// @ts-check
// The towers' network at work in this chapter: it comes when a figure that needs it is near and goes when the chapter is
// far away, and does one job at a time, in short turns on the page's device, under its lease, until it is stopped.
import { breathe } from "../../lib/dom.js";
import { closeNetwork, openNetwork } from "../../lesson/network.js";
import { VALUES } from "../../lesson/towers.js";

/** @typedef {import("../../device.js").Device} Device */
/** @typedef {import("../../lesson/network.js").TowerNetwork} TowerNetwork */
/** @typedef {"waiting" | "loading" | "here" | "none" | "failed"} State of the network */
/** @typedef {{ chain: any, ms: number }} Line a chain and what its steps have taken */

/** The engine's names for the five. @type {Record<import("./chains.js").Sampler, any>} */
const SAMPLERS = {
  greedy: { sampler: "ddpm", sigma: "zero" },
  beta: { sampler: "ddpm", sigma: "beta" },
  beta_tilde: { sampler: "ddpm", sigma: "beta_tilde" },
  ddim: { sampler: "ddim", eta: 0 },
  dpm: { sampler: "dpmpp_2m" },
};

export class Crew {
  #fetch;
  #changed;
  #failed;
  #lease = { pause: () => this.pause() };
  #wanted = false;
  #epoch = 0;
  /** null where there is none, undefined while that is unknown. @type {Device | null | undefined} */ #device;
  /** @type {Promise<unknown>} */ #working = Promise.resolve();
  /** @type {TowerNetwork | null} */ network = null;
  /** @type {State} */ state = "waiting";
  /** Whose job is being done. @type {object | null} */ busy = null;
  /** What one step of one tower takes here, in ms; null until it has been measured. @type {number | null} */ ms = null;

  /**
   * @param {() => Promise<import("../../page.js").ModelFiles>} fetch the network's files
   * @param {{ changed: () => void, failed: (error: unknown) => void }} hands
   */
  constructor(fetch, { changed, failed }) {
    this.#fetch = fetch;
    this.#changed = changed;
    this.#failed = failed;
  }

  /** Whether a processor computes, by itself or in a graphics card's place: then nothing begins by itself. */
  get slow() {
    return this.#device?.software ?? true;
  }

  /** A figure needs it. */
  come() {
    this.#wanted = true;
    return this.#open();
  }

  leave() {
    this.stop();
    this.#wanted = false;
    closeNetwork(this);
    this.#stand("waiting");
  }

  /** @param {Device | null | undefined} device */
  attach(device) {
    this.stop();
    this.#device = device;
    this.ms = null;
    this.#stand("waiting");
    return this.#open();
  }

  async #open() {
    const device = this.#device;
    if (!this.#wanted || device === undefined || this.state === "here" || this.state === "loading") return;
    if (!device) return this.#stand("none");
    this.#stand("loading");
    try {
      const network = await openNetwork(device, this, this.#fetch);
      if (!this.#wanted || device !== this.#device) return;
      this.network = network;
      this.ms ??= await this.#measure();
      if (this.#wanted && device === this.#device) this.#stand("here", network);
    } catch (error) {
      if (device !== this.#device || !this.#wanted) return; // lost, or no longer wanted
      this.#stand("failed");
      this.#failed(error);
    }
  }

  /** @param {State} state @param {TowerNetwork | null} [network] */
  #stand(state, network = null) {
    this.network = network;
    if (state === this.state) return;
    this.state = state;
    this.#changed();
  }

  /** Two steps of one tower, of which the first warms up. */
  async #measure() {
    const line = await this.line("ddim", { n: 2, noise: new Float32Array(VALUES), label: 0, seed: 0 });
    try {
      await this.advance(line, 1);
      line.ms = 0;
      await this.advance(line, 1);
      return line.ms;
    } finally {
      this.drop(line);
    }
  }

  /**
   * Does `job` after what is being done has stopped; the job asks `alive` before each step.
   * @param {object} owner
   * @param {(alive: () => boolean) => Promise<void>} job
   */
  async work(owner, job) {
    this.stop();
    const epoch = ++this.#epoch;
    await this.#working;
    const device = this.#device;
    if (epoch !== this.#epoch || !this.network || !device) return;
    this.busy = owner;
    device.lease(this.#lease);
    this.#changed();
    const alive = () => epoch === this.#epoch && device === this.#device;
    this.#working = job(alive)
      .catch((error) => alive() && this.#failed(error))
      .then(() => {
        device.release(this.#lease);
        if (epoch === this.#epoch) this.busy = null;
        this.#changed();
      });
    await this.#working;
  }

  /** What is being done ends with the step under way. */
  stop() {
    this.#epoch++;
    if (!this.busy) return;
    this.busy = null;
    this.#changed();
  }

  /** Something that was asked of it has failed. @param {unknown} error */
  fail(error) {
    this.#failed(error);
  }

  /** Resolves when nothing runs any more. */
  pause() {
    this.stop();
    return this.#working;
  }

  /**
   * A chain of n steps from x_T = `noise`, of one tower or several of one class.
   * @param {import("./chains.js").Sampler} sampler
   * @param {{ n: number, noise: Float32Array, label: number, seed: number }} how
   * @returns {Promise<Line>}
   */
  async line(sampler, { n, noise, label, seed }) {
    const options = { ...SAMPLERS[sampler], steps: n, spacing: "trailing", clipSample: true, guidance: 1 };
    const batch = noise.length / VALUES;
    const { device, model } = this.network;
    const made = () => model.chain({ ...options, noise, batch, labels: [label], seed, direction: "build" });
    return { chain: await device.inTurn(made), ms: 0 };
  }

  /** @param {Line} line @param {number} steps */
  async advance(line, steps) {
    await this.network.device.inTurn(async () => {
      const started = performance.now();
      await line.chain.step(steps);
      line.ms += performance.now() - started;
    });
    await breathe();
  }

  /**
   * x_t as it is now, [batch, 3, 32, 32]. At the end that is the last x̂_0: Algorithm 2 throws nothing then, while the engine,
   * as diffusers, throws σ = β there too where strides are long.
   * @param {Line} line
   * @returns {Promise<Float32Array>}
   */
  read({ chain }) {
    const last = chain.length() - 1;
    return this.network.device.inTurn(() => (chain.done() ? chain.read("x_0", last) : chain.read("x_t")));
  }

  /** @param {Line} line */
  drop({ chain }) {
    this.#device?.inTurn(() => chain.free()).catch(() => {});
  }
}
