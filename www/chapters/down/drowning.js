// @ts-check
// Figure 4: the tower's waves by how fine they are, sinking, and the noise rising over them like water; beside it what a
// filter that knows the tower's spectrum can still get out of x_t.
import { figure, figures } from "../../figures/figure.js";
import { PlotAxes } from "../../figures/plot-axes.js";
import { ValuePicture } from "../../figures/value-picture.js";
import { byId } from "../../lib/dom.js";
import { lang, say } from "../../lib/words.js";
import { T, jump, ledger } from "../../lesson/demolition.js";
import { filtered, finest, spectrum, wiener } from "./spectrum.js";

const FINEST = 16; // rings beyond half the size lie in the corners of the square of waves and are not whole
/** What is said of some finest rings. @type {Record<number, string>} */
const RINGS = { 0: "down_all_drowned", 1: "down_one_left", [FINEST]: "down_none_drowned" };
const [LOW, HIGH] = [1e-3, 300]; // of the power axis

export class Drowning {
  #root;
  #site;
  #of = "";
  /** Of x_0. @type {Float64Array} */ #tower = new Float64Array();

  /** @param {HTMLElement} root @param {import("../../lesson/site.js").Site} site */
  constructor(root, site) {
    this.#root = root;
    this.#site = site;
    this.pictures = figures(root, ValuePicture);
    this.plot = figure(root, PlotAxes);
  }

  draw() {
    const site = this.#site;
    const { size, x0 } = site;
    const t = site.get("drown");
    if (site.tower !== this.#of) this.#tower = spectrum(x0, size);
    this.#of = site.tower;
    const { wall, ground } = ledger(t);
    const x = jump(x0, site.noise.jump(), t);
    const [picture, rescued, written] = this.pictures;
    picture.show(x, size, say("down_is_x", { t }));
    const gains = wiener(this.#tower, Math.sqrt(wall), ground);
    rescued.show(filtered(x, size, gains), size, say("down_is_rescued", { t }));
    const calls = x0.length;
    const call = Math.round(calls * (1 - t / T));
    written.show(inReadingOrder(x0, size, call), size, say("down_is_written"));
    this.#count("down-rescued-at", "down_rescued_at", T - t, T);
    this.#count("down-written-at", "down_written_at", call, calls);
    const ring = finest(this.#tower, wall, ground, FINEST);
    const text = say(RINGS[ring] ?? "down_drowned", { ring, t });
    byId("down-ring", this.#root).textContent = text;
    this.#draw(spectrum(x, size), wall, ground, ring, text);
  }

  /** @param {string} id @param {string} key @param {number} call @param {number} calls */
  #count(id, key, call, calls) {
    const [done, all] = [call, calls].map((count) => count.toLocaleString(lang()));
    byId(id, this.#root).textContent = say(key, { call: done, calls: all });
  }

  /**
   * @param {Float64Array} measured spectrum of x_t
   * @param {number} wall
   * @param {number} floor
   * @param {number} ring the finest that stands out
   * @param {string} label
   */
  #draw(measured, wall, floor, ring, label) {
    Object.assign(this.plot, {
      label: say("down_spectrum", { text: label }),
      x: { low: 1, high: FINEST, log: true, ticks: [1, 2, 4, 8, 16] },
      y: { low: LOW, high: HIGH, log: true, ticks: [0.01, 1, 100], text: (/** @type {number} */ v) => String(v) },
      margin: { left: 40, right: 10, top: 8, bottom: 20 },
      paint: (/** @type {import("../../figures/plot-axes.js").Plot} */ plot) => {
        const { context, box, x, y, colour } = plot;
        const level = Math.min(box.bottom, y(Math.max(floor, LOW)));
        line(plot, this.#tower, 1, "brick-soft", 2);
        context.fillStyle = colour("cement-soft");
        context.globalAlpha = 0.8;
        context.fillRect(box.left, level, box.right - box.left, box.bottom - level);
        context.globalAlpha = 1;
        context.fillStyle = colour("cement-ink");
        context.fillRect(box.left, level - 1, box.right - box.left, 2);
        line(plot, this.#tower, wall, "brick", 2.5);
        context.fillStyle = colour("ink");
        for (let r = 1; r <= FINEST; r++) {
          const at = y(Math.min(HIGH, Math.max(LOW, measured[r])));
          context.beginPath();
          context.arc(x(r), at, 2.5, 0, 2 * Math.PI);
          context.fill();
        }
        if (!ring) return;
        context.fillRect(Math.round(x(ring)), box.top, 1, box.bottom - box.top);
      },
    });
    this.plot.draw();
  }
}

/**
 * The first `count` numbers of a picture as PixelRNN writes them: row by row, of each pixel red, green and blue. What is not
 * yet written is 0, grey.
 * @param {ArrayLike<number>} picture planes
 * @param {number} size
 * @param {number} count
 */
function inReadingOrder(picture, size, count) {
  const [area, planes] = [size * size, picture.length / (size * size)];
  return Float64Array.from(picture, (value, i) => ((i % area) * planes + Math.floor(i / area) < count ? value : 0));
}

/**
 * A spectrum times a factor, as a curve.
 * @param {import("../../figures/plot-axes.js").Plot} plot
 * @param {Float64Array} powers
 * @param {number} factor
 * @param {string} shade
 * @param {number} wide
 */
function line({ context, box, x, y, colour }, powers, factor, shade, wide) {
  context.save();
  context.beginPath();
  context.rect(box.left, box.top, box.right - box.left, box.bottom - box.top);
  context.clip();
  context.strokeStyle = colour(shade);
  context.lineWidth = wide;
  context.beginPath();
  for (let r = 1; r <= FINEST; r++) context.lineTo(x(r), y(factor * powers[r]));
  context.stroke();
  context.restore();
}
