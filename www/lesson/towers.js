// @ts-check
// The engine's procedural towers that the lesson takes down: a street of sixteen, and the three of them that a reader
// chooses from, one for each hour. To draw them it needs no device.
import { loadWasm } from "../engine-files.js";
import { breathe } from "../lib/dom.js";
import { once } from "../lib/once.js";
import { TOWERS } from "./settings.js";

export const SIZE = 32; // rows and columns
export const VALUES = 3 * SIZE * SIZE;
export const SEED = 1;
const STREET = 16;
const NUMBERS = [2, 5, 11]; // a spire by day, a pagoda at dusk, a gable at night

const TURN = 16; // towers that are drawn before what else waits has its turn: some milliseconds

/**
 * The first of a seed's towers, each as planes [3, 32, 32] in −1…1.
 * @param {number} count
 * @param {number} [seed]
 */
export async function drawTowers(count, seed = SEED) {
  const { towers } = await loadWasm();
  /** @type {Float32Array[]} */
  const drawn = [];
  while (drawn.length < count) {
    await breathe();
    const some = towers(Math.min(TURN, count - drawn.length), seed, drawn.length);
    for (let at = 0; at < some.length; at += VALUES) drawn.push(some.slice(at, at + VALUES));
  }
  return drawn;
}

/** One tower after another. @type {() => Promise<Float32Array[]>} */
export const street = once(() => drawTowers(STREET));

/** Those to choose from, by the names of the settings. @type {() => Promise<Record<string, Float32Array>>} */
export const towers = once(async () => {
  const all = await street();
  return Object.fromEntries(TOWERS.map((name, i) => [name, all[NUMBERS[i]]]));
});
