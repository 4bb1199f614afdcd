// @ts-check
// The reader's pen on the pad becomes strokes of the data set.
import { hear } from "../../lib/events.js";

/** @param {import("./chapter.js").Chapter} toy */
export function drawOnPad({ pad, dataset, timeline }) {
  hear(pad, "begin", () => {
    timeline.seek(0); // the points themselves alone can be drawn on
    dataset.beginStroke();
  });
  hear(pad, "spray", ({ x, y, radius }) => dataset.spray(x, y, radius, 2));
  hear(pad, "erase", ({ x, y, radius }) => dataset.erase(x, y, radius));
  hear(pad, "end", () => dataset.endStroke());
  hear(pad, "undo", () => dataset.undo());
}
