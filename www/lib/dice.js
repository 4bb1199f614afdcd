// @ts-check
// Uniform numbers from 0 to 1 that follow from a seed (mulberry32), so that the same bricks fall to the same places at
// every redraw and every visit.

const STRIDE = 0x6d2b79f5; // from one state to the next; odd, so all 2³² come by before one comes again

/**
 * @param {number} seed
 * @param {number} [skip] of the sequence's numbers, before the first: sequences of one seed are parts of one that need not
 *   overlap
 */
export function dice(seed, skip = 0) {
  let state = (seed + Math.imul(skip, STRIDE)) >>> 0;
  return () => {
    state = (state + STRIDE) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * One of many seeds that follow from one, each far from the others.
 * @param {number} seed
 * @param {number} number which of them
 */
export const seedFrom = (seed, number) => Math.floor(2 ** 32 * dice(seed, number)());
