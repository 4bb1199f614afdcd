// @ts-check
// A film is one rebuild of a cloud, frame by frame, whoever computed it: the network on the GPU, drawn from there or from
// values read back, or the exact E[ε|x_t] in wasm. The cloud (figures/point-cloud.js) plays them all alike.
import { RANGE, blend, paintPoints } from "../../figures/points.js";
import { fitBitmap } from "../../lib/canvas.js";
import { nextFrame } from "../../lib/dom.js";
import { normals } from "../../lib/normals.js";
import { STEPS, alphaBar, frameAt, timeAt } from "./schedule.js";

/** Draws points as the cloud of a moment: brick where they stand for a tower, cement where for rubble. */
const paint = (canvas, points, position) => paintPoints(canvas, points, alphaBar(timeAt(position)));

/** From the GPU's buffer straight onto the canvas. */
export class GpuFilm {
  onGpu = true;
  #freed = false;
  /** By position, once loaded. @type {Float32Array[] | null} */ frames = null;

  /** @param {import("./engine.js").Network} network @param {import("../../pkg/chailou.js").Chain} chain */
  constructor(network, chain) {
    this.network = network;
    this.chain = chain;
  }

  draw(canvas, position) {
    if (!canvas.clientWidth || this.#freed) return;
    const { scale } = fitBitmap(canvas);
    const [red, green, blue] = blend(canvas, alphaBar(timeAt(position))).map((value) => value / 255);
    this.network.drawing();
    this.chain.presentPoints(canvas, "x_t", {
      frame: frameAt(position),
      radius: 1.3 * scale,
      color: [red, green, blue, 0.8],
      range: [-RANGE, RANGE],
      edge: true,
    });
  }

  /** The points at a position, [x, y, …]. */
  async points(position) {
    if (this.#freed) throw replaced();
    return this.frames?.[position] ?? this.network.read(this.chain, frameAt(position));
  }

  /** Those at every position, read once. */
  async load() {
    if (this.#freed) throw replaced();
    const positions = Array.from({ length: STEPS + 1 }, (_, position) => frameAt(position));
    this.frames ??= await this.network.readAll(this.chain, positions);
    return this.frames;
  }

  free() {
    this.#freed = true;
    this.network.drop(this.chain);
  }
}

const replaced = () => new DOMException("the film has been replaced", "AbortError");

/** Where the browser cannot present: see www/device.js. Drawn once it is loaded, so at once like the others. */
export class ReadBackFilm extends GpuFilm {
  onGpu = false;

  draw(canvas, position) {
    paint(canvas, this.frames[position], position);
  }
}

/** DDIM with the exact noise in place of a network; frames are there as soon as they are computed. */
export class ExactFilm {
  onGpu = false;
  /** By position. @type {Float32Array[]} */ #frames = [];

  /** Computes it, one step a frame of the page; null as soon as `alive()` is false. */
  static async compute(engine, points, count, seed, alive) {
    const film = new ExactFilm();
    let x = normals(2 * count, seed);
    film.#frames[STEPS] = x;
    for (let position = STEPS; position > 0; position--) {
      const share = alphaBar(timeAt(position)),
        next = alphaBar(timeAt(position - 1));
      x = await engine.exactStep(points, x, share, next);
      film.#frames[position - 1] = x;
      await nextFrame();
      if (!alive()) return null;
    }
    return film;
  }

  draw(canvas, position) {
    paint(canvas, this.#frames[position], position);
  }

  async points(position) {
    return this.#frames[position];
  }

  async load() {
    return this.#frames;
  }

  free() {}
}
