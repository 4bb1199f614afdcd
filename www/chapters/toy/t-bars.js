// Mean loss by t: fifty bars, twenty values of t each. A mark on each bar shows what no network can get under.
import { byId } from "../../lib/dom.js";
import { say } from "../../lib/words.js";
import { fit, palette, redrawn, short } from "../../figures/plot.js";
import { BUCKETS, bucketTime } from "./floor.js";
import { T } from "./schedule.js";

const MARGIN = { left: 44, right: 4, top: 8, bottom: 20 };

export class TBars {
  #canvas = byId("toy-bars");
  #means = [];
  #floors = null;

  constructor() {
    redrawn(this.#canvas, () => this.draw());
  }

  /** `rows` as Trainer.lossByT(). */
  show(rows) {
    this.#means = rows.filter(({ count, mean }) => count > 0 && Number.isFinite(mean));
    this.draw();
  }

  set floors(floors) {
    this.#floors = floors;
    this.draw();
  }

  draw() {
    if (!this.#canvas.clientWidth) return;
    const { context, width, height } = fit(this.#canvas);
    const colour = palette(this.#canvas);
    const box = { left: MARGIN.left, right: width - MARGIN.right, top: MARGIN.top, bottom: height - MARGIN.bottom };
    const high = Math.max(1e-3, ...this.#means.map(({ mean }) => mean), ...(this.#floors ?? []));
    const x = (t) => box.left + ((box.right - box.left) * t) / T;
    const y = (value) => box.bottom - ((box.bottom - box.top) * value) / high;
    const wide = (box.right - box.left) / BUCKETS;
    context.fillStyle = colour("brick");
    for (const { t, mean } of this.#means)
      context.fillRect(x(t) - 0.5 * wide + 0.5, y(mean), Math.max(1, wide - 1), box.bottom - y(mean));
    context.fillStyle = colour("ink");
    this.#floors?.forEach((floor, bucket) =>
      context.fillRect(x(bucketTime(bucket)) - 0.5 * wide, y(floor) - 0.75, wide, 1.5),
    );
    context.strokeStyle = colour("line-strong");
    context.beginPath();
    context.moveTo(box.left, box.bottom + 0.5);
    context.lineTo(box.right, box.bottom + 0.5);
    context.stroke();
    context.font = `11px ${colour("sans")}`;
    context.fillStyle = colour("ink-2");
    context.textAlign = "right";
    context.textBaseline = "middle";
    context.fillText(short(high), box.left - 5, box.top + 3);
    context.fillText("0", box.left - 5, box.bottom);
    context.textBaseline = "alphabetic";
    for (const [t, align] of [
      [0, "left"],
      [T / 2, "center"],
      [T, "right"],
    ]) {
      context.textAlign = align;
      context.fillText(t === 0 ? "t = 0" : String(t), x(t), box.bottom + 15);
    }
    this.#label();
  }

  #label() {
    const at = (t) =>
      this.#means.reduce((best, row) => (!best || Math.abs(row.t - t) < Math.abs(best.t - t) ? row : best), null)?.mean;
    this.#canvas.setAttribute(
      "aria-label",
      this.#means.length
        ? say("toy_bars_value", { low: short(at(0)), middle: short(at(T / 2)), high: short(at(T)) })
        : say("toy_bars_empty"),
    );
  }
}
