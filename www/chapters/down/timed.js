// @ts-check
// What the chapter's four figures have in common: one t, which a timeline shows and moves, the act 拆, which runs to the
// rubble, and a reset. A figure begins to move when it is first seen, up to the t where it tells most, and waits there;
// it rests off the screen, and once the reader has touched it, or a link has set it, it moves only when asked.
import { figure } from "../../figures/figure.js";
import { TimeLine } from "../../figures/time-line.js";
import { byId, reducedMotion } from "../../lib/dom.js";
import { hear } from "../../lib/events.js";
import { bindKeys } from "../../lib/keys.js";
import { Sight, whenNear } from "../../lib/visible.js";
import { T } from "./demolition.js";
import { FIGURES, properties } from "./settings.js";

/**
 * What a figure shows, drawn from the settings, the tower and its noise alone.
 * @typedef {object} Scene
 * @property {() => void} draw
 */

export class Timed {
  #settings;
  #names;
  #scene;
  #sight;
  #near = false;
  #touched;
  #goal = 0; // the t at which the walk under way will end

  /**
   * @param {HTMLElement} root of the figure
   * @param {keyof typeof FIGURES} id
   * @param {import("../../page.js").Page["settings"]} settings
   * @param {Scene} scene
   * @param {Promise<unknown>} ready resolves when there is a tower
   */
  constructor(root, id, settings, scene, ready) {
    this.root = root;
    this.#settings = settings;
    this.#names = FIGURES[id];
    this.#scene = scene;
    ready.then(() => this.#open());
    this.#sight = new Sight(root);
    this.#touched = this.#names.some((name) => Object.hasOwn(settings.link.values, name));
    this.first = id === "step" ? 1 : 0; // no step leads to x_0
    this.line = figure(root, TimeLine);
    this.line.span(T - this.first, (position) => position + this.first);
    this.line.position = this.t - this.first;
    this.#bind(id);
  }

  /** There is a tower: draws it where it is near the screen, and moves when it is seen. */
  async #open() {
    await whenNear(this.root, "300px");
    this.#near = true;
    this.draw();
    await this.#sight.whenSeen();
    if (!this.#touched && !reducedMotion()) this.#walk(this.t, 0);
  }

  get t() {
    return this.#settings.get(this.#names[0]);
  }

  /** @param {keyof typeof FIGURES} id */
  #bind(id) {
    hear(this.line, "seek", () => this.#moved(true));
    hear(this.line, "move", () => this.#moved(false));
    for (const type of ["pointerdown", "keydown"])
      this.root.addEventListener(type, () => (this.#touched = true), { capture: true });
    byId(`down-${id}-act`, this.root).addEventListener("click", () => this.demolish());
    byId(`down-${id}-reset`, this.root).addEventListener("click", () => this.reset());
    bindKeys(this.root, this.line.keys);
    this.#settings.addEventListener("change", (/** @type {any} */ { names }) => {
      if ([...this.#names, "down_tower", "down_seed", "notation"].some((name) => names.has(name))) this.draw();
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
    this.line.walk(t - this.first, { from: Math.max(0, from - this.first) });
  }

  /** 拆: on to the rubble, from the tower where the rubble lies there already; pressed again, it stops. */
  demolish() {
    if (this.line.walking) this.line.stop();
    else this.#walk(T, this.t === T ? 0 : this.t);
  }

  /** The reader has taken it over: from now on it moves only when asked. */
  hold() {
    this.#touched = true;
    this.line.stop();
  }

  reset() {
    this.line.stop();
    this.#settings.set(Object.fromEntries(this.#names.map((name) => [name, properties[name][0]])));
  }

  draw() {
    if (this.line.t !== this.t) {
      this.line.stop(); // somebody else has moved it
      this.line.position = this.t - this.first;
    }
    if (this.#near) this.#scene.draw();
  }
}
