// @ts-check
// Algorithms 1 and 2 in slow motion: a numbered line at a time, the pictures that it touches bright, the rest dimmed. In
// sampling, the exact answer over a hundred towers stands for the network: it runs anywhere, and a thousand steps of it take
// no time. In training the network itself is asked, once a round, as soon as it is there.
import { figures } from "../../figures/figure.js";
import { ValuePicture } from "../../figures/value-picture.js";
import { byId, number } from "../../lib/dom.js";
import { dice } from "../../lib/dice.js";
import { Sight } from "../../lib/visible.js";
import { say } from "../../lib/words.js";
import { T, jump } from "../../lesson/demolition.js";
import { jump as hoJump } from "../../lesson/ho-schedule.js";
import { meanSquare } from "../../lesson/statistics.js";
import { SIZE, drawTowers } from "../../lesson/towers.js";
import { Run, squares, strides } from "./chains.js";
import { guessOf } from "./exact.js";

const TOWERS = 100;
const BEAT = 1300; // ms a line
const PATIENCE = 25; // ms of building before the next frame
/** The pictures that a line touches, by algorithm and line. @type {Record<number, string[][]>} */
const TOUCHED = {
  1: [[], ["x0"], ["t"], ["noise"], ["t", "x", "eps", "error"], []],
  2: [["x"], ["t"], ["z"], ["x", "eps", "z", "next"], ["t"], ["next"]],
};

export class SlowMotion {
  #root;
  #site;
  #crew;
  #sight;
  #timer = 0;
  #asked = ""; // what the network was asked last
  /** What is said under the pictures. */ #told = { key: "generate_wait", values: {} };
  /** @type {Float32Array[]} */ #towers = [];
  /** @type {Building | null} */ #building = null;

  /**
   * @param {HTMLElement} root
   * @param {import("../../lesson/site.js").Site} site
   * @param {import("./crew.js").Crew} crew
   */
  constructor(root, site, crew) {
    this.#root = root;
    this.#site = site;
    this.#crew = crew;
    this.#sight = new Sight(root);
    this.pictures = Object.fromEntries(figures(root, ValuePicture).map((each) => [each.getAttribute("name"), each]));
    for (const algorithm of [1, 2])
      byId(`generate-algorithm-${algorithm}`, root).addEventListener("click", () => site.set({ algorithm, line: 1 }));
    byId("generate-next", root).addEventListener("click", () => this.next());
    byId("generate-play", root).addEventListener("click", () => this.play());
  }

  /** Draws the towers of the exact answer. */
  async open() {
    this.#towers = await drawTowers(TOWERS);
  }

  /** Lets go of what can be made again. */
  forget() {
    this.stop();
    this.#building = null;
  }

