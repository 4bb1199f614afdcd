// @ts-check
// Figure 3: two networks race, one on eq. 11, one on eq. 15, on the page's device; and at the first and the last weights the
// spread of both gradients. It starts when asked, can be stopped, and one seed gives one race on one device.
import { loadWasm } from "../../engine-files.js";
import { figures } from "../../figures/figure.js";
import { PlotAxes } from "../../figures/plot-axes.js";
import { byId } from "../../lib/dom.js";
import { whenNear } from "../../lib/visible.js";
import { lang, say } from "../../lib/words.js";
import { RaceCharts } from "./race-charts.js";
import { RaceTable } from "./race-table.js";
import { AT_END, AT_START, Racers, STEPS, pointsOf } from "./racers.js";
import { BATCHES } from "./settings.js";
import { Yardstick } from "./yardstick.js";

const STRIDE = 40; // steps between two looks at both networks

/**
 * What is known of a race.
 * @typedef {object} Known
 * @property {Float32Array[]} losses of both by step
 * @property {[step: number, value: number][][]} above how far both really are above the floor
 * @property {import("./racers.js").Spread[][]} spreads of the gradients at the start and at the end
 */

/**
 * A race under way: `alive()` until somebody stops it, `known` is the figure's as long as nobody asks for another race.
 * @typedef {{ device: import("../../device.js").Device, alive: () => boolean, known: Known }} Run
 */

/** @returns {Known} */
const nothing = () => ({ losses: [], above: [[], []], spreads: [] });

export class Race {
  #site;
  #settings;
  #notices;
  /** undefined until the page knows, null where none can be had. @type {import("../../device.js").Device | null | undefined} */
  #device;
  #epoch = 0;
  #ended = /** @type {Promise<unknown>} */ (Promise.resolve());
  #told = () => this.#ready();
  /** What is learnt with one throw of the dice. @type {{ seed: number, points: Float32Array, yardstick: Yardstick } | null} */
  #data = null;
  running = false;
  known = nothing();

  /**
   * @param {HTMLElement} root
   * @param {import("../../lesson/site.js").Site} site
   * @param {import("../../settings.js").Settings} settings
   * @param {import("../../lib/notices.js").Notices} notices
   */
  constructor(root, site, settings, notices) {
    this.root = root;
    this.#site = site;
    this.#settings = settings;
    this.#notices = notices;
    const [losses, above] = figures(root, PlotAxes);
    this.charts = new RaceCharts(losses, above);
    this.table = new RaceTable(byId("variance-gradients", root));
    byId("variance-race-act", root).addEventListener("click", () => (this.running ? this.stop() : this.#begin()));
    byId("variance-race-reset", root).addEventListener("click", () => this.reset());
    for (const batch of BATCHES)
      byId(`variance-batch-${batch}`, root).addEventListener("click", () => site.set({ batch }));
    settings.addEventListener("change", (/** @type {any} */ { names }) => {
      if (names.has("variance_batch") || names.has("dice")) this.#forget();
    });
    this.draw();
    whenNear(root, "300px").then(() => this.#notices.act(() => this.#prepare(), { beside: null }));
  }

  /** The points and the floors, which are known before any network is. */
  async #prepare() {
    const seed = this.#settings.get("dice");
    if (this.#data?.seed !== seed) {
      const wasm = await loadWasm();
      const points = pointsOf(wasm, seed);
      this.#data = { seed, points, yardstick: new Yardstick(points, wasm.exactNoise) };
    }
    this.draw();
    return this.#data;
  }

  get #cost() {
    return { steps: STEPS.toLocaleString(lang()), batch: this.#site.get("batch") };
  }

  #ready() {
    return this.#device === null ? say("variance_race_none") : say("variance_race_ready", this.#cost);
  }

  /** @param {import("../../device.js").Device | null} device */
  attach(device) {
    this.#device = device;
    this.draw();
  }

  /** The device is gone, and what stood on it. */
  lose() {
    this.stop();
    this.#device = undefined;
    this.draw();
  }

  /** Resolves when nothing runs any more. */
  stop() {
    this.#epoch++;
    return this.#ended;
  }

  /** Another wants the device. */
  pause() {
    return this.stop();
  }

  hold() {} // of itself it never moves

  reset() {
    this.#settings.set({ variance_batch: BATCHES[1] });
    this.#forget();
  }

  /** Other choices, another race. */
  #forget() {
    this.stop();
    this.known = nothing();
    this.#tell(() => this.#ready());
  }

