// @ts-check
// The building site that all four figures share: the tower that was chosen, and the noise that a seed throws on it.
import { TIED, Walk } from "./demolition.js";
import { Noise } from "./noise.js";
import { SIZE, towers } from "./towers.js";

export class Site {
  #settings;
  /** @type {Record<string, Float32Array>} */ #towers = {};
  #noise = new Noise(0, 0);
  #seed = NaN;

  /** @param {import("../../page.js").Page["settings"]} settings */
  constructor(settings) {
    this.#settings = settings;
  }

  size = SIZE;

  async open() {
    this.#towers = await towers();
  }

  /** The towers to choose from, by name; none before open(). */
  get all() {
    return this.#towers;
  }

  /** @param {string} name of a setting, without down_ */
  get(name) {
    return this.#settings.get(`down_${name}`);
  }

  /** @param {Record<string, any>} changes by names without down_ */
  set(changes) {
    this.#settings.set(Object.fromEntries(Object.entries(changes).map(([name, value]) => [`down_${name}`, value])));
  }

  /** By how much the ledger's tie is undone. @returns {import("./demolition.js").Terms} */
  get terms() {
    return this.get("tied") ? TIED : { fade: this.get("fade"), toss: this.get("toss") };
  }

  get notation() {
    return this.#settings.get("notation");
  }

  get x0() {
    return this.#towers[this.get("tower")];
  }

  get noise() {
    const seed = this.get("seed");
    if (seed !== this.#seed) this.#noise = new Noise(this.x0.length, seed);
    this.#seed = seed;
    return this.#noise;
  }
}

/** A walk over the site as it is, begun anew when tower, seed or terms are others. */
export class SiteWalk {
  #site;
  #of = "";
  /** @type {Walk | null} */ #walk = null;

  /** @param {Site} site */
  constructor(site) {
    this.#site = site;
  }

  /** @param {number} t @param {import("./demolition.js").Terms} [terms] */
  to(t, terms) {
    const { x0, noise } = this.#site;
    const of = JSON.stringify([this.#site.get("tower"), this.#site.get("seed"), terms]);
    if (of !== this.#of) this.#walk = new Walk(x0, noise.step, terms);
    this.#of = of;
    return this.#walk.to(t);
  }
}
