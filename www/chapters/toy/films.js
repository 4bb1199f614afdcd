// A film is one rebuild of a cloud, frame by frame, whoever computed it: the network on the GPU, drawn from there or from
// values read back, or the exact E[ε|x_t] in wasm. The cloud (cloud.js) plays them all alike.
import { fit, palette } from "../../figures/plot.js";
import { nextFrame } from "../../lib/dom.js";
import { STEPS, alphaBar, frameAt, timeAt } from "./schedule.js";
import { RANGE, blend, drawPoints, normals, radiusFor } from "./points.js";

/** Draws points as the cloud of a moment: brick where they stand for a tower, cement where for rubble. */
function paint(canvas, points, position) {
  const { context, width } = fit(canvas);
  const colour = palette(canvas);
  drawPoints(context, points, width, {
    colour: `rgb(${blend(colour("brick"), colour("cement"), alphaBar(timeAt(position)))})`,
    radius: radiusFor(points.length / 2),
  });
}

/** From the GPU's buffer straight onto the canvas. */
export class GpuFilm {
  onGpu = true;
  #freed = false;

  constructor(network, chain) {
    Object.assign(this, { network, chain });
  }

  draw(canvas, position) {
    const ratio = devicePixelRatio || 1,
      side = Math.round(canvas.clientWidth * ratio);
    if (!side || this.#freed) return;
    if (canvas.width !== side) Object.assign(canvas, { width: side, height: side });
    const colour = palette(canvas);
    const rgb = blend(colour("brick"), colour("cement"), alphaBar(timeAt(position))).map((value) => value / 255);
    this.chain.presentPoints(canvas, "x_t", {
      frame: frameAt(position),
      radius: 1.3 * ratio,
      color: [...rgb, 0.8],
      range: [-RANGE, RANGE],
    });
  }

  /** The points at a position, [x, y, …]. */
  async points(position) {
    if (this.#freed) throw new DOMException("the film has been replaced", "AbortError");
    return this.network.read(this.chain, frameAt(position));
  }

  free() {
    this.#freed = true;
    this.network.drop(this.chain);
  }
}

/** Where the browser cannot present: see www/device.js. */
export class ReadBackFilm extends GpuFilm {
  onGpu = false;
  #frames = new Map();
  #wanted = null;

  async draw(canvas, position) {
    this.#wanted = position;
    const points = this.#frames.get(position) ?? (await this.points(position));
    if (this.#wanted === position) paint(canvas, points, position);
  }

  async points(position) {
    if (!this.#frames.has(position)) this.#frames.set(position, await super.points(position));
    return this.#frames.get(position);
  }
}

/** DDIM with the exact noise in place of a network; frames are there as soon as they are computed. */
export class ExactFilm {
  onGpu = false;
  #frames = []; // by position from the rubble

  /** Computes it, one step a frame of the page; null as soon as `alive()` is false. */
  static async compute(engine, points, count, seed, alive) {
    const film = new ExactFilm();
    let x = normals(2 * count, seed);
    film.#frames.push(x);
    for (let position = STEPS; position > 0; position--) {
      const share = alphaBar(timeAt(position)),
        next = alphaBar(timeAt(position - 1));
      const noise = await engine.exactNoise(points, x, share);
      const keep = Math.sqrt(next / share),
        mix = Math.sqrt(1 - next) - keep * Math.sqrt(1 - share);
      x = x.map((value, i) => keep * value + mix * noise[i]); // DDIM with η = 0: √ᾱ' x̂_0 + √(1−ᾱ') ε̂
      film.#frames.push(x);
      await nextFrame();
      if (!alive()) return null;
    }
    return film;
  }

  draw(canvas, position) {
    paint(canvas, this.#frames[STEPS - position], position);
  }

  async points(position) {
    return this.#frames[STEPS - position];
  }

  free() {}
}
