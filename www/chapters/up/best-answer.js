// @ts-check
// Figure 2: the best that anyone can answer who knows that x_0 is one of a thousand towers, exactly, as bars and as their
// mean; beside it what the network answers to the same x_t.
import { figure, figures } from "../../figures/figure.js";
import { PlotAxes } from "../../figures/plot-axes.js";
import { ValuePicture } from "../../figures/value-picture.js";
import { byId } from "../../lib/dom.js";
import { lang, say } from "../../lib/words.js";
import { jump } from "../../lesson/ho-schedule.js";
import { correlation } from "../../lesson/statistics.js";
import { minus } from "../../lesson/numbers.js";
import { COUNT } from "../../lesson/thousand.js";
import { Asker } from "./crew.js";
import { nearest, strangers } from "./strangers.js";

const BARS = 40; // the rest is one bar
const LEAST = 1e-4; // of the axis

export class BestAnswer {
  #root;
  #site;
  #crew;
  #asker;
  /** @type {Record<string, Float32Array>} */ #strangers = {};

  /** @param {HTMLElement} root @param {import("../../lesson/site.js").Site} site @param {import("./crew.js").Crew} crew */
  constructor(root, site, crew) {
    this.#root = root;
    this.#site = site;
    this.#crew = crew;
    this.#asker = new Asker(crew);
    const [truth, x, exact, learned, ...likeliest] = figures(root, ValuePicture);
    this.pictures = { truth, x, exact, learned, likeliest };
    this.plot = figure(root, PlotAxes);
    byId("up-known", root).addEventListener("click", () => site.set({ stranger: false }));
    byId("up-stranger", root).addEventListener("click", () => site.set({ stranger: true }));
  }

  async open() {
    this.#strangers = await strangers();
  }

  draw() {
    const [site, crew] = [this.#site, this.#crew];
    const stranger = site.get("stranger");
    byId("up-known", this.#root).setAttribute("aria-pressed", String(!stranger));
    byId("up-stranger", this.#root).setAttribute("aria-pressed", String(stranger));
    const lacks = crew.state === "here" ? "" : say(`up_network_${crew.state}`);
    byId("up-best-lacks", this.#root).textContent = lacks;
    const x0 = stranger ? this.#strangers[site.tower] : site.x0;
    if (!crew.thousand.length || !x0) return;
    const t = site.get("best");
    const x = jump(x0, site.noise.jump(), t);
    const exact = crew.exact(x, t);
    this.pictures.truth.show(x0, site.size, say("up_is_truth"));
    this.pictures.x.show(x, site.size, say("up_is_after", { t }));
    this.pictures.exact.show(exact.x0, site.size, say("up_is_mean", { t }));
    this.#bars(exact.p, t, exact.towers);
    const answers = { t, exact: exact.x0, x0 };
    if (crew.network) this.#asker.ask({ x, t, told: (guess) => this.#compare({ ...answers, learned: guess.x0 }) });
    else this.#forget();
  }

  /** Nothing learned is there to be shown: a grey picture, and why. */
  #forget() {
    const { x0, size } = this.#site;
    this.#asker.forget();
    this.pictures.learned.show(new Float64Array(x0.length), size, say(`up_network_${this.#crew.state}`));
    byId("up-compared", this.#root).textContent = "";
  }

  /** @param {Record<"exact" | "learned" | "x0", ArrayLike<number>> & { t: number }} answers */
  #compare({ t, exact, learned, x0 }) {
    const { size } = this.#site;
    this.pictures.learned.show(learned, size, say("up_is_learned", { t }));
    const apart = (/** @type {ArrayLike<number>} */ a) => nearest(a, [x0]).distance.toFixed(3);
    byId("up-compared", this.#root).textContent = say("up_compared", {
      t,
      r: minus(correlation(exact, learned).toFixed(3)),
      exact: apart(exact),
      learned: apart(learned),
      own: nearest(learned, this.#crew.thousand).distance.toFixed(3),
    });
  }

  /** @param {Float64Array} p of each of the thousand @param {number} t @param {number} towers that p is as good as */
  #bars(p, t, towers) {
    const order = [...p.keys()].sort((a, b) => p[b] - p[a]);
    const first = order.slice(0, BARS).map((i) => p[i]);
    const rest = Math.max(0, 1 - first.reduce((sum, share) => sum + share, 0));
    const { size } = this.#site;
    for (const [rank, picture] of this.pictures.likeliest.entries()) {
      const percent = percentOf(first[rank]);
      picture.show(this.#crew.thousand[order[rank]], size, say("up_is_likely", { rank: rank + 1, percent }));
      byId(`up-likely-${rank}`, this.#root).textContent = percent;
    }
    const count = towers.toLocaleString(lang(), { maximumFractionDigits: towers < 10 ? 1 : 0 });
    byId("up-towers", this.#root).textContent = say(count === "1" ? "up_certain" : "up_as_good_as", { count, t });
    const told = { count, t, first: percentOf(first[0]), rest: percentOf(rest), bars: BARS };
    Object.assign(this.plot, {
      label: say("up_bars", told),
      x: { low: 0, high: BARS + 6, ticks: [] },
      y: {
        low: LEAST,
        high: 1,
        log: true,
        ticks: [0.001, 0.01, 0.1, 1],
        text: (/** @type {number} */ v) => `${100 * v}%`,
      },
      margin: { left: 40, right: 6, top: 8, bottom: 20 },
      paint: (/** @type {import("../../figures/plot-axes.js").Plot} */ plot) => paintBars(plot, first, rest),
    });
    this.plot.draw();
  }
}

const FEWEST = 1e-3; // that are told as a number

/** @param {number} share */
function percentOf(share) {
  const written = (/** @type {number} */ value) =>
    value.toLocaleString(lang(), { style: "percent", maximumFractionDigits: value < 0.1 ? 1 : 0 });
  return share < FEWEST ? `<${written(FEWEST)}` : written(share);
}

/**
 * A bar for each of the likeliest, a wide one for all the others together, and a line where all thousand would be alike.
 * @param {import("../../figures/plot-axes.js").Plot} plot
 * @param {number[]} first
 * @param {number} rest
 */
function paintBars({ context, box, x, y, colour }, first, rest) {
  const bar = (/** @type {number} */ from, /** @type {number} */ to, /** @type {number} */ share) => {
    if (share <= LEAST) return;
    context.fillRect(x(from) + 0.5, y(share), x(to) - x(from) - 1, box.bottom - y(share));
  };
  context.fillStyle = colour("brick");
  for (const [rank, share] of first.entries()) bar(rank, rank + 1, share);
  context.fillStyle = colour("cement");
  bar(BARS + 1, BARS + 6, rest);
  context.fillStyle = colour("ink");
  context.globalAlpha = 0.6;
  context.fillRect(box.left, y(1 / COUNT), box.right - box.left, 1);
  context.globalAlpha = 1;
  context.fillStyle = colour("ink-2");
  context.textAlign = "left";
  context.fillText(say("up_rank"), box.left, box.bottom + 15);
  context.textAlign = "right";
  context.fillText(say("up_rest", { count: COUNT - BARS }), box.right, box.bottom + 15);
}
