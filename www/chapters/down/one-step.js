// @ts-check
// Figure 1: one step as an equation of pictures, the account of one brick under it, and all bricks' noise against what it
// fell on.
import { figure, figures } from "../../figures/figure.js";
import { PlotAxes } from "../../figures/plot-axes.js";
import { SignedSum } from "../../figures/signed-sum.js";
import { ValuePicture } from "../../figures/value-picture.js";
import { placeIn } from "../../lib/canvas.js";
import { byId, number } from "../../lib/dom.js";
import { hear } from "../../lib/events.js";
import { math, mi, mn, mo, row, sqrt, sub } from "../../lib/formula.js";
import { say } from "../../lib/words.js";
import { alpha2, beta2 } from "../../lesson/demolition.js";
import { minus } from "../../lesson/numbers.js";
import { SiteWalk } from "../../lesson/site.js";
import { correlation, strayingOfR } from "../../lesson/statistics.js";

const REACH = 3.2; // of the axes
const WITHIN = 16; // CSS pixels from a dot that still mean it

export class OneStep {
  #root;
  #site;
  #walk;
  /** Where the scatter's dots are, in CSS pixels. @type {[x: number, y: number][]} */ #dots = [];

  /** @param {HTMLElement} root @param {import("../../lesson/site.js").Site} site */
  constructor(root, site) {
    this.#root = root;
    this.#site = site;
    this.#walk = new SiteWalk(site);
    this.pictures = figures(root, ValuePicture);
    this.scatter = figure(root, PlotAxes);
    this.sum = figure(root, SignedSum);
    this.scatter.addEventListener("pointerdown", (event) => this.#pickDot(event));
    for (const picture of this.pictures) hear(picture, "pick", ({ pixel }) => site.set({ pixel }));
  }

  draw() {
    const site = this.#site;
    const t = site.get("step");
    const { x, before } = this.#walk.to(t);
    const noise = site.noise.step(t);
    const pixel = site.get("pixel");
    const keys = ["down_is_after", "down_is_before", "down_is_thrown"];
    for (const [i, values] of [x, before, noise].entries()) {
      this.pictures[i].show(values, site.size, say(keys[i], { t, before: t - 1 }));
      this.pictures[i].mark = pixel;
    }
    const green = (/** @type {Float64Array | Float32Array} */ values) =>
      Array.from(values.subarray(site.size ** 2, 2 * site.size ** 2));
    this.#reckon(t, [green(x)[pixel], green(before)[pixel], green(noise)[pixel]]);
    this.#scatter(green(before), green(noise), pixel);
  }

  /** Eq. 3 in symbols, and with the numbers of one brick. @param {number} t @param {number[]} values x_t, x_{t−1}, ε_t */
  #reckon(t, [x, before, noise]) {
    const su = this.#site.notation === "su";
    const [alpha, beta] = [mi("α", "of-wall"), mi("β", "of-ground")].map((letter) =>
      su ? sub(letter, mi("t")) : sqrt(sub(letter, mi("t"))),
    );
    const earlier = row(mi("t"), mo("−"), mn("1"));
    byId("down-formula", this.#root).replaceChildren(
      math([sub(mi("x"), mi("t")), mo("="), alpha, sub(mi("x"), earlier), mo("+"), beta, sub(mi("ε"), mi("t"))]),
    );
    const [keep, mix] = [Math.sqrt(alpha2(t)), Math.sqrt(beta2(t))];
    const parts = [signed(x), mo("="), mn(number(keep), "of-wall"), mo("×"), inParens(before)];
    byId("down-reckoned", this.#root).replaceChildren(
      math([...parts, mo("+"), mn(number(mix), "of-ground"), mo("×"), inParens(noise)]),
    );
    this.sum.show([
      { value: keep * before, colour: "brick" },
      { value: mix * noise, colour: "cement" },
    ]);
  }

  /** @param {number[]} before x_{t−1} @param {number[]} noise ε_t @param {number} picked */
  #scatter(before, noise, picked) {
    const r = correlation(before, noise);
    const told = { r: minus(r.toFixed(3)), strays: strayingOfR(noise.length).toFixed(3) };
    byId("down-r", this.#root).textContent = say("down_r", told);
    const axis = { low: -REACH, high: REACH, ticks: [-2, 0, 2], text: (/** @type {number} */ v) => minus(String(v)) };
    Object.assign(this.scatter, {
      x: axis,
      y: axis,
      label: say("down_scatter", told),
      margin: { left: 26, right: 6, top: 6, bottom: 20 },
      paint: (/** @type {import("../../figures/plot-axes.js").Plot} */ { context, x, y, colour }) => {
        this.#dots = before.map((value, i) => [x(value), y(noise[i])]);
        context.fillStyle = colour("cement-ink");
        context.globalAlpha = 0.55;
        for (const [left, top] of this.#dots) context.fillRect(left - 1, top - 1, 2, 2);
        context.globalAlpha = 1;
        context.strokeStyle = colour("ink");
        context.lineWidth = 2;
        context.beginPath();
        context.arc(...this.#dots[picked], 5, 0, 2 * Math.PI);
        context.stroke();
      },
    });
    this.scatter.draw();
  }

  /** The brick whose dot lies nearest to the pointer. @param {PointerEvent} event */
  #pickDot(event) {
    const { x, y } = placeIn(this.scatter.canvas, event);
    const { clientWidth, clientHeight } = this.scatter.canvas;
    const far = this.#dots.map(([left, top]) => Math.hypot(left - x * clientWidth, top - y * clientHeight));
    const nearest = Math.min(...far);
    if (nearest <= WITHIN) this.#site.set({ pixel: far.indexOf(nearest) });
  }
}

/** @param {number} value */
const signed = (value) => mn(minus(value.toFixed(3)));
/** @param {number} value */
const inParens = (value) => (value < 0 ? row(mo("("), signed(value), mo(")")) : signed(value));
