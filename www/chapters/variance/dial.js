// @ts-check
// Figure 2: the two noises of x_t as points of a round cloud, and axes that the reader turns. On every pair of axes the
// coordinates stay standard normal and know nothing of each other; at one angle x_t needs only the first of them, eq. 12.
import { figures } from "../../figures/figure.js";
import { PlotAxes } from "../../figures/plot-axes.js";
import { ValueHistogram } from "../../figures/value-histogram.js";
import { placeIn } from "../../lib/canvas.js";
import { byId, clamp } from "../../lib/dom.js";
import { bar, math, mi, mn, mo, row, sub } from "../../lib/formula.js";
import { say } from "../../lib/words.js";
import { minus } from "../../lesson/numbers.js";
import { SiteWalk } from "../../lesson/site.js";
import { correlation, strayingOfR } from "../../lesson/statistics.js";
import { degrees, turned } from "./rotation.js";
import { REACH, dots, green, normalAxis, ring } from "./scatter.js";

const THERE = 0.5; // degrees from the angle of t that still count as there
const MARGIN = { left: 26, right: 10, top: 10, bottom: 26 }; // as much across as upwards: right angles look right
const ARM = 3; // length of the drawn axes

/** @typedef {import("../../figures/plot-axes.js").Plot} Plot */
/** @typedef {ArrayLike<number>} Values by brick */

export class Dial {
  #root;
  #site;
  #walk;

  /** @param {HTMLElement} root @param {import("../../lesson/site.js").Site} site */
  constructor(root, site) {
    this.#root = root;
    this.#site = site;
    this.#walk = new SiteWalk(site);
    const [cloud, own] = figures(root, PlotAxes);
    this.cloud = cloud;
    this.own = own;
    this.histograms = figures(root, ValueHistogram);
    this.#bind();
  }

  #bind() {
    const { canvas } = this.cloud;
    canvas.classList.add("variance-turns");
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      this.#turnTo(event);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (canvas.hasPointerCapture(event.pointerId)) this.#turnTo(event);
    });
    byId("variance-angle", this.#root).addEventListener("input", ({ target }) =>
      this.#site.set({ dial: target.valueAsNumber }),
    );
    byId("variance-there", this.#root).addEventListener("click", () =>
      this.#site.set({ dial: Number(degrees(this.#site.get("turn")).toFixed(2)) }),
    );
  }

  /** The first axis, whichever of its ends is nearer, points where the pointer is. @param {PointerEvent} event */
  #turnTo(event) {
    const { canvas } = this.cloud;
    const { x, y } = placeIn(canvas, event);
    const { left, right, top, bottom } = MARGIN;
    const across = x * canvas.clientWidth - (left + canvas.clientWidth - right) / 2;
    const upwards = (top + canvas.clientHeight - bottom) / 2 - y * canvas.clientHeight;
    const angle = (Math.atan2(upwards, across) * 180) / Math.PI;
    this.#site.set({ dial: Math.round(clamp(angle < -45 ? angle + 180 : angle, 0, 90)) });
  }

  draw() {
    const site = this.#site;
    const [t, dial, pixel] = [site.get("turn"), site.get("dial"), site.get("pixel")];
    const before = this.#walk.to(t - 1).merged();
    const noise = site.noise.step(t);
    const theta = (dial * Math.PI) / 180;
    const whole = turned(noise, before, theta);
    const there = Math.abs(dial - degrees(t)) < THERE;
    const [own, earlier] = [noise, before].map((values) => green(values, site.size));
    const seen = turned(own, earlier, (degrees(t) * Math.PI) / 180).first;
    const axes = [whole.first, whole.second].map((values) => green(values, site.size));
    this.#drawCloud(own, earlier, seen, { t, theta, there, pixel });
    this.#drawTurned(axes, seen, { dial, there, pixel });
    this.histograms[0].show(whole.first);
    this.histograms[1].show(whole.second);
    this.#reckon(t, theta, there);
    const r = correlation(whole.first, whole.second);
    byId("variance-turned-told", this.#root).textContent = say(there ? "variance_there" : "variance_not_there", {
      r: minus(r.toFixed(3)),
      strays: strayingOfR(noise.length).toFixed(3),
    });
    const slider = byId("variance-angle", this.#root);
    slider.value = String(dial);
    slider.setAttribute("aria-valuetext", `${dial}°`);
    byId("variance-angle-value", this.#root).textContent = `${minus(String(dial))}°`;
  }

  /**
   * Where the cloud lies, and the axes that turn over it.
   * @param {Values} own ε_t
   * @param {Values} earlier ε̄_{t−1}
   * @param {Values} seen ε
   * @param {{ t: number, theta: number, there: boolean, pixel: number }} moment
   */
  #drawCloud(own, earlier, seen, { t, theta, there, pixel }) {
    const phi = (degrees(t) * Math.PI) / 180;
    Object.assign(this.cloud, {
      x: normalAxis,
      y: normalAxis,
      margin: MARGIN,
      label: say("variance_cloud", { mark: degrees(t).toFixed(1) }),
      paint: (/** @type {Plot} */ plot) => {
        dots(plot, own, earlier, bySide(plot, seen), dotSize(plot));
        arm(plot, phi, { shade: plot.colour("ink-2"), dashes: [5, 4], text: "ε" });
        arm(plot, theta, { shade: plot.colour("brick"), text: there ? "" : "u" });
        arm(plot, theta + Math.PI / 2, { shade: plot.colour("ink"), text: there ? "ω" : "v" });
        ring(plot, own[pixel], earlier[pixel]);
      },
    });
    this.cloud.draw();
  }

  /**
   * The same cloud with those axes level and upright.
   * @param {Values[]} axes its coordinates
   * @param {Values} seen ε
   * @param {{ dial: number, there: boolean, pixel: number }} moment
   */
  #drawTurned([first, second], seen, { dial, there, pixel }) {
    Object.assign(this.own, {
      x: normalAxis,
      y: normalAxis,
      margin: MARGIN,
      label: say("variance_turned_cloud", { dial }),
      paint: (/** @type {Plot} */ plot) => {
        dots(plot, first, second, bySide(plot, seen), dotSize(plot));
        arm(plot, 0, { shade: plot.colour("brick"), text: there ? "ε" : "u" });
        arm(plot, Math.PI / 2, { shade: plot.colour("ink"), text: there ? "ω" : "v" });
        ring(plot, first[pixel], second[pixel]);
      },
    });
    this.own.draw();
  }

  /** ε̄_t and ε_t on the axes as they stand. @param {number} t @param {number} theta @param {boolean} there */
  #reckon(t, theta, there) {
    const off = (degrees(t) * Math.PI) / 180 - theta;
    const [first, second] = there ? [mi("ε"), mi("ω")] : [mi("u"), mi("v")];
    const noise = (/** @type {Element} */ letter) => sub(letter, mi("t"));
    byId("variance-reckoned", this.#root).replaceChildren(
      math([noise(bar("ε")), ...sum([Math.cos(off), first], [Math.sin(off), second])]),
      math([
        noise(mi("ε")),
        ...sum([Math.cos(theta), first.cloneNode(true)], [-Math.sin(theta), second.cloneNode(true)]),
      ]),
    );
  }
}