  #begin() {
    const device = this.#device;
    if (!device) return;
    const epoch = ++this.#epoch;
    const before = this.#ended;
    this.#ended = this.#notices.act(async () => {
      await before;
      if (epoch !== this.#epoch) return;
      const run = { device, alive: () => epoch === this.#epoch, known: nothing() };
      this.running = true;
      this.known = run.known;
      device.lease(this);
      try {
        await this.#run(run);
      } catch (error) {
        if (run.alive()) throw error; // one that was lost or stopped needs no words
      } finally {
        device.release(this);
        this.running = false;
        if (!run.alive() && this.known === run.known) this.#told = () => say("variance_race_stopped");
        this.draw();
      }
    });
  }

  /** @param {Run} run */
  async #run(run) {
    this.#tell(() => say("variance_race_making"));
    const { seed, points, yardstick } = await this.#prepare();
    const racers = new Racers(run.device, points, { batch: Number(this.#site.get("batch")), seed });
    try {
      await racers.open();
      await this.#measure(run, racers, "variance_race_before", AT_START);
      await this.#train(run, racers, yardstick);
      await this.#measure(run, racers, "variance_race_after", AT_END);
      if (run.alive()) this.#finish(run.known);
    } finally {
      await racers.free();
    }
  }

  /** @param {Run} run @param {Racers} racers @param {string} key @param {typeof AT_START} batches */
  async #measure({ alive, known }, racers, key, batches) {
    if (!alive()) return;
    const both = await racers.spreads(batches, (done) => {
      if (alive()) this.#tell(() => say(key, { done: Math.floor(100 * done) }));
      return alive();
    });
    if (both) known.spreads.push(both);
    this.draw();
  }

  /** @param {Run} run @param {Racers} racers @param {Yardstick} yardstick */
  async #train({ alive, known }, racers, yardstick) {
    const began = performance.now();
    for (let step = 0; step <= STEPS && alive(); step += STRIDE) {
      if (step) known.losses = await racers.step(STRIDE);
      const answers = await racers.answers(yardstick.places, yardstick.times);
      if (!alive()) return;
      answers.forEach((each, i) => known.above[i].push([step, yardstick.above(each)]));
      const left = step ? Math.ceil(((performance.now() - began) / step / 1000) * (STEPS - step)) : NaN;
      this.#tell(() => say(step ? "variance_race_at" : "variance_race_begun", { ...this.#cost, step, left }));
    }
  }

  /** @param {Known} known */
  #finish(known) {
    const [naive, integrated] = known.above.map((row) => /** @type {[number, number]} */ (row.at(-1))[1]);
    const times = (naive / integrated).toFixed(1);
    this.#tell(() => say("variance_race_done", { ...this.#cost, times }));
  }

  /** @param {() => string} sentence */
  #tell(sentence) {
    this.#told = sentence;
    this.draw();
  }

  draw() {
    const batch = this.#site.get("batch");
    for (const each of BATCHES) byId(`variance-batch-${each}`, this.root).setAttribute("aria-pressed", each === batch);
    const act = byId("variance-race-act", this.root);
    act.disabled = !this.#device;
    act.dataset.i18n = this.running ? "variance_stop" : "variance_run";
    act.textContent = say(act.dataset.i18n);
    this.charts.show(this.known, this.#data?.yardstick.floor ?? NaN);
    this.table.show(this.known.spreads);
    byId("variance-race-told", this.root).textContent = this.#told();
  }
}
