// @ts-check
// The building site of the lesson: the tower that the reader has chosen, and the noise that a seed throws on it.
import { Walk } from "./demolition.js";
import { Noise } from "./noise.js";
import { SIZE, towers } from "./towers.js";

/** All chapters throw the same noise; that of every step is 12 MB. */
let thrown = new Noise(0, NaN);

export class Site {
  #settings;
  #choices;
  /** @type {Record<string, Float32Array>} */ #towers = {};

  /** @param {import("../settings.js").Settings} settings @param {import("./choices.js").Choices} choices of the chapter */
  constructor(settings, choices) {
    this.#settings = settings;
    this.#choices = choices;
  }

  size = SIZE;

  async open() {
    this.#towers = await towers();
  }

  /** The towers to choose from, by name; none before open(). */
  get all() {
    return this.#towers;
  }

  /** A choice of the chapter. @param {string} name without the chapter's */
  get(name) {
    return this.#settings.get(`${this.#choices.chapter}_${name}`);
  }

  /** @param {Record<string, any>} changes of the chapter's choices, by names without the chapter's */
  set(changes) {
    this.#settings.set(this.#choices.named(changes));
  }

  get tower() {
    return this.#settings.get("tower");
  }

  get notation() {
    return this.#settings.get("notation");
  }

  /** Planes [3, size, size]; undefined before open(). */
  get x0() {
    return this.#towers[this.tower];
  }

  /** Of all noise. */
  get seed() {
    return this.#settings.get("dice");
  }

  get noise() {
    const { seed } = this;
    if (seed !== thrown.seed) thrown = new Noise(this.x0.length, seed);
    return thrown;
  }
}

/** A walk over the site as it is, begun anew when tower, seed or terms are others. */
export class SiteWalk {
  #site;
  /** @type {unknown[]} */ #of = [];
  /** @type {Walk | null} */ #walk = null;

  /** @param {Site} site */
  constructor(site) {
    this.#site = site;
  }

  /** @param {number} t @param {import("./demolition.js").Terms} [terms] */
  to(t, terms) {
    const { x0, noise } = this.#site;
    const of = [x0, noise, terms?.fade, terms?.toss];
    if (of.some((part, i) => part !== this.#of[i])) this.#walk = new Walk(x0, noise.step, terms);
    this.#of = of;
    return this.#walk.to(t);
  }
}
