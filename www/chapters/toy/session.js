// @ts-check
// One training run: its states, its pace, its checkpoints. No DOM; the chapter listens and draws.
//
// none → preparing → ready ⇄ training → finished; from training also diverged, from anything lost.
import { StepTime } from "../../device.js";
import { clamp } from "../../lib/dom.js";
import { tell } from "../../lib/events.js";
import { whenVisible } from "../../lib/visible.js";

/** @typedef {import("./engine.js").Network} Network */
/** @typedef {Record<string, any>} Choices the toy_ settings that a network is made with, without their prefix */
/** @typedef {(points: Float32Array, choices: Choices) => Promise<Network>} Load makes a network */

const READ = 300,
  BY_T = 1000,
  CHECKPOINT = 10_000; // ms between readings of losses, of losses by t, between checkpoints
const REFRESH = 1000; // least ms of training between two refreshed clouds

/**
 * Events: "state"; "progress" (a newer step or loss); "losses" with {losses, step}; "byT" with {rows}; "began" when a new
 * network stands ready.
 */
export class Session extends EventTarget {
  state = "none";
  /** @type {Network | null} */ network = null;
  /** What the network was made with. @type {Choices} */ made = {};
  step = 0;
  rate = NaN; // steps a second, of training alone
  learningRate = NaN;
  problem = ""; // what the engine said when training diverged
  /** @type {import("./engine.js").ToyEngine} */ #engine;
  #epoch = 0;
  #busy = Promise.resolve(); // the loop that is running, for whoever must wait until it has ended
  /** Where a lost device leaves us. @type {{ bytes: Uint8Array | null, step: number, choices: Choices, load?: Load } | null} */
  #saved = null;
  /** How the network came from files, if it did. @type {Load | undefined} */ #load;
  /** @type {Promise<void> | null} */ #preparing = null;
  /** Points that the trainer does not have yet. @type {Float32Array | null} */ #data = null;

  /**
   * `points()` and `choices()` of this moment; `refresh()` redraws the cloud while training rests, `mayRefresh()` says
   * whether the last one has been looked at; `onProgress(done, total)` of compiling.
   */
  constructor({ points, choices, refresh, mayRefresh, onProgress }) {
    super();
    this.points = points;
    this.choices = choices;
    this.refresh = refresh;
    this.mayRefresh = mayRefresh;
    this.onProgress = onProgress;
  }

  /** Whether the network was opened from files. */
  get fromFiles() {
    return this.#load !== undefined;
  }

