// @ts-check
// Figure 3: two networks race, one on eq. 11, one on eq. 15, on the page's device; and at the first and the last weights the
// spread of both gradients. It starts when asked, can be stopped, and one seed gives one race on one device.
import { loadWasm } from "../../engine-files.js";
import { figures } from "../../figures/figure.js";
import { PlotAxes } from "../../figures/plot-axes.js";
import { byId } from "../../lib/dom.js";
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
 * @property {number} floor of eq. 15's loss, NaN while unknown
 * @property {import("./racers.js").Spread[][]} spreads of the gradients at the start and at the end
 */

/** @returns {Known} */
const nothing = () => ({ losses: [], above: [[], []], floor: NaN, spreads: [] });

export class Race {
  #site;
  #settings;
  #notices;
  /** undefined until the page knows, null where none can be had. @type {import("../../device.js").Device | null | undefined} */
  #device;
  #epoch = 0;
  #ended = Promise.resolve();
  #told = () => "";
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
    this.#tell(() => (this.#device === null ? say("variance_race_none") : say("variance_race_ready", this.#cost)));
  }

  get #cost() {
    return { steps: STEPS.toLocaleString(lang()), batch: this.#site.get("batch") };
  }

  /** @param {import("../../device.js").Device | null} device */
  attach(device) {
    this.#device = device;
    this.draw();
  }

  /** The device is gone, and what stood on it. */
  lose() {
    if (this.running) this.stop();
    this.#device = undefined;
    this.draw();
  }

  /** Another wants the device, or the reader something else; resolves when nothing runs any more. */
  stop() {
    this.#epoch++;
    return this.#ended;
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
    this.#tell(() => (this.#device === null ? say("variance_race_none") : say("variance_race_ready", this.#cost)));
  }

  #begin() {
    const device = this.#device;
    if (!device) return;
    const epoch = ++this.#epoch;
    const before = this.#ended;
    this.#ended = this.#notices.act(async () => {
      await before;
      if (epoch !== this.#epoch) return;
      this.running = true;
      this.known = nothing();
      device.lease(this);
      try {
        await this.#run(device, () => epoch === this.#epoch);
      } finally {
        device.release(this);
        this.running = false;
        this.draw();
      }
    });
  }

  /** @param {import("../../device.js").Device} device @param {() => boolean} alive */
  async #run(device, alive) {
    this.#tell(() => say("variance_race_making"));
    const wasm = await loadWasm();
    const seed = this.#settings.get("dice");
    const points = pointsOf(wasm, seed);
    const yardstick = new Yardstick(points, wasm.exactNoise);
    this.known.floor = yardstick.floor;
    const racers = new Racers(device, points, { batch: Number(this.#site.get("batch")), seed });
    try {
      await racers.open();
      if (await this.#measure(racers, 0, alive)) await this.#train(racers, yardstick, alive);
      if (alive() && (await this.#measure(racers, STEPS, alive))) this.#finish();
      else if (alive() === false) this.#tell(() => say("variance_race_stopped"));
    } finally {
      await racers.free();
    }
  }

  /** @param {Racers} racers @param {number} step @param {() => boolean} alive */
  async #measure(racers, step, alive) {
    const both = await racers.spreads(step ? AT_END : AT_START, (done) => {
      this.#tell(() => say(step ? "variance_race_after" : "variance_race_before", { done: Math.floor(100 * done) }));
      return alive();
    });
    if (both) this.known.spreads.push(both);
    this.draw();
    return both !== null;
  }

  /** @param {Racers} racers @param {Yardstick} yardstick @param {() => boolean} alive */
  async #train(racers, yardstick, alive) {
    const began = performance.now();
    for (let step = 0; ; step += STRIDE) {
      if (step) this.known.losses = await racers.step(STRIDE);
      const answers = await racers.answers(yardstick.places, yardstick.times);
      if (!alive()) return;
      answers.forEach((each, i) => this.known.above[i].push([step, yardstick.above(each)]));
      const left = step ? Math.ceil(((performance.now() - began) / step / 1000) * (STEPS - step)) : NaN;
      this.#tell(() => say(step ? "variance_race_at" : "variance_race_begun", { ...this.#cost, step, left }));
      if (step >= STEPS) return;
    }
  }

  #finish() {
    const [naive, integrated] = this.known.above.map((row) => /** @type {[number, number]} */ (row.at(-1))[1]);
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
    this.charts.show(this.known);
    this.table.show(this.known.spreads);
    byId("variance-race-told", this.root).textContent = this.#told();
  }

  /** For the page: another wants the device. */
  pause() {
    return this.stop();
  }
}
