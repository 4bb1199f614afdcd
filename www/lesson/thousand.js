// @ts-check
// A thousand of the engine's towers, the set for which questions about x_0 have exact answers. They are the first thousand
// of the hundred thousand that the towers' network was trained on, and the lesson's own towers are among them.
import { drawTowers } from "./towers.js";

export const COUNT = 1000;

/** @type {Promise<Float32Array[]> | null} */
let drawn = null;

/** Each as planes [3, 32, 32]. They are 12 MB, drawn in some tenths of a second. @returns {Promise<Float32Array[]>} */
export function thousand() {
  drawn ??= drawTowers(COUNT).catch((error) => {
    drawn = null;
    throw error;
  });
  return drawn;
}

/** They can be drawn again. */
export function forgetThousand() {
  drawn = null;
}
