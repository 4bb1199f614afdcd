// @ts-check
// What steps buy: how wide each sampler ends on normal data, by formula, and on the towers' network, measured here and now,
// how far DDIM and DPM-Solver++ end from a long chain that starts from the same x_T, and how long they take.
import { figures } from "../../figures/figure.js";
import { PlotAxes, short } from "../../figures/plot-axes.js";
import { byId } from "../../lib/dom.js";
import { normals } from "../../lib/normals.js";
import { lang, say } from "../../lib/words.js";
import { VALUES } from "../../lesson/towers.js";
import { SAMPLERS, endOfNormal, strides } from "./chains.js";
import { LOOKS, curve, upright } from "./paint.js";
import { COSTS, properties } from "./settings.js";

/** @typedef {import("../../figures/plot-axes.js").Plot} Plot */

const STD = 0.3; // of the normal data
/** Steps of the chain that stands for infinitely many, by the better of the two; fewer where a processor computes. */
const LONG = { fast: 200, slow: 100 };
const LABEL = 2; // a spire by day
/** Those without noise: from one x_T each has one end. @type {import("./chains.js").Sampler[]} */
const MEASURED = ["ddim", "dpm"];
const GRID = [3, 4, 5, 7, 10, 14, 20, 30, 50, 70, 100, 200, 500, 1000];
const LEAST = 1e-4;

/** @typedef {{ n: number, ms: number, far: number }} Measured ms: of the whole chain; far: root mean square distance */

export class StepsQuality {
  #root;
  #site;
  #crew;
  #seed = NaN;
  /** @type {Record<string, Measured[]>} by sampler */ #found = {};
  #steps = 0; // done of the present measurement
  /** By sampler, how far each ends from STD, in parts of it. @type {Record<string, [number, number][]>} */ #exact = {};

  /**
   * @param {HTMLElement} root
   * @param {import("../../lesson/site.js").Site} site
   * @param {import("./crew.js").Crew} crew
   */
  constructor(root, site, crew) {
    this.#root = root;
    this.#site = site;
    this.#crew = crew;
    const [exact, learned] = figures(root, PlotAxes);
    this.exact = exact;
    this.learned = learned;
    byId("generate-cost-go", root).addEventListener("click", () => this.go());
    byId("generate-cost-reset", root).addEventListener("click", () => this.reset());
    for (const cost of COSTS) byId(`generate-cost-${cost}`, root).addEventListener("click", () => site.set({ cost }));
  }

