// The learned field beside the exact one: at the nodes of a grid an arrow −ε̂, the way back that each brick is shown. The
// exact E[ε | x_t] of these very points has a closed form; the network can at best equal it.
import { byId } from "../../lib/dom.js";
import { say } from "../../lib/words.js";
import { fit, palette, redrawn, short } from "../../figures/plot.js";
import { alphaBar } from "./schedule.js";
import { RANGE, demolished, drawn, normals } from "./points.js";

const SIDE = 17; // arrows along an edge
const PROBES = 512 - SIDE * SIDE; // places of real bricks where both are compared; together one batch of 512
const NODES = Float32Array.from({ length: 2 * SIDE * SIDE }, (_, i) => {
  const node = Math.floor(i / 2);
  return ((((i % 2 ? SIDE - 1 - Math.floor(node / SIDE) : node % SIDE) + 0.5) / SIDE) * 2 - 1) * RANGE;
});

export class Field {
  #canvas = byId("toy-field");
  #shown = null; // {t, exact, learned, presence, error}
  #busy = false;
  #again = false;

  /** `sources()` gives {engine, network, points, mode, t} of this moment; `onShown` hears of a new field. */
  constructor(sources, { onShown, onError }) {
    Object.assign(this, { sources, onShown, onError });
    redrawn(this.#canvas, () => this.draw());
  }

  /** The mean square of what the network's answer differs by from the exact one, where bricks are; NaN without a network. */
  get error() {
    return this.#shown?.error ?? NaN;
  }

  get values() {
    return this.#shown;
  }

  /** Computes the field anew; while one is being computed, only the newest wish is kept. */
  async update() {
    if (this.#busy) return void (this.#again = true);
    this.#busy = true;
    try {
      do {
        this.#again = false;
        await this.#compute();
      } while (this.#again);
    } catch (error) {
      this.onError(error);
    } finally {
      this.#busy = false;
    }
  }

  async #compute() {
    const { engine, network, points, t } = this.sources();
    if (!engine || !points.length) {
      this.#shown = null;
      this.draw();
      return this.onShown();
    }
    const share = alphaBar(t);
    const places = new Float32Array(2 * 512);
    places.set(NODES);
    places.set(demolished(drawn(points, PROBES, t), normals(2 * PROBES, t + 1), share), NODES.length);
    const learned = network ? await network.predict(places, t) : null;
    const exact = await engine.exactNoise(points, places, share);
    let error = NaN;
    if (learned) {
      error = 0;
      for (let i = NODES.length; i < places.length; i++) error += (learned[i] - exact[i]) ** 2 / (2 * PROBES);
    }
    this.#shown = { t, exact, learned, presence: presence(points, share), error };
    this.draw();
    this.onShown();
  }

  draw() {
    if (!this.#canvas.clientWidth) return;
    const { context, width } = fit(this.#canvas);
    const shown = this.#shown;
    const { mode } = this.sources();
    this.#canvas.setAttribute("aria-label", this.#label(mode));
    if (!shown) return;
    const colour = palette(this.#canvas);
    const both = mode === "both";
    if (mode === "exact" || both || !shown.learned)
      this.#arrows(context, width, (i) => -shown.exact[i], colour(both ? "cement" : "cement-ink"), both ? 3.4 : 1.4);
    if (!shown.learned) return;
    if (mode === "network" || both) this.#arrows(context, width, (i) => -shown.learned[i], colour("brick"), 1.4);
    if (mode === "difference")
      this.#arrows(context, width, (i) => shown.exact[i] - shown.learned[i], colour("ink"), 1.4);
  }

  #label(mode) {
    if (!this.#shown) return say("toy_field_none");
    const { t, learned, error } = this.#shown;
    return learned
      ? say("toy_field_label", { what: say(`toy_field_${mode}`), t, error: short(error) })
      : say("toy_field_label_exact", { t });
  }

  /** Lengths saturate at a cell's width; where bricks never come the arrows are pale, for nobody taught them. */
  #arrows(context, width, component, style, thickness) {
    const cell = width / SIDE;
    context.strokeStyle = style;
    context.lineWidth = thickness;
    context.lineCap = "round";
    for (let node = 0; node < SIDE * SIDE; node++) {
      const [dx, dy] = [component(2 * node), component(2 * node + 1)],
        size = Math.hypot(dx, dy);
      if (!(size > 0.02)) continue;
      const reach = (0.9 * cell * size) / (1 + size);
      const x = ((node % SIDE) + 0.5) * cell,
        y = (Math.floor(node / SIDE) + 0.5) * cell;
      const [ux, uy] = [dx / size, -dy / size];
      const [fromX, fromY, toX, toY] = [
        x - (ux * reach) / 2,
        y - (uy * reach) / 2,
        x + (ux * reach) / 2,
        y + (uy * reach) / 2,
      ];
      const head = Math.min(4, 0.4 * reach);
      context.globalAlpha = 0.16 + 0.84 * this.#shown.presence[node];
      context.beginPath();
      context.moveTo(fromX, fromY);
      context.lineTo(toX, toY);
      context.moveTo(toX - head * (ux + 0.6 * uy), toY - head * (uy - 0.6 * ux));
      context.lineTo(toX, toY);
      context.lineTo(toX - head * (ux - 0.6 * uy), toY - head * (uy + 0.6 * ux));
      context.stroke();
    }
    context.globalAlpha = 1;
  }
}

/** How readily bricks come to each node at this t: the density of x_t there against the highest, 0 … 1. */
function presence(points, share) {
  const keep = Math.sqrt(share),
    spread = Math.max(1 - share, ((0.6 * RANGE) / SIDE) ** 2);
  const count = points.length / 2,
    stride = Math.max(1, Math.floor(count / 400));
  const found = new Float32Array(SIDE * SIDE);
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
