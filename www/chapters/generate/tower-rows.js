// @ts-check
// The same five samplers on the towers' network: four towers each of the class that the reader has chosen, from the same four
// x_T, side by side as they go up, and by how much the four differ.
import { loadWasm } from "../../engine-files.js";
import { figures } from "../../figures/figure.js";
import { ValuePicture } from "../../figures/value-picture.js";
import { byId } from "../../lib/dom.js";
import { normals } from "../../lib/normals.js";
import { lang, say } from "../../lib/words.js";
import { T } from "../../lesson/demolition.js";
import { SEED, SIZE, VALUES } from "../../lesson/towers.js";
import { SAMPLERS, stops } from "./chains.js";
import { TOWER_STEPS } from "./settings.js";

const MANY = 4; // towers of each sampler
const SIDE = 2; // of the square they stand in
const REAL = 600; // towers of all classes, among which the chosen one's real ones are
/** The classes of the lesson's three towers, 4·hour + roof. @type {Record<string, number>} */
const LABELS = { day: 2, dusk: 7, night: 9 };

export class TowerRows {
  #root;
  #site;
  #crew;
  #of = "";
  #begun = false; // by itself, where the device is fast
  /** x_t of every step done, by sampler. @type {Float32Array[][]} */ #reached = SAMPLERS.map(() => []);
  /** How much real towers of a class differ. @type {Map<number, number>} */ #real = new Map();

  /**
   * @param {HTMLElement} root
   * @param {import("../../lesson/site.js").Site} site
   * @param {import("./crew.js").Crew} crew
   */
  constructor(root, site, crew) {
    this.#root = root;
    this.#site = site;
    this.#crew = crew;
    this.pictures = figures(root, ValuePicture);
    for (const steps of TOWER_STEPS)
      byId(`generate-tower-steps-${steps}`, root).addEventListener("click", () => site.set({ tower_steps: steps }));
    byId("generate-towers-stop", root).addEventListener("click", () => crew.stop());
    byId("generate-towers-act", root).addEventListener("click", () => this.go()); // beside what it does to the timeline
  }

  /** Lets go of what can be made again. */
  forget() {
    this.#of = "";
    this.#begun = false;
    this.#real.clear();
  }

  get #label() {
    return LABELS[this.#site.tower];
  }

