// @ts-check
// Figure 1: one step back as an equation of pictures (eq. 8 and 17). Any of its terms can be looked at alone, in large; the
// others step back meanwhile. The noise is guessed by the network, or exactly, from the thousand.
import { figures } from "../../figures/figure.js";
import { ValuePicture } from "../../figures/value-picture.js";
import { byId, h, number } from "../../lib/dom.js";
import { bar, frac, math, mi, mn, mo, row, sqrt, sub } from "../../lib/formula.js";
import { say } from "../../lib/words.js";
import { alpha2, beta2, jump } from "../../lesson/ho-schedule.js";
import { meanSquare } from "../../lesson/statistics.js";
import { Asker } from "./crew.js";
import { coefficients, mean, sigma, stepsPart } from "./rebuilding.js";

const TERMS = ["before", "after", "guess", "fresh"]; // as they stand in the equation

export class OneStepBack {
  #root;
  #site;
  #crew;
  #asker;
  /** What is shown: t, who has guessed, and the pictures by term. @type {any} */ #shown = null;
  /** The term under the pointer or with the focus. @type {string | null} */ #looked = null;

  /** @param {HTMLElement} root @param {import("../../lesson/site.js").Site} site @param {import("./crew.js").Crew} crew */
  constructor(root, site, crew) {
    this.#root = root;
    this.#site = site;
    this.#crew = crew;
    this.#asker = new Asker(crew);
    const pictures = figures(root, ValuePicture);
    this.large = pictures[TERMS.length];
    this.pictures = Object.fromEntries(TERMS.map((term, i) => [term, pictures[i]]));
    for (const term of TERMS) {
      const button = byId(`up-term-${term}`, root);
      const look = (/** @type {string | null} */ at) => {
        this.#looked = at;
        this.#isolate();
      };
      button.addEventListener("pointerenter", () => look(term));
      button.addEventListener("pointerleave", () => look(null));
      button.addEventListener("focus", () => look(term));
      button.addEventListener("blur", () => look(null));
      button.addEventListener("click", () => site.set({ term: site.get("term") === term ? "none" : term }));
    }
    for (const who of ["network", "exact"])
      byId(`up-who-${who}`, root).addEventListener("click", () => site.set({ who }));
    for (const spread of ["beta_tilde", "beta", "zero"])
      byId(`up-sigma-${spread}`, root).addEventListener("click", () => site.set({ sigma: spread }));
  }

  draw() {
    const [site, crew] = [this.#site, this.#crew];
    const t = site.get("step");
    const x = jump(site.x0, site.noise.jump(), t);
    const who = site.get("who") === "network" && crew.network ? "network" : "exact";
    this.#press(who);
    if (who === "network") {
      this.#asker.ask({ x, t, told: ({ noise }) => this.#show({ t, x, noise, who }) });
      return;
    }
    this.#asker.forget();
    if (crew.thousand.length) this.#show({ t, x, noise: crew.exact(x, t).noise, who });
  }

  /** @param {"network" | "exact"} who really answers */
  #press(who) {
    const { state } = this.#crew;
    for (const each of ["network", "exact"])
      byId(`up-who-${each}`, this.#root).setAttribute("aria-pressed", String(each === who));
    byId("up-who-network", this.#root).disabled = state === "none" || state === "failed";
    byId("up-who-lacks", this.#root).textContent = state === "here" ? "" : say(`up_network_${state}`);
    for (const spread of ["beta_tilde", "beta", "zero"])
      byId(`up-sigma-${spread}`, this.#root).setAttribute("aria-pressed", this.#site.get("sigma") === spread);
  }

  /** @param {{ t: number, x: Float64Array, noise: Float64Array, who: "network" | "exact" }} step */
  #show({ t, x, noise, who }) {
    const site = this.#site;
    const fresh = site.noise.step(t);
    const by = sigma(t, site.get("sigma"));
    const before = mean(x, noise, t).map((value, i) => value + by * fresh[i]);
    this.#shown = { t, who, pictures: { before, after: x, guess: noise, fresh } };
    for (const term of TERMS) {
      this.pictures[term].show(this.#shown.pictures[term], site.size, this.#name(term));
      byId(`up-term-${term}`, this.#root).setAttribute("aria-label", this.#name(term));
    }
    this.#signs(t, by);
    this.#tell(t, noise, fresh);
    this.#isolate();
  }

  /** What a term is, in words. @param {string} term */
  #name(term) {
    const { t, who } = this.#shown;
    return say(`up_is_${term}`, { t, before: t - 1, who: say(`up_${who}`) });
  }

  /** The signs between the pictures, with what they are worth here. @param {number} t @param {number} by σ_t */
  #signs(t, by) {
    const su = this.#site.notation === "su";
    const index = (/** @type {Node} */ letter) => sub(letter, mi("t"));
    const without = (/** @type {Node} */ letter) => row(mn("1"), mo("−"), index(letter));
    const part = su ? index(mi("β")) : frac(without(mi("α")), sqrt(without(bar("α"))));
    const times = Math.sqrt(beta2(t)) * (su ? 1 : stepsPart(t));
    const alpha = index(mi("α"));
    const put = (/** @type {string} */ id, /** @type {Node[]} */ signs, /** @type {number} */ worth) =>
      byId(id, this.#root).replaceChildren(math(signs), h("small", {}, number(worth)));
    put("up-sign-guess", [mo("−"), part], times);
    put("up-sign-over", [mo("/"), su ? alpha : sqrt(alpha)], Math.sqrt(alpha2(t)));
    put("up-sign-fresh", [mo("+"), index(mi("σ"))], by);
    const strength = say("up_strengthened", { times: (1 / stepsPart(t)).toPrecision(2) });
    byId("up-strength", this.#root).textContent = su ? strength : "";
  }

  /**
   * What the terms do in this step: the roots of their mean squares, coefficients included.
   * @param {number} t
   * @param {ArrayLike<number>} noise ε̂
   * @param {ArrayLike<number>} fresh z
   */
  #tell(t, noise, fresh) {
    const { noise: ofNoise, z } = coefficients(t, this.#site.get("sigma"));
    const moves = (/** @type {number} */ by, /** @type {ArrayLike<number>} */ values) =>
      number(Math.abs(by) * Math.sqrt(meanSquare(values)));
    const told = { t, guess: moves(ofNoise, noise), fresh: moves(z, fresh) };
    byId("up-told", this.#root).textContent = say(z ? "up_told" : "up_told_zero", told);
  }

  /** The one term that is looked at, or what the step leads to. */
  #isolate() {
    const term = this.#looked ?? this.#site.get("term");
    for (const each of TERMS) {
      const button = byId(`up-term-${each}`, this.#root);
      button.setAttribute("aria-pressed", String(this.#site.get("term") === each));
      button.closest("figure").classList.toggle("up-aside", term !== "none" && term !== each);
    }
    if (!this.#shown) return;
    const large = term === "none" ? "before" : term;
    this.large.show(this.#shown.pictures[large], this.#site.size, this.#name(large));
    byId("up-large-name", this.#root).textContent = this.#name(large);
  }
}
