// @ts-check
// Figure 1: the words of the analogy, each lighting its part of a running picture. A tower comes down, and a crew builds
// from its rubble: the exact one, that knows all sixteen towers there are.
import { figures } from "../../figures/figure.js";
import { ValuePicture } from "../../figures/value-picture.js";
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
    const { x, rubble } = way === "up" ? this.#built(t) : this.#demolished(t);
    const p = t ? towersBehind(x, this.#street(), t) : null;
    const guess = p ? mixture(p, this.#street()) : x;
    const shown = [site.x0, guess, x, rubble];
    const keys = ["analogy_is_tower", "analogy_is_guess", "analogy_is_x", "analogy_is_rubble"];
    for (const [i, values] of shown.entries()) this.pictures[i].show(values, site.size, say(keys[i], { t }));
    this.#root.dataset.way = way;
    byId("analogy-told", this.#root).textContent = this.#told(t, way, p, x);
  }

  /** @param {number} t */
  #demolished(t) {
    const rubble = this.#walk.to(T).x.slice();
    return { rubble, x: this.#walk.to(t).x };
  }

  /** @param {number} t */
  #built(t) {
    const { x0, noise } = this.#site;
    const of = [x0, noise, this.#site.get("build")];
    if (!this.#build || of.some((part, i) => part !== this.#of[i]))
      this.#build = new Build(this.#walk.to(T).x, this.#street(), this.#site.get("build"));
    this.#of = of;
    return { rubble: this.#build.rubble, x: this.#build.to(t).x };
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
