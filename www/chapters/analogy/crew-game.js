// @ts-check
// Figure 2, the game: the reader picks which picture was the earlier one, the best possible player picks too, and each
// candidate then shows the noise that it would have needed. Over the timeline stands how often that player is right at each t.
import { figure, figures } from "../../figures/figure.js";
import { PlotAxes } from "../../figures/plot-axes.js";
import { TimeLine } from "../../figures/time-line.js";
import { ValuePicture } from "../../figures/value-picture.js";
import { breathe, byId, h } from "../../lib/dom.js";
import { hear } from "../../lib/events.js";
import { whenNear } from "../../lib/visible.js";
import { lang, say } from "../../lib/words.js";
import { T } from "../../lesson/demolition.js";
import { meanSquare } from "../../lesson/statistics.js";
import { PICTURES, deal, needed, nines, pick, weigh } from "./game.js";
import { LEVELS } from "./levels.js";
import { Odds } from "./odds.js";

const OWN = ["analogy_at", "analogy_level", "analogy_round"];
const EVERY = 25; // steps of t from one point of the curve to the next
const SNOW = 3; // deviations of noise that are shown white or black

/** @typedef {{ level: string, t: number, hit: boolean, best: boolean }} Answer */

export class CrewGame {
  #site;
  #settings;
  #street;
  #choices;
  #near = false;
  /** @type {import("./game.js").Deal | null} */ #deal = null;
  #which = ""; // the round that it is
  /** The candidate that the reader picked. */ #picked = -1;
  /** @type {Answer[]} */ #answers = [];
  /** @type {Odds | null} */ #odds = null;
  /** The best player's rate in a jump to every EVERY-th t. @type {number[]} */ #curve = [];

  /**
   * @param {HTMLElement} root
   * @param {object} made
   * @param {import("../../lesson/site.js").Site} made.site
   * @param {import("../../settings.js").Settings} made.settings
   * @param {import("../../lesson/choices.js").Choices} made.choices
   * @param {() => Float32Array[]} made.street
   * @param {Promise<unknown>} made.ready
   */
  constructor(root, { site, settings, choices, street, ready }) {
    this.root = root;
    this.#site = site;
    this.#settings = settings;
    this.#choices = choices;
    this.#street = street;
    this.picture = figure(root, ValuePicture);
    this.rates = figure(root, PlotAxes);
    this.line = figure(root, TimeLine);
    this.line.span(T - 1, (position) => position + 1); // no step leads to x_0
    this.#bind();
    ready.then(() => this.#open());
  }

  async #open() {
    await whenNear(this.root, "300px");
    this.#near = true;
    this.draw();
    this.#odds = new Odds(this.#street());
    for (let t = 0; t <= T; t += EVERY) {
      await breathe(); // a point takes milliseconds
      this.#curve.push(this.#odds.jump(t).rate);
    }
    this.#drawRates();
    this.#tell();
  }