  get #long() {
    return this.#crew.slow ? LONG.slow : LONG.fast;
  }

  get #all() {
    return this.#long + MEASURED.length * COSTS.reduce((sum, n) => sum + n, 0);
  }

  reset() {
    if (this.#crew.busy === this) this.#crew.stop();
    this.#found = {};
    this.#steps = 0;
    this.#site.set({ cost: properties.generate_cost[0] });
    this.draw();
  }

  /** Measures from the beginning; pressed again, it stops. */
  go() {
    if (this.#crew.busy === this) return this.#crew.stop();
    return this.#crew.work(this, (alive) => this.#measure(alive));
  }

  /** @param {() => boolean} alive */
  async #measure(alive) {
    this.#found = Object.fromEntries(MEASURED.map((name) => [name, []]));
    this.#steps = 0;
    this.#seed = this.#site.seed;
    const long = await this.#chain("dpm", this.#long, alive);
    for (const n of COSTS)
      for (const name of MEASURED) {
        const made = long && (await this.#chain(name, n, alive));
        if (!made) return;
        this.#found[name].push({ n, ms: made.ms, far: apart(made.x, long.x) });
        this.draw();
      }
  }

  /**
   * The end of a chain and the time it took; null where it was stopped.
   * @param {import("./chains.js").Sampler} name
   * @param {number} n
   * @param {() => boolean} alive
   */
  async #chain(name, n, alive) {
    const noise = normals(VALUES, this.#seed, 2 ** 25);
    const line = await this.#crew.line(name, { n, noise, label: LABEL, seed: this.#seed });
    try {
      for (let done = 0; done < n; done++) {
        if (!alive()) return null;
        await this.#crew.advance(line, 1);
        this.#steps++;
        this.#tell();
      }
      return { ms: line.ms, x: await this.#crew.read(line) };
    } finally {
      this.#crew.drop(line);
    }
  }

  draw() {
    if (this.#crew.busy !== this && this.#seed !== this.#site.seed) this.#found = {};
    const cost = this.#site.get("cost");
    for (const n of COSTS) byId(`generate-cost-${n}`, this.#root).setAttribute("aria-pressed", n === cost);
    this.#drawExact(cost);
    this.#drawLearned(cost);
    this.#tell();
  }

  /** @param {number} n */
  #drawExact(n) {
    const off = (/** @type {import("./chains.js").Sampler} */ name, /** @type {number} */ steps) =>
      Math.abs(endOfNormal(strides(name, steps), STD) / STD - 1);
    for (const name of SAMPLERS) this.#exact[name] ??= GRID.map((steps) => [steps, off(name, steps)]);
    const told = SAMPLERS.map((name) => `${say(`generate_${name}`)} ${percent(off(name, n))}`).join(
      say("generate_and"),
    );
    Object.assign(this.exact, {
      label: say("generate_exact_label", { n, told }),
      x: { low: GRID[0], high: 1000, log: true, ticks: [5, 10, 20, 50, 100, 1000] },
      y: { low: LEAST, high: 1.5, log: true, ticks: [0.001, 0.01, 0.1, 1], text: percent },
      margin: { left: 42, right: 10, top: 8, bottom: 20 },
      paint: (/** @type {Plot} */ plot) => {
        upright(plot, n, "line-strong");
        for (const name of SAMPLERS) curve(plot, this.#exact[name], LOOKS[name]);
      },
    });
    this.exact.draw();
    byId("generate-exact-told", this.#root).textContent = say("generate_exact_told", { n, told });
  }

  /** @param {number} n */
  #drawLearned(n) {
    const rows = Object.entries(this.#found);
    const fars = rows.flatMap(([, row]) => row.map(({ far }) => far));
    const told = rows.flatMap(([name, row]) =>
      row
        .filter((each) => each.n === n)
        .map(({ ms, far }) =>
          say("generate_learned_one", { sampler: say(`generate_${name}`), far: far.toFixed(3), ms: short(ms) }),
        ),
    );
    Object.assign(this.learned, {
      label: told.join(say("generate_and")) || say("generate_learned_none"),
      x: { low: COSTS[0], high: COSTS[COSTS.length - 1], log: true, ticks: COSTS },
      y: { low: Math.min(0.01, ...fars), high: Math.max(1, ...fars), log: true },
      margin: { left: 42, right: 10, top: 8, bottom: 20 },
      paint: (/** @type {Plot} */ plot) => {
        upright(plot, n, "line-strong");
        for (const [name, row] of rows)
          curve(
            plot,
            row.map((each) => [each.n, each.far]),
            { ...LOOKS[/** @type {keyof typeof LOOKS} */ (name)], dots: true },
          );
      },
    });
    this.learned.draw();
    byId("generate-learned-told", this.#root).textContent = told.join(say("generate_and"));
  }

  #tell() {
    const { state, busy, ms } = this.#crew;
    const go = byId("generate-cost-go", this.#root);
    go.disabled = state !== "here";
    go.textContent = say(busy === this ? "generate_stop" : "generate_measure");
    const all = this.#all;
    const left = busy === this ? all - this.#steps : all;
    const seconds = Math.ceil(((ms ?? 0) * left) / 1000).toLocaleString(lang());
    byId("generate-cost-told", this.#root).textContent =
      state !== "here"
        ? say(`generate_network_${state}`)
        : say(busy === this ? "generate_cost_going" : "generate_cost_cost", {
            done: this.#steps,
            all,
            seconds,
            long: this.#long,
          });
  }
}

/** Root mean square difference. @param {Float32Array} a @param {Float32Array} b */
export function apart(a, b) {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] - b[i]) ** 2;
  return Math.sqrt(sum / a.length);
}

/** @param {number} value */
const percent = (value) => `${Number((100 * value).toPrecision(2))}%`;