  /** A line after another until it is pressed again. */
  play() {
    if (this.#timer) return this.stop();
    this.#timer = window.setInterval(() => this.#sight.seen && !document.hidden && this.next(), BEAT);
    this.next();
    this.#showPlay();
  }

  stop() {
    clearInterval(this.#timer);
    this.#timer = 0;
    this.#showPlay();
  }

  #showPlay() {
    byId("generate-play", this.#root).textContent = say(this.#timer ? "generate_stop" : "generate_play");
  }

  /** The line that the figure can stand at: the first and the last have their own t. */
  get line() {
    const { algorithm, line, slow } = this.#choices;
    if (algorithm === 2 && ((line === 1 && slow !== T) || (line === 6 && slow !== 1))) return 4;
    return line;
  }

  get #choices() {
    const get = (/** @type {string} */ name) => this.#site.get(name);
    return { algorithm: get("algorithm"), line: get("line"), slow: get("slow"), round: get("round") };
  }

  /** On to the next line, as the algorithm goes. */
  next() {
    const { algorithm, slow: t, round } = this.#choices;
    const line = this.line;
    if (algorithm === 1) {
      if (line === 6) return this.#site.set({ line: 2, round: (round + 1) % 1000 });
      return this.#site.set(line === 2 ? { line: 3, slow: this.#drawn(round) } : { line: line + 1 });
    }
    if (line === 6) return this.#site.set({ line: 1, slow: T });
    if (line === 5 && t > 1) return this.#site.set({ line: 3, slow: t - 1 });
    this.#site.set({ line: line + 1 });
  }

  /** The t of a round of Algorithm 1. @param {number} round */
  #drawn(round) {
    return 1 + Math.floor(T * dice(this.#site.seed, 2 * round)());
  }

  draw() {
    const { algorithm, slow: t, round } = this.#choices;
    for (const each of [1, 2]) {
      byId(`generate-algorithm-${each}`, this.#root).setAttribute("aria-pressed", algorithm === each);
      byId(`generate-lines-${each}`, this.#root).hidden = algorithm !== each;
      byId(`generate-tensors-${each}`, this.#root).hidden = algorithm !== each;
    }
    if (algorithm === 1) this.#train(t, round);
    else this.#build(t);
    if (algorithm === 2 || !this.#crew.network) this.#asked = "";
    this.#light(algorithm, this.line);
    this.#showPlay();
  }

  /** @param {number} algorithm @param {number} line */
  #light(algorithm, line) {
    const lines = byId(`generate-lines-${algorithm}`, this.#root).children;
    for (const [i, item] of [...lines].entries()) {
      item.classList.toggle("is-now", i === line - 1);
      if (i === line - 1) item.setAttribute("aria-current", "step");
      else item.removeAttribute("aria-current");
    }
    const touched = TOUCHED[algorithm][line - 1];
    for (const figure of byId(`generate-tensors-${algorithm}`, this.#root).querySelectorAll("[data-tensor]"))
      figure.classList.toggle("is-dim", !touched.includes(figure.getAttribute("data-tensor") ?? ""));
  }

  /** Algorithm 1: one round of training; the lesson's own tower comes first. @param {number} t @param {number} round */
  #train(t, round) {
    const index = Math.floor(TOWERS * dice(this.#site.seed, 2 * round + 1)());
    const x0 = round ? this.#towers[index] : this.#site.x0;
    const noise = this.#site.noise.jump(1 + round);
    const { network } = this.#crew;
    const x = (network ? hoJump : jump)(x0, noise, t); // the network knows Ho's schedule alone
    this.#show({ "generate-1-x0": x0, "generate-1-noise": noise, "generate-1-x": x }, t);
    const asked = `${t} ${round} ${this.#site.seed} ${this.#site.tower}`;
    if (!network) return this.#compare(noise, exact(this.#towers, x, t), "generate_slow_trained", { t, round });
    if (this.#asked === asked) return this.#tell();
    this.#asked = asked;
    const here = () => this.#asked === asked && this.#site.get("algorithm") === 1;
    network
      .guess(x, t)
      .then(({ noise: eps }) => here() && this.#compare(noise, eps, "generate_slow_asked", { t, round }))
      .catch((error) => this.#crew.network === network && this.#crew.fail(error)); // otherwise it has gone meanwhile
  }

  /**
   * @param {ArrayLike<number>} noise
   * @param {Float64Array} eps
   * @param {string} key of what is said
   * @param {{ t: number, round: number }} told
   */
  #compare(noise, eps, key, { t, round }) {
    const error = eps.map((value, i) => noise[i] - value);
    this.#show({ "generate-1-eps": eps, "generate-1-error": error }, t);
    this.#told = { key, values: { round: round + 1, t, loss: number(meanSquare(error)) } };
    this.#tell();
  }

  #tell() {
    byId("generate-slow-told", this.#root).textContent = say(this.#told.key, this.#told.values);
  }

  /** Algorithm 2: the step from t, or as far as it has come on the way there. @param {number} asked t */
  #build(asked) {
    const { noise } = this.#site;
    if (this.#building?.noise !== noise) this.#building = new Building(this.#towers, noise);
    const t = this.#building.toward(asked, PATIENCE);
    if (t > asked) requestAnimationFrame(() => this.#site.get("algorithm") === 2 && this.draw());
    const { x, guess, next, z } = this.#building.at(t);
    const eps = noiseOf(x, guess, t);
    this.#show(
      { "generate-2-x": x, "generate-2-eps": eps, "generate-2-x0": guess, "generate-2-z": z, "generate-2-next": next },
      t,
    );
    this.#told = { key: "generate_slow_built", values: { t, before: t - 1 } };
    this.#tell();
  }

  /** @param {Record<string, ArrayLike<number>>} values @param {number} t */
  #show(values, t) {
    for (const [name, each] of Object.entries(values))
      this.pictures[name].show(each, SIZE, say(`generate_is_${name.split("-").pop()}`, { t, before: t - 1 }));
  }
}

/** @param {Float32Array[]} towers @param {Float64Array} x @param {number} t */
const exact = (towers, x, t) => noiseOf(x, guessOf({ centres: towers, std: 0 })(x, ...squares(t)), t);

/** ε̂ = (x_t − ᾱ_t x̂_0)/β̄_t. @param {Float64Array} x @param {Float64Array} guess @param {number} t */
function noiseOf(x, guess, t) {
  const [keep, mix] = squares(t).map(Math.sqrt);
  return x.map((value, i) => (value - keep * guess[i]) / mix);
}

/** Algorithm 2 over the towers: every x_t once it has been reached. */
class Building {
  /** @type {Float32Array[]} by t */ #reached = [];

  /** @param {Float32Array[]} towers @param {import("../../lesson/noise.js").Noise} noise */
  constructor(towers, noise) {
    this.noise = noise;
    this.chain = strides("beta_tilde", T);
    this.guess = guessOf({ centres: towers, std: 0 });
    const start = noise.jump();
    this.run = new Run(this.chain, start, this.guess, (step) => noise.step(T - step));
    this.#reached[T] = start;
  }

  /**
   * Goes on for so long, or until x_{t−1} is reached; gives the t that can be shown, the nearest to the one asked for.
   * @param {number} t
   * @param {number} ms
   */
  toward(t, ms) {
    const end = performance.now() + ms;
    while (!this.#reached[t - 1]) {
      const { x } = this.run.step();
      this.#reached[T - this.run.done] = Float32Array.from(x);
      if (performance.now() > end) break;
    }
    return Math.max(t, T - this.run.done + 1);
  }

  /** x_t, x̂_0, z and x_{t−1} of a step that has been reached. @param {number} t */
  at(t) {
    const x = Float64Array.from(this.#reached[t]);
    const z = t > 1 ? this.noise.step(t) : new Float32Array(x.length);
    return { x, guess: this.guess(x, ...squares(t)), z, next: this.#reached[t - 1] };
  }
}
