// @ts-check
// Figure 1: the words of the analogy, each lighting its part of a running picture. A tower comes down, and a crew builds
// from its rubble: the exact one, that knows all sixteen towers there are.
import { figures } from "../../figures/figure.js";
import { ValuePicture } from "../../figures/value-picture.js";
import { seedFrom } from "../../lib/dice.js";
import { byId } from "../../lib/dom.js";
import { say } from "../../lib/words.js";
import { T } from "../../lesson/demolition.js";
import { distance2, mixture, perplexity } from "../../lesson/posterior.js";
import { SiteWalk } from "../../lesson/site.js";
import { Build, towersBehind } from "./crew.js";

export class BuildingSite {
  #root;
  #site;
  #street;
  #walk;
  /** @type {Float64Array | null} */ #end = null;
  /** Whose end it is. @type {unknown[]} */ #endOf = [];
  /** @type {Build | null} */ #build = null;
  /** What the build began from. @type {unknown[]} */ #of = [];
  /** The word that the reader has tapped, until the next. */ #kept = "";

  /**
   * @param {HTMLElement} root
   * @param {import("../../lesson/site.js").Site} site
   * @param {() => Float32Array[]} street
   */
  constructor(root, site, street) {
    this.#root = root;
    this.#site = site;
    this.#street = street;
    this.#walk = new SiteWalk(site);
    this.pictures = figures(root, ValuePicture);
    this.#bindWords();
    byId("analogy-site-act", root).addEventListener("click", () => site.set({ way: "down" })); // before it walks
  }

  /** The crew's next build, from the rubble to a tower. @param {import("../../lesson/timed.js").Timed} timed */
  build(timed) {
    const [way, build] = [this.#site.get("way"), this.#site.get("build")];
    if (timed.line.walking && way === "up") return timed.line.stop();
    timed.hold();
    this.#site.set({ way: "up", build: way === "up" ? (build % 0xffff) + 1 : build, t: T });
    return timed.line.walk(0, { from: T });
  }

  /** Lets go of what can be made again: a build's pictures. */
  forget() {
    this.#build = null;
  }

  draw() {
    const site = this.#site;
    const [t, way] = [site.get("t"), site.get("way")];
    const rubble = this.#rubble;
    const x = way === "up" ? this.#built(t) : this.#walk.to(t).x;
    const p = t ? towersBehind(x, this.#street(), t) : null;
    const guess = p ? mixture(p, this.#street()) : x;
    const shown = [site.x0, guess, x, rubble];
    const keys = ["analogy_is_tower", "analogy_is_guess", "analogy_is_x", "analogy_is_rubble"];
    for (const [i, values] of shown.entries()) this.pictures[i].show(values, site.size, say(keys[i], { t }));
    this.#root.dataset.way = way;
    byId("analogy-told", this.#root).textContent = this.#told(t, way, p, x);
  }

  /** Where the walk ends: what a build begins from. */
  get #rubble() {
    const { x0, noise } = this.#site;
    const of = [x0, noise];
    if (!this.#end || of.some((part, i) => part !== this.#endOf[i])) this.#end = this.#walk.to(T).x.slice();
    this.#endOf = of;
    return this.#end;
  }

  /** @param {number} t */
  #built(t) {
    const of = [this.#rubble, this.#site.get("build")];
    if (!this.#build || of.some((part, i) => part !== this.#of[i])) {
      const seed = seedFrom(this.#site.seed, this.#site.get("build")); // other dice than those that made the rubble
      this.#build = new Build(this.#rubble, this.#street(), seed);
    }
    this.#of = of;
    return this.#build.to(t).x;
  }

  /** @param {number} t @param {string} way @param {Float64Array | null} p @param {ArrayLike<number>} x */
  #told(t, way, p, x) {
    if (p) return say("analogy_open", { t, count: perplexity(p).toFixed(1) });
    if (way === "down") return say("analogy_stands");
    const [towers, same] = [this.#street(), distance2(x, this.#site.x0, 1) < 1e-9];
    const number = towers.findIndex((tower) => distance2(x, tower, 1) < 1e-9) + 1;
    return say(same ? "analogy_same_tower" : "analogy_other_tower", { number });
  }

  /** Rows of the table light their part; a tapped one keeps its light. */
  #bindWords() {
    const words = /** @type {HTMLElement[]} */ ([...this.#root.querySelectorAll("[data-lights]")]);
    for (const word of words) {
      const { lights = "" } = word.dataset;
      word.addEventListener("pointerenter", () => this.#light(lights));
      word.addEventListener("pointerleave", () => this.#light(this.#kept));
      word.addEventListener("focusin", () => this.#light(lights));
      word.addEventListener("focusout", () => this.#light(this.#kept));
      word.addEventListener("click", () => {
        this.#kept = this.#kept === lights ? "" : lights;
        for (const each of words)
          each.querySelector("button")?.setAttribute("aria-pressed", String(each.dataset.lights === this.#kept));
        this.#light(lights);
      });
    }
  }

  /** @param {string} name "" for none */
  #light(name) {
    for (const part of /** @type {NodeListOf<HTMLElement>} */ (
      this.#root.querySelectorAll("[data-lights], [data-part-of]")
    ))
      part.classList.toggle("is-lit", name !== "" && (part.dataset.lights ?? part.dataset.partOf) === name);
  }
}