  #set(state) {
    if (state === this.state) return;
    this.state = state;
    this.#tell("state");
  }

  #tell(type, detail = {}) {
    tell(this, type, detail);
  }

  get training() {
    return this.state === "training";
  }

  /** Another engine: the first, or after a lost device, or in the present one's place. A run goes on from its checkpoint. */
  async attach(engine) {
    this.#epoch++;
    this.network?.free();
    this.#engine = engine;
    this.network = null;
    this.#preparing = null;
    this.#set("none");
    if (this.#saved) await this.prepare(this.#saved);
  }

  lose() {
    this.#epoch++;
    this.network = null;
    this.#preparing = null;
    this.#set("lost");
  }

  /** Makes the network, once; `saved` is a checkpoint to go on from. */
  prepare(saved = null) {
    this.#preparing ??= this.#prepare(saved).catch((error) => {
      this.#preparing = null;
      this.#set("none");
      throw error;
    });
    return this.#preparing;
  }

  async #prepare(saved) {
    this.#set("preparing");
    const engine = this.#engine;
    const choices = saved?.choices ?? this.choices();
    const network = await (saved?.load ?? this.#fresh)(this.points(), choices);
    if (saved?.bytes) await network.restore(saved.bytes);
    if (engine !== this.#engine) return void network.free(); // another has begun meanwhile
    this.#put(network, choices, saved?.step ?? 0);
    this.#load = saved?.load;
    this.#saved = saved ?? { bytes: null, step: 0, choices };
    await this.refresh();
  }

  #fresh = (points, choices) => this.#engine.network(points, choices, this.onProgress);

  /**
   * Takes a network that was loaded from files, made with `choices`; `taken()` is called as soon as they turn out to be
   * sound. Until then the present one stays, and goes on training.
   * @param {Load} load
   * @param {Choices} choices
   * @param {() => void} taken
   */
  async adopt(load, choices, taken) {
    const network = await load(this.points(), choices);
    taken();
    await this.pause();
    await this.network?.free();
    this.#preparing = Promise.resolve();
    this.#load = load;
    this.#saved = { bytes: null, step: 0, choices, load };
    this.#put(network, choices, 0);
    await this.refresh();
  }

  #put(network, choices, step) {
    Object.assign(this, { network, made: choices, step, rate: NaN, problem: "" });
    this.#data = null;
    this.#tell("began");
    this.#set("ready");
    this.#tell("progress");
  }

  /** Whether the choices have changed since the network was made. */
  get outdated() {
    return Boolean(this.network) && JSON.stringify(this.made) !== JSON.stringify(this.choices());
  }

  /** Throws the network away and makes a new one from the present choices. */
  async startOver() {
    await this.pause();
    await this.#preparing?.catch(() => {});
    await this.network?.free();
    this.network = null;
    this.#preparing = null;
    this.#saved = null;
    await this.prepare();
  }

  /** After training has diverged: goes on from the last good weights with another learning rate. */
  async goOn(lr) {
    await this.pause();
    await this.network.setLearningRate(lr);
    Object.assign(this, { made: { ...this.made, lr }, problem: "" });
    this.#set("ready");
    await this.train();
  }

  /** Other points to learn from; taken over at the next step. */
  setData() {
    this.#data = this.points();
  }

  /** Trains until paused, finished or diverged; `limit` steps at most. */
  async train(limit = Infinity) {
    if (this.training) return;
    const epoch = ++this.#epoch;
    await this.prepare();
    if (epoch !== this.#epoch || !["ready", "finished"].includes(this.state)) return;
    this.#set("training");
    this.#busy = this.#loop(epoch, limit).catch((error) => {
      if (epoch === this.#epoch) {
        this.#set("ready");
        throw error;
      }
    });
    await this.#busy;
  }

  async pause() {
    this.#epoch++;
    await this.#busy.catch(() => {});
    if (this.training) this.#set("ready");
  }

  async #loop(epoch, limit) {
    const { network } = this;
    const alive = () => epoch === this.#epoch;
    const last = Math.min(this.made.steps || Infinity, this.step + limit);
    const budget = this.#engine.software ? 50 : 24; // ms in one call: what the reader does meanwhile waits no longer
    const due = {
      read: 0,
      byT: performance.now() + BY_T,
      refresh: performance.now() + REFRESH / 2,
      save: performance.now() + CHECKPOINT,
    };
    const pace = new StepTime(this.#engine.software ? 15 : 3);
    while (alive() && this.step < last) {
      await whenVisible();
      if (!alive()) break;
      if (this.#data) {
        const points = this.#data;
        this.#data = null;
        if (points.length) await network.replaceData(points);
      }
      const k = clamp(Math.floor(budget / pace.ms), 1, Math.min(100, last - this.step));
      const told = await pace.measure(k, () => network.step(k));
      const now = performance.now();
      if (network !== this.network) break;
      Object.assign(this, { step: told.step, learningRate: told.lr, rate: 1000 / pace.ms });
      this.#tell("progress");
      if (!alive()) break;
      if (told.diverged) return this.#diverge(told.diverged);
      await this.#between(network, due, now);
    }
    await this.#readings(network);
    if (!alive()) return;
    await this.refresh();
    if (alive()) this.#set(this.made.steps && this.step >= this.made.steps ? "finished" : "ready");
  }

  /** What is done between two calls, each at its own pace. */
  async #between(network, due, now) {
    if (now > due.read) {
      this.#tell("losses", { losses: await network.losses(), step: this.step });
      due.read = performance.now() + READ;
    }
    if (now > due.byT) {
      this.#tell("byT", { rows: await network.lossByT() });
      due.byT = performance.now() + BY_T;
    }
    if (now > due.refresh && this.mayRefresh()) {
      await this.refresh();
      due.refresh = performance.now() + Math.max(REFRESH, 1.5 * (performance.now() - now));
    }
    if (now > due.save) {
      await this.#save(network);
      due.save = performance.now() + CHECKPOINT;
    }
  }

  async #readings(network) {
    if (network !== this.network) return;
    this.#tell("losses", { losses: await network.losses(), step: this.step });
    this.#tell("byT", { rows: await network.lossByT() });
    await this.#save(network);
    this.#tell("progress");
  }

  async #save(network) {
    const step = this.step;
    this.#saved = { bytes: await network.checkpoint(), step, choices: this.made, load: this.#load };
  }

  async #diverge(problem) {
    this.problem = problem;
    this.#tell("losses", { losses: await this.network.losses(), step: this.step });
    this.#set("diverged");
    await this.refresh();
  }
}
