// @ts-check
// A brick's way through all t, in either cloud: on the pad the demolition of a point by the noise that it keeps, in the
// rebuilt cloud the same particle in every frame of the film. A brick that is followed stays the same brick in the next
// film: it begins in the same rubble, and another network leads it elsewhere.
import { nearest } from "../../figures/brick-path.js";
import { hear, tell } from "../../lib/events.js";
import { shownOnPad, wayDown } from "./points.js";
import { STEPS, T, alphaBar } from "./schedule.js";

const FINE = 5; // parts of a position that the way down is drawn in: it bends

/** Event "changed": another brick, or none. */
export class Follow extends EventTarget {
  /** The number of the brick on the pad. @type {number | null} */ down = null;
  /** And of the one in the rebuilt cloud. @type {number | null} */ up = null;
  /** Their ways, places [x, y, …] from t = 0 on. @type {Float32Array | null} */ wayDown = null;
  /** @type {Float32Array | null} */ wayUp = null;
  #toy;
  /** Which one a link wants, until its points are here. @type {number | null} */ #wanted = null;

  /** @param {import("./chapter.js").Chapter} toy */
  constructor(toy) {
    super();
    this.#toy = toy;
    const { pad, cloud, dataset, settings } = toy;
    this.#wanted = numberOf(settings.get("toy_down"));
    this.up = numberOf(settings.get("toy_up"));
    hear(pad, "pick", (place) => this.pickDown(place));
    hear(pad, "unpick", () => this.clear());
    hear(cloud, "pick", (place) => toy.act(() => this.pickUp(place)));
    hear(cloud, "unpick", () => this.clear());
    hear(cloud, "film", () => toy.act(() => this.#filmed(), { beside: null }));
    hear(dataset, "change", () => {
      const wanted = this.#wanted;
      this.#wanted = null;
      this.#setDown(wanted);
    });
  }

  /** A link wants these bricks, by their settings. @param {number} down @param {number} up */
  restore(down, up) {
    this.#setDown(numberOf(down));
    this.#setUp(numberOf(up));
    return this.#filmed();
  }

  /** Follows the point that is shown nearest to a place of the pad; not any longer, if it is that one already. @param {{ x: number, y: number }} place */
  pickDown(place) {
    const { dataset, timeline } = this.#toy;
    const index = nearest(shownOnPad(dataset.points, alphaBar(timeline.t)), place);
    this.#setDown(index < 0 || index === this.down ? null : index);
  }

  /** Follows the particle that is shown nearest to a place of the rebuilt cloud. @param {{ x: number, y: number }} place */
  async pickUp(place) {
    const { cloud, timeline } = this.#toy;
    const { position } = timeline;
    const frames = await cloud.film?.load();
    if (!frames) return;
    const index = nearest(frames[position], place);
    if (index === this.up) return this.#setUp(null);
    this.up = index;
    await this.#filmed();
  }

  clear() {
    this.#setUp(null);
    this.#setDown(null);
  }

  /** Draws both ways, with the ring at the present t. */
  draw() {
    const { pad, cloud, timeline } = this.#toy;
    const { position } = timeline;
    pad.path = this.wayDown && { points: this.wayDown, here: FINE * position };
    cloud.path = this.wayUp && { points: this.wayUp, here: position };
  }

  /** @param {number | null} index */
  #setDown(index) {
    const { points, count } = this.#toy.dataset;
    if (index !== null && index >= count) index = null;
    if (index === this.down) return;
    const shares = Array.from({ length: FINE * STEPS + 1 }, (_, i) => alphaBar(Math.round((i * T) / (FINE * STEPS))));
    this.down = index;
    this.wayDown = index === null ? null : wayDown(points, index, shares);
    this.#changed();
  }

  /** The way of the same particle in the film that is shown now. */
  async #filmed() {
    const { film } = this.#toy.cloud;
    if (this.up === null) return;
    const frames = await film?.load();
    if (film !== this.#toy.cloud.film || this.up === null) return; // another film has come, or the reader has gone
    if (!frames) return this.#setUp(this.up); // until there is one again
    this.#setUp(2 * this.up < frames[0].length ? this.up : null, frames);
  }

  /** @param {number | null} index @param {Float32Array[]} [frames] */
  #setUp(index, frames = []) {
    this.up = index;
    const way = frames.flatMap((points) => [...points.subarray(2 * index, 2 * index + 2)]);
    this.wayUp = index === null || !way.length ? null : Float32Array.from(way);
    this.#changed();
  }

  #changed() {
    this.draw();
    this.#toy.settings.set({ toy_down: this.down ?? this.#wanted ?? -1, toy_up: this.up ?? -1 });
    tell(this, "changed");
  }
}

/** As a setting has it. @param {number} number */
const numberOf = (number) => (number < 0 ? null : number);