  #bind() {
    hear(this.line, "seek", () => this.#site.set({ at: this.line.t }));
    for (const level of LEVELS)
      byId(`analogy-level-${level}`, this.root).addEventListener("click", () =>
        this.#site.set(level === "jump" ? { level, at: T } : { level }),
      );
    byId("analogy-next", this.root).addEventListener("click", () => this.next());
    byId("analogy-game-reset", this.root).addEventListener("click", () => this.reset());
    this.#settings.addEventListener("change", (/** @type {any} */ { names }) => {
      if ([...OWN, "dice", "notation"].some((name) => names.has(name))) this.draw();
    });
  }

  hold() {} // it never moves of itself

  /** The round that is played. */
  get dealt() {
    return this.#deal;
  }

  next() {
    this.#site.set({ round: (this.#site.get("round") % 0xffff) + 1 });
    /** @type {HTMLElement | null} */ (this.root.querySelector(".analogy-card"))?.focus({ preventScroll: true });
  }

  reset() {
    this.#answers = [];
    this.#which = "";
    this.#settings.set(this.#choices.standard("game"));
    this.draw();
  }

  draw() {
    const [t, level] = [this.#site.get("at"), this.#site.get("level")];
    this.line.position = t - 1;
    if (!this.#near) return;
    const which = { level, t, seed: this.#settings.get("dice"), round: this.#site.get("round") };
    if (JSON.stringify(which) !== this.#which) {
      this.#which = JSON.stringify(which);
      this.#deal = deal(this.#street(), which);
      this.#picked = -1;
      this.#lay();
    }
    for (const each of LEVELS)
      byId(`analogy-level-${each}`, this.root).setAttribute("aria-pressed", String(each === level));
    this.picture.show(this.#deal.x, this.#site.size, say("analogy_is_x", { t }));
    byId("analogy-question", this.root).textContent = say(`analogy_ask_${level}`, { t, before: t - 1 });
    this.#label();
    this.#drawRates();
    this.#tell();
  }

  /** Lays the candidates out. */
  #lay() {
    const { candidates, level } = this.#deal;
    const hand = byId("analogy-hand", this.root);
    hand.dataset.level = level;
    hand.replaceChildren(
      ...candidates.map((_, k) =>
        h(
          "button",
          { type: "button", class: "analogy-card", "data-testid": `analogy-card-${k}`, onclick: () => this.answer(k) },
          h("value-picture", { "aria-hidden": "true" }),
          candidates.length === PICTURES ? h("i", { "aria-hidden": "true" }, h("value-picture")) : null,
          h("span", {}, "\u00a0"),
        ),
      ),
    );
    for (const [k, card] of [...hand.children].entries())
      figure(card, ValuePicture).show(candidates[k], this.#site.size, "");
  }

  /** The reader's answer to a round; the first counts. @param {number} k */
  answer(k) {
    if (this.#picked >= 0 || !this.#deal) return;
    this.#picked = k;
    const { truth, level } = this.#deal;
    const best = pick(weigh(this.#deal)) === truth;
    this.#answers.push({ level, t: this.#site.get("at"), hit: k === truth, best });
    this.#label();
    this.#drawRates();
    this.#tell();
  }

  /** What stands on the cards: a number, and after the answer what the best player thinks of each. */
  #label() {
    const deal = this.#deal;
    const p = weigh(deal);
    const open = this.#picked < 0;
    for (const [k, card] of [...byId("analogy-hand", this.root).children].entries()) {
      const named = { number: k + 1, count: p.length };
      const told = open ? null : { chance: percent(p[k]), size: size(meanSquare(needed(deal, k))) };
      const short = p.length > PICTURES ? "analogy_chance" : "analogy_needs";
      card.lastChild.textContent = told
        ? say(short, told)
        : p.length > PICTURES
          ? "\u00a0"
          : say("analogy_card", named);
      card.classList.toggle("is-true", !open && k === deal.truth);
      card.classList.toggle("is-best", !open && k === pick(p));
      card.classList.toggle("is-wrong", k === this.#picked && k !== deal.truth);
      const right = told && k === deal.truth ? `${say("analogy_was_it")} ` : "";
      card.setAttribute(
        "aria-label",
        say("analogy_card", named) + (told ? `: ${right}${say("analogy_needs", told)}` : ""),
      );
      card.setAttribute("aria-disabled", String(!open));
      card.classList.toggle("is-open", open);
      const noise = figures(card, ValuePicture)[1];
      const scaled = () => needed(deal, k).map((value) => value / SNOW);
      if (noise && !open) noise.show(scaled(), this.#site.size, "");
    }
  }

  /** The verdict and the score. */
  #tell() {
    if (!this.#near) return;
    const [{ level, truth }, t] = [this.#deal, this.#site.get("at")];
    const said =
      this.#picked < 0 ? "" : say(this.#picked === truth ? "analogy_hit" : "analogy_miss", { number: truth + 1 });
    const why =
      said && say(`analogy_why_${level}`, { nines: level === "step" ? nines(this.#deal).toLocaleString(lang()) : "" });
    byId("analogy-verdict", this.root).textContent = `${said} ${why}`.trim() || "\u00a0";
    const own = this.#answers.filter((answer) => answer.level === level);
    const hits = { mine: own.filter(({ hit }) => hit).length, best: own.filter(({ best }) => best).length };
    const rates = { rate: percent(this.#rate(level, t)), blind: percent(1 / this.#deal.candidates.length) };
    byId("analogy-score", this.root).textContent = say("analogy_score", { ...hits, ...rates, rounds: own.length, t });
  }

  /** How often the best player is right. @param {string} level @param {number} t */
  #rate(level, t) {
    if (level === "step") return 1; // but for 10⁻ⁿ, see nines()
    return level === "pasts" ? 1 / PICTURES : (this.#odds?.jump(t).rate ?? NaN);
  }

  #drawRates() {
    const [level, t] = [this.#site.get("level"), this.#site.get("at")];
    const blind = 1 / this.#deal.candidates.length;
    Object.assign(this.rates, {
      label: say("analogy_rates", { t, rate: percent(this.#rate(level, t)) }),
      x: { low: 1, high: T, ticks: [] },
      y: { low: 0, high: 1, ticks: [0, 0.5, 1], text: percent },
      margin: { left: 40, right: 34, top: 10, bottom: 8 },
      paint: (/** @type {import("../../figures/plot-axes.js").Plot} */ plot) => {
        const { context, x, y, colour } = plot;
        curve(
          plot,
          [
            [1, blind],
            [T, blind],
          ],
          colour("cement"),
          [3, 4],
        );
        for (const each of LEVELS) {
          const rate = (/** @type {number} */ at) =>
            each === "jump" ? (this.#curve[at / EVERY] ?? NaN) : this.#rate(each, at);
          const points = Array.from({ length: T / EVERY + 1 }, (_, i) => [Math.max(1, EVERY * i), rate(EVERY * i)]);
          if (points.every(([, value]) => value >= 0))
            curve(plot, points, colour(each === level ? "ink" : "line-strong"));
        }
        context.strokeStyle = context.fillStyle = colour("brick");
        for (const { hit, t: at } of this.#answers.filter((answer) => answer.level === level)) {
          context.beginPath();
          context.arc(x(at), y(hit ? 1 : 0), 3.5, 0, 2 * Math.PI);
          if (hit) context.fill();
          else context.stroke();
        }
        context.fillStyle = colour("ink");
        context.beginPath();
        context.arc(x(t), y(this.#rate(level, t) || 0), 4, 0, 2 * Math.PI);
        context.fill();
      },
    });
    this.rates.draw();
  }
}

/** @param {number} part */
const percent = (part) => (part >= 0 ? part.toLocaleString(lang(), { style: "percent" }) : "…");

/** Of noise: two places, or none where it is far too large. @param {number} value */
const size = (value) => (value < 10 ? value.toFixed(2) : Math.round(value).toLocaleString(lang()));

/**
 * @param {import("../../figures/plot-axes.js").Plot} plot
 * @param {number[][]} points
 * @param {string} shade
 * @param {number[]} dashes
 */
function curve({ context, x, y }, points, shade, dashes = []) {
  context.strokeStyle = shade;
  context.lineWidth = 1.5;
  context.setLineDash(dashes);
  context.beginPath();
  for (const [at, value] of points) context.lineTo(x(at), y(value));
  context.stroke();
  context.setLineDash([]);
}
