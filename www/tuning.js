// @ts-check
// Finds out in the background, after the first frame, which of several ways to compute the same is the quickest on this
// graphics card, and keeps that for another visit. A trial takes some 100 ms; between two of them whoever waits for the
// device gets it, and while somebody works on it for long, or nobody sees the page, there is none.
//
// ?tune=off leaves it, and what was found before; ?tune=on has it on a software adapter, too, where it keeps the processor
// busy for minutes.
import { whenVisible } from "./lib/visible.js";

const KEY = "chailou:ways";
const BREAK = 400; // ms; a reader who begins something finds the device free
/** What is tried: a chain's picture, a grid of them, chapter 9's lessons. @type {[batch: number, training: boolean][]} */
const WANTED = [
  [1, false],
  [16, false],
  [16, true],
];

/** @param {import("./device.js").Device} device */
const wanted = (device) => {
  const asked = new URLSearchParams(location.search).get("tune");
  return device.backend === "webgpu" && asked !== "off" && (asked === "on" || !device.software);
};

/** Has a device go by what was found on an earlier visit. @param {import("./device.js").Device} device */
export function recall(device) {
  if (!wanted(device)) return;
  try {
    device.engine.recallWays(localStorage.getItem(KEY) ?? "");
  } catch {
    // nothing can be kept here
  }
}

/**
 * Tries what has not been tried, until `alive` says no.
 * @param {import("./device.js").Device} device
 * @param {import("./pkg/chailou.js").Model} model
 * @param {() => boolean} alive
 */
export async function tune(device, model, alive) {
  if (!wanted(device)) return;
  for (const [batch, training] of WANTED) {
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, BREAK));
      await whenVisible();
      if (!alive()) return;
      if (!device.free) continue;
      const tried = await device.inTurn(() => (alive() ? model.tuneNext(batch, training) : undefined));
      if (!tried) break;
      keep(device);
    }
  }
}

/** @param {import("./device.js").Device} device */
function keep(device) {
  try {
    localStorage.setItem(KEY, device.engine.keptWays());
  } catch {
    // nothing can be kept: another visit tries again
  }
}
