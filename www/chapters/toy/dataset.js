// @ts-check
// The points to learn from: a preset's, drawn with the chapter's seed, or the reader's own, stroke by stroke. No DOM.
import { thinned } from "../../figures/points.js";
import { dice } from "../../lib/dice.js";
import { tell } from "../../lib/events.js";
import { decodePoints, encodePoints, rounded } from "./link.js";
import { OWN } from "./settings.js";

export const MOST_OWN = 20000; // as many as a preset may have; more are not seen on the screen
const UNDO = 50;

/** Event "change": other points; `live` is true while a stroke is still being drawn. */
export class Dataset extends EventTarget {
  points = new Float32Array();
  /** Of the table that the points are from. @type {import("./units.js").Units | null} */ units = null;
  #toyData = null; // the engine's generator, once the wasm is here
  #undo = [];
  #drawn = new Float32Array(); // the reader's own, which may be too many for a link to bring them back

  constructor(settings) {
    super();
    this.settings = settings;
    if (this.own) this.points = decodePoints(settings.get("toy_points"));
  }

  get own() {
    return this.settings.get("toy") === OWN;
  }

  get count() {
    return this.points.length / 2;
  }

  get undoable() {
    return this.#undo.length > 0;
  }

  /** With the generator the presets can be drawn. */
  open(toyData) {
    this.#toyData = toyData;
    if (!this.own) this.#preset();
    else this.#announce();
  }

  choose(name) {
    const { settings } = this;
    if (name === OWN) return this.clear();
    this.#undo = [];
    this.units = null;
    settings.set({ toy: name, toy_points: "" });
    this.#preset();
  }

  /** A link has been opened: its points, unless they are the reader's own already. @param {Record<string, any>} before */
  restore(before) {
    const own = "toy" in before || "toy_points" in before;
    if (!own && (this.own || !("toy_n" in before || "toy_seed" in before))) return;
    this.#undo = [...this.#undo, this.points].slice(-UNDO);
    if (!this.own) return this.#preset();
    const given = this.settings.get("toy_points");
    this.points = given ? decodePoints(given) : this.#drawn;
    this.#announce();
  }

  resize(count) {
    this.settings.set({ toy_n: count });
    if (!this.own) this.#preset();
  }

  #preset() {
    if (!this.#toyData) return;
    this.points = this.#toyData(this.settings.get("toy"), this.settings.get("toy_n"), this.settings.get("toy_seed"));
    this.#announce();
  }

  /** Points of the same kind that the network never saw; for own points there are none, so `null`. */
  fresh(count, seed) {
    return this.own ? null : this.#toyData(this.settings.get("toy"), count, seed);
  }

  // ---- the reader's own points --------------------------------------------------------------------------------------

  /** A stroke begins: what follows is undone together. On a preset it is the preset's points that are drawn on. */
  beginStroke() {
    this.#undo = [...this.#undo, this.points].slice(-UNDO);
    if (!this.own) this.settings.set({ toy: OWN });
  }

  spray(x, y, radius, count) {
    const room = Math.min(count, MOST_OWN - this.count);
    if (room <= 0) return;
    const random = dice(Math.imul(this.count + 1, 0x9e3779b9) ^ Math.round(1e4 * x + 1e6 * y));
    const added = new Float32Array(2 * room);
    for (let i = 0; i < room; i++) {
      const distance = radius * Math.sqrt(-0.5 * Math.log(1 - 0.98 * random())),
        angle = 2 * Math.PI * random();
      added[2 * i] = x + distance * Math.cos(angle);
      added[2 * i + 1] = y + distance * Math.sin(angle);
    }
    const all = new Float32Array(this.points.length + added.length);
    all.set(this.points);
    all.set(rounded(added), this.points.length);
    this.points = all;
    this.#announce(true);
  }

  erase(x, y, radius) {
    const kept = [];
    for (let i = 0; i < this.points.length; i += 2)
      if (Math.hypot(this.points[i] - x, this.points[i + 1] - y) > radius)
        kept.push(this.points[i], this.points[i + 1]);
    if (kept.length === this.points.length) return;
    this.points = Float32Array.from(kept);
    this.#announce(true);
  }

  endStroke() {
    this.#take(this.points);
  }

  undo() {
    const before = this.#undo.pop();
    if (before) this.#take(before);
  }

  clear() {
    this.beginStroke();
    this.units = null;
    this.#take(new Float32Array());
  }

  /**
   * Points from a table; more than there may be are thinned. Gives the number taken.
   * @param {import("../../pkg/chailou.js").TablePoints} table
   */
  paste({ points, mean, scale, columns, chosen }) {
    this.beginStroke();
    const [x, y] = chosen.map((place) => columns[place].name);
    this.units = { mean, scale, names: [x, y] };
    this.#take(thinned(points, MOST_OWN));
    return this.count;
  }

  #take(points) {
    this.points = this.#drawn = points;
    this.settings.set({ toy: OWN, toy_points: encodePoints(points) });
    this.#announce();
  }

  #announce(live = false) {
    tell(this, "change", { live });
  }
}