/** Dark where ε is positive, light where not: what x_t sees of a pair. @param {Plot} plot @param {ArrayLike<number>} seen */
function bySide({ colour }, seen) {
  const [dark, light] = [colour("ink"), colour("cement")];
  return (/** @type {number} */ i) => (seen[i] > 0 ? dark : light);
}

/** Room for every dot on a phone. @param {Plot} plot */
const dotSize = ({ box }) => (box.right - box.left < 160 ? 1.5 : 3);

/** = a u ± b v. @param {[number, Node][]} terms */
function sum(...terms) {
  const parts = [mo("=")];
  for (const [i, [value, letter]] of terms.entries()) {
    if (i) parts.push(mo(value < 0 ? "−" : "+"));
    parts.push(row(mn(Math.abs(value).toFixed(3)), letter));
  }
  return parts;
}

/**
 * An axis through the origin, with its name at the end that points up or right.
 * @param {Plot} plot
 * @param {number} angle
 * @param {{ shade: string, dashes?: number[], text: string }} style
 */
function arm({ context, x, y, colour }, angle, { shade, dashes = [], text }) {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  context.strokeStyle = shade;
  context.lineWidth = 2;
  context.setLineDash(dashes);
  context.beginPath();
  context.moveTo(x(-ARM * cos), y(-ARM * sin));
  context.lineTo(x(ARM * cos), y(ARM * sin));
  context.stroke();
  context.setLineDash([]);
  if (!text) return;
  context.font = `600 13px ${colour("sans")}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  const [left, top] = [x(0.9 * REACH * cos - 0.28 * sin), y(0.9 * REACH * sin + 0.28 * cos)];
  context.fillStyle = colour("paper");
  context.fillRect(left - 7, top - 8, 14, 16);
  context.fillStyle = shade;
  context.fillText(text, left, top);
}
