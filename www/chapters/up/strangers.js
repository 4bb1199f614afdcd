// @ts-check
// Towers that are none of the thousand, nor of those that the network was trained on: the engine's of another seed.
import { breathe } from "../../lib/dom.js";
import { once } from "../../lib/once.js";
import { distance2 } from "../../lesson/posterior.js";
import { drawTowers } from "../../lesson/towers.js";

const SEED = 2; // the network was tested on these
const COUNT = 24;
/** One for each of the lesson's towers, of the same hour and, but for the roof of the night, the same kind. @type {Record<string, number>} */
const LIKE = { day: 20, dusk: 8, night: 9 };

const drawn = once(() => drawTowers(COUNT, SEED));

/** By the names of the lesson's towers. @returns {Promise<Record<string, Float32Array>>} */
export async function strangers() {
  const all = await drawn();
  return Object.fromEntries(Object.entries(LIKE).map(([name, i]) => [name, all[i]]));
}

/**
 * The picture of a set that lies nearest to x, and how far: the root of the mean squared difference.
 * @param {ArrayLike<number>} x
 * @param {ArrayLike<number>[]} set
 */
export function nearest(x, set) {
  const squares = set.map((each) => distance2(x, each, 1));
  const index = squares.indexOf(Math.min(...squares));
  return { index, distance: Math.sqrt(squares[index] / x.length) };
}

/**
 * How far towers that are none of a set lie from their nearest one in it: the middle of what two dozen of them say.
 * @param {ArrayLike<number>[]} set
 */
export async function usualDistance(set) {
  const distances = [];
  for (const tower of await drawn()) {
    distances.push(nearest(tower, set).distance);
    await breathe();
  }
  return distances.sort((a, b) => a - b)[COUNT / 2];
}