  get #n() {
    return this.#site.get("tower_steps");
  }

  /** Whether all five have arrived. */
  get #done() {
    return this.#reached.every((frames) => frames.length === this.#n + 1);
  }

  /** Builds all five rows, a step of each in turn, where they do not stand yet. */
  go() {
    if (this.#done || this.#crew.busy === this || this.#crew.state !== "here") return;
    this.#begun = true;
    return this.#crew.work(this, (alive) => this.#build(alive));
  }

  /** @param {() => boolean} alive */
  async #build(alive) {
    const [n, of, noise] = [this.#n, this.#of, this.#noise()];
    const going = () => alive() && of === this.#of;
    const how = { n, noise, label: this.#label, seed: this.#site.seed };
    this.#reached = SAMPLERS.map(() => [noise]);
    this.#site.set({ towers: 0 }); // as far as they have come is what is shown
    const lines = [];
    try {
      for (const name of SAMPLERS) lines.push(await this.#crew.line(name, how));
      for (let step = 0; step < n; step++)
        for (const [i, line] of lines.entries()) {
          if (!going()) return;
          await this.#crew.advance(line, 1);
          this.#reached[i].push(await this.#crew.read(line));
          this.draw();
        }
    } finally {
      for (const line of lines) this.#crew.drop(line);
    }
  }

  #noise() {
    return normals(MANY * VALUES, this.#site.seed, 2 ** 24); // far from what the other figures throw
  }

  draw() {
    const [n, t] = [this.#n, this.#site.get("towers")];
    const of = `${this.#site.tower} ${this.#site.seed} ${n}`;
    if (of !== this.#of) this.#anew(of);
    for (const steps of TOWER_STEPS)
      byId(`generate-tower-steps-${steps}`, this.#root).setAttribute("aria-pressed", steps === n);
    const asked = n - Math.round((t * n) / T);
    for (const [i, frames] of this.#reached.entries()) {
      const step = Math.min(asked, frames.length - 1);
      const x = frames[step];
      const name = say(`generate_${SAMPLERS[i]}`);
      const told = { sampler: name, t: stops(n)[n - step], differ: differing(x, MANY).toFixed(2) };
      this.pictures[i].show(mosaic(x), SIDE * SIZE, say("generate_row_label", told));
      byId(`generate-row-${SAMPLERS[i]}`, this.#root).textContent = say("generate_row_told", told);
    }
    this.#tell(n);
    if (this.#crew.state === "here" && !this.#crew.slow && !this.#begun) this.go();
  }

  /** Another tower, other noise, or other steps. @param {string} of */
  #anew(of) {
    const again = this.#begun && !this.#crew.slow;
    this.#of = of;
    this.#reached = SAMPLERS.map(() => [this.#noise()]);
    if (this.#crew.busy === this) this.#crew.stop();
    if (again) this.#begun = false;
  }

  /** @param {number} n */
  #tell(n) {
    const { state, busy, ms } = this.#crew;
    byId("generate-towers-stop", this.#root).hidden = busy !== this;
    const done = this.#reached.reduce((sum, frames) => sum + frames.length - 1, 0);
    const all = SAMPLERS.length * n;
    const seconds = Math.ceil(((ms ?? 0) * MANY * (busy === this ? all - done : all)) / 1000).toLocaleString(lang());
    const text = this.#done
      ? say("generate_rows_real", { differ: this.#realDiffering().toFixed(2) })
      : busy === this
        ? say("generate_rows_going", { done, all, seconds })
        : state === "here"
          ? say("generate_rows_cost", { all, many: MANY, seconds })
          : say(`generate_network_${state}`);
    byId("generate-towers-told", this.#root).textContent = text;
  }

  /** How much real towers of the class differ, as differing() counts; NaN until they are drawn. */
  #realDiffering() {
    const found = this.#real.get(this.#label);
    if (found === undefined) this.#drawReal(this.#label);
    return found ?? NaN;
  }

  /** @param {number} label */
  async #drawReal(label) {
    this.#real.set(label, NaN);
    const { values, labels } = (await loadWasm()).openSet(`towers:${REAL}`, { seed: SEED });
    const own = [...labels.keys()].filter((i) => labels[i] === label);
    const all = new Float32Array(own.length * VALUES);
    for (const [at, i] of own.entries()) all.set(values.subarray(i * VALUES, (i + 1) * VALUES), at * VALUES);
    this.#real.set(label, differing(all, own.length));
    this.draw();
  }
}

/**
 * The standard deviation from one picture to another: root of the mean over all numbers of their variance among the pictures.
 * @param {Float32Array} values [many, …]
 * @param {number} many
 */
export function differing(values, many) {
  const size = values.length / many;
  let sum = 0;
  for (let i = 0; i < size; i++) {
    let [mean, squares] = [0, 0];
    for (let k = 0; k < many; k++) {
      mean += values[k * size + i] / many;
      squares += values[k * size + i] ** 2;
    }
    sum += (squares - many * mean ** 2) / (many - 1);
  }
  return Math.sqrt(Math.max(0, sum) / size);
}

/** Pictures as one picture, SIDE in a row. @param {Float32Array} values [MANY, 3, SIZE, SIZE] */
export function mosaic(values) {
  const wide = SIDE * SIZE;
  return Float32Array.from({ length: 3 * wide * wide }, (_, i) => {
    const [c, y, x] = [Math.floor(i / wide / wide), Math.floor(i / wide) % wide, i % wide];
    const tower = Math.floor(y / SIZE) * SIDE + Math.floor(x / SIZE);
    return values[tower * VALUES + c * SIZE * SIZE + (y % SIZE) * SIZE + (x % SIZE)];
  });
}
