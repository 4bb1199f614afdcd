// @ts-check
// What figures over a timeline have in common: one t, which a timeline shows and moves, the act, 拆, which runs to the
// rubble, or 建, which runs back, and a reset. A figure begins to move when it is first seen, up to the t where it tells
// most, and waits there; it rests off the screen, and once the reader has touched it, or a link has set it, it moves only
// when asked.
import { figure } from "../figures/figure.js";
import { TimeLine } from "../figures/time-line.js";
import { byId, reducedMotion } from "../lib/dom.js";
import { hear } from "../lib/events.js";
import { bindKeys } from "../lib/keys.js";
import { Sight, whenNear } from "../lib/visible.js";
import { T } from "./demolition.js";

/**
 * What a figure shows, drawn from the settings, the tower and its noise alone.
 * @typedef {object} Scene
 * @property {() => void} draw
 */

const SHARED = ["tower", "dice", "notation"]; // choices that every figure obeys

export class Timed {
  #settings;
  #choices;
  #id;
  #scene;
  #sight;
  #near = false;
  #touched;
  #way;
  #goal = 0; // the t at which the walk under way will end

  /**
   * @param {HTMLElement} root of the figure; its data-testid begins those of its act and its reset
   * @param {string} id of the figure among the chapter's choices
   * @param {object} made
   * @param {import("./choices.js").Choices} made.choices
   * @param {import("../settings.js").Settings} made.settings
   * @param {Scene} made.scene
   * @param {Promise<unknown>} made.ready resolves when there is something to draw
   * @param {number} [made.first] the lowest t: 1 where no step leads to x_0
   * @param {boolean} [made.builds] whether its act is 建
   */
  constructor(root, id, { choices, settings, scene, ready, first = 0, builds = false }) {
    this.root = root;
    this.first = first;
    /** Where its act leads, and where that begins anew. */
    this.#way = builds ? { end: first, start: T } : { end: T, start: first };
    this.#settings = settings;
    this.#choices = choices;
    this.#id = id;
    this.#scene = scene;
    ready.then(() => this.#open());
    this.#sight = new Sight(root);
    this.#touched = this.#names.some((name) => Object.hasOwn(settings.link.values, name));
    this.line = figure(root, TimeLine);
    this.line.span(T - this.first, (position) => position + this.first);
    this.line.position = this.t - this.first;
    this.#bind();
  }

  /** There is a tower: draws it where it is near the screen, and moves when it is seen. */
  async #open() {
    await whenNear(this.root, "300px");
    this.#near = true;
    this.draw();
    await this.#sight.whenSeen();
    if (!this.#touched && !reducedMotion()) this.#walk(this.t, this.#way.start);
  }

  get #names() {
    return this.#choices.figures[this.#id];
  }

  get t() {
    return this.#settings.get(this.#names[0]);
  }

  #bind() {
    const name = this.root.dataset.testid;
    hear(this.line, "seek", () => this.#moved(true));
    hear(this.line, "move", () => this.#moved(false));
    for (const type of ["pointerdown", "keydown"])
      this.root.addEventListener(type, () => (this.#touched = true), { capture: true });
    byId(`${name}-act`, this.root).addEventListener("click", () => this.act());
    byId(`${name}-reset`, this.root).addEventListener("click", () => this.reset());
    bindKeys(this.root, this.line.keys);
    this.#settings.addEventListener("change", (/** @type {any} */ { names }) => {
      if ([...this.#names, ...SHARED].some((name) => names.has(name))) this.draw();
    });
  }

  /** @param {boolean} byHand */
  #moved(byHand) {
    let { t } = this.line;
    if (!byHand && !this.#sight.seen) t = this.#goal; // nobody is looking
    this.#settings.set({ [this.#names[0]]: t });
  }

  /** @param {number} t @param {number} from */
  #walk(t, from) {
    this.#goal = t;
    this.line.walk(t - this.first, { from: from - this.first });
  }

  /** 拆: on to the rubble, from the tower where the rubble lies there already; 建: the other way. Pressed again, it stops. */
  act() {
    const { end, start } = this.#way;
    if (this.line.walking) this.line.stop();
    else this.#walk(end, this.t === end ? start : this.t);
  }

  /** The reader has taken it over: from now on it moves only when asked. */
  hold() {
    this.#touched = true;
    this.line.stop();
  }

  reset() {
    this.line.stop();
    this.#settings.set(this.#choices.standard(this.#id));
  }

  draw() {
    if (this.line.t !== this.t) {
      this.line.stop(); // somebody else has moved it
      this.line.position = this.t - this.first;
    }
    if (this.#near) this.#scene.draw();
  }
}
