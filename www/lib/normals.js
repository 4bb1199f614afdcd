// @ts-check
// Standard normal numbers that follow from a seed: the noise of whatever is demolished on the page itself.
import { dice } from "./dice.js";

/**
 * `count` of them (Box–Muller).
 * @param {number} count
 * @param {number} seed
 * @param {number} [skip] of the sequence's uniform numbers, before the first; each pair takes two
 */
export function normals(count, seed, skip = 0) {
  const random = dice(seed, skip),
    found = new Float32Array(count);
  for (let i = 0; i < count; i += 2) {
    const radius = Math.sqrt(-2 * Math.log(1 - random())),
      angle = 2 * Math.PI * random();
    found[i] = radius * Math.cos(angle);
    if (i + 1 < count) found[i + 1] = radius * Math.sin(angle);
  }
  return found;
}
