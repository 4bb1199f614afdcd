// @ts-check
// What the field shows: the network's ε̂ at the nodes of a grid beside the exact E[ε | x_t] of these very points, which has
// a closed form; the network can at best equal it.
import { NODES, SIDE } from "../../figures/point-field.js";
import { RANGE } from "../../figures/points.js";
import { demolished, drawn, normals } from "./points.js";
import { alphaBar } from "./schedule.js";

export const FIELD_AT = 8; // the position that is looked at until the reader drags: t = 200
const BATCH = 512;
const PROBES = BATCH - NODES.length / 2; // places of real bricks where both are compared

export class Field {
  /** What is shown. @type {import("../../figures/point-field.js").Field | null} */ values = null;
  #sources;
  #onShown;
  #onError;
  #busy = false;
  #again = false;

  /** `sources()` gives {engine, network, points, t} of this moment; `onShown` hears of new values. */
  constructor(sources, { onShown, onError }) {
    this.#sources = sources;
    this.#onShown = onShown;
    this.#onError = onError;
  }

  /** The mean square of what the network's answer differs by from the exact one, where bricks are; NaN without a network. */
  get error() {
    return this.values?.error ?? NaN;
  }

  /** Computes the field anew; while one is being computed, only the newest wish is kept. */
  async update() {
    if (this.#busy) {
      this.#again = true;
      return;
    }
    this.#busy = true;
    try {
      do {
        this.#again = false;
        this.values = await this.#compute();
        this.#onShown();
      } while (this.#again);
    } catch (error) {
      this.#onError(error);
    } finally {
      this.#busy = false;
    }
  }

  async #compute() {
    const { engine, network, points, t } = this.#sources();
    if (!engine || !points.length) return null;
    const share = alphaBar(t);
    const places = new Float32Array(2 * BATCH);
    places.set(NODES);
    places.set(demolished(drawn(points, PROBES, t), normals(2 * PROBES, t + 1), share), NODES.length);
    const learned = network ? await network.predict(places, t) : null;
    const exact = await engine.exactNoise(points, places, share);
    let error = NaN;
    if (learned) {
      error = 0;
      for (let i = NODES.length; i < places.length; i++) error += (learned[i] - exact[i]) ** 2 / (2 * PROBES);
    }
    return { t, exact, learned, presence: presence(points, share), error };
  }
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
