// @ts-check
// What the field shows: the network's ε̂ at the nodes of a grid beside the exact E[ε | x_t] of these very points, which has
// a closed form; the network can at best equal it. Both are computed for every position of the timeline, so that the field
// is there as soon as the other panels are.
import { NODES, SIDE } from "../../figures/point-field.js";
import { RANGE } from "../../figures/points.js";
import { normals } from "../../lib/normals.js";
import { demolished, drawn } from "./points.js";
import { STEPS, alphaBar, timeAt } from "./schedule.js";

const BATCH = 512;
const PROBES = BATCH - NODES.length / 2; // places of real bricks where both are compared
const ASKED = 8; // positions that the network is asked about in one go

/** @typedef {{ t: number, share: number, places: Float32Array, exact: Float32Array | null, presence: Float32Array | null }} Site */

export class Field {
  #sources;
  #onShown;
  #onError;
  /** By position − 1: there is no way back from t = 0. @type {Site[]} */ #sites = [];
  /** The network's ε̂ by position − 1. @type {Float32Array[]} */ #learned = [];
  /** What the sites were made for. */
  #points = new Float32Array();
  #filling = false;
  #asking = {}; // replaced whenever the network is asked anew

  /** `sources()` gives {engine, network, points, position} of this moment; `onShown` hears of new values. */
  constructor(sources, { onShown, onError }) {
    this.#sources = sources;
    this.#onShown = onShown;
    this.#onError = onError;
  }

  /** What is to be shown at a position. @returns {import("../../figures/point-field.js").Field | null} */
  at(position) {
    const site = this.#sites[position - 1];
    if (!site) return null;
    const { t, exact, presence } = site;
    return { t, exact, presence, learned: this.#learned[position - 1] ?? null, error: this.error(position) };
  }

  /** The mean square of what the network's answer differs by from the exact one, where bricks are; NaN while unknown. */
  error(position) {
    const exact = this.#sites[position - 1]?.exact,
      learned = this.#learned[position - 1];
    if (!exact || !learned) return NaN;
    let sum = 0;
    for (let i = NODES.length; i < exact.length; i++) sum += (learned[i] - exact[i]) ** 2;
    return sum / (2 * PROBES);
  }

  /** That error at every t looked at; empty as long as one is unknown. @returns {{ t: number, error: number }[]} */
  get errors() {
    const found = this.#sites.map(({ t }, i) => ({ t, error: this.error(i + 1) }));
    return found.every(({ error }) => Number.isFinite(error)) ? found : [];
  }

  /** Other points: both fields anew. */
  async update() {
    await this.ask();
    await this.fill();
  }

  /** What the network, as it is now, answers at every position; all of it is taken over at once. */
  async ask() {
    const wanted = (this.#asking = {});
    this.#settle();
    const { network } = this.#sources();
    const learned = [];
    for (let from = 0; network && from < this.#sites.length; from += ASKED) {
      const some = this.#sites.slice(from, from + ASKED);
      learned.push(...(await network.predictAll(some)));
      if (wanted !== this.#asking) return;
    }
    this.#learned = learned;
    this.#onShown();
  }

  /** Sites for the present points. */
  #settle() {
    const { engine, points } = this.#sources();
    if (points === this.#points) return;
    this.#points = points;
    this.#learned = [];
    this.#sites = engine && points.length ? Array.from({ length: STEPS }, (_, i) => site(points, timeAt(i + 1))) : [];
  }

  /** The exact field where it is missing, first where the reader looks. */
  async fill() {
    if (this.#filling) return;
    this.#filling = true;
    try {
      for (let next = this.#missing(); next; next = this.#missing()) {
        const points = this.#points;
        next.presence = presence(points, next.share);
        next.exact = await this.#sources().engine.exactNoise(points, next.places, next.share);
        this.#onShown();
      }
    } catch (error) {
      this.#onError(error);
    } finally {
      this.#filling = false;
    }
  }

  /** @returns {Site | undefined} */
  #missing() {
    const { position } = this.#sources();
    const missing = this.#sites.map((site, i) => ({ site, way: Math.abs(i + 1 - position) }));
    return missing.filter(({ site }) => !site.exact).sort((a, b) => a.way - b.way)[0]?.site;
  }
}

/** Where the field is looked at: the nodes of the grid, and places of bricks. @returns {Site} */
function site(points, t) {
  const share = alphaBar(t);
  const places = new Float32Array(2 * BATCH);
  places.set(NODES);
  places.set(demolished(drawn(points, PROBES, t), normals(2 * PROBES, t + 1), share), NODES.length);
  return { t, share, places, exact: null, presence: null };
}

/**
 * How readily bricks come to each node at this t: the density of x_t there against the highest, 0 … 1.
 * @param {Float32Array} points
 * @param {number} share
 */
function presence(points, share) {
  const keep = Math.sqrt(share),
    spread = Math.max(1 - share, ((0.6 * RANGE) / SIDE) ** 2);
  const count = points.length / 2,
    stride = Math.max(1, Math.floor(count / 400));
  const found = new Float32Array(NODES.length / 2);
  let most = 0;
  for (let node = 0; node < found.length; node++) {
    for (let i = 0; i < count; i += stride) {
      const dx = NODES[2 * node] - keep * points[2 * i],
        dy = NODES[2 * node + 1] - keep * points[2 * i + 1];
      found[node] += Math.exp(-(dx * dx + dy * dy) / (2 * spread));
    }
    most = Math.max(most, found[node]);
  }
  return found.map((value) => (value / (most || 1)) ** 0.35);
}
