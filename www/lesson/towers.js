// @ts-check
// Three of the engine's procedural towers, one for each hour; to draw them it needs no device.
import { loadWasm } from "../engine-files.js";
import { once } from "../lib/once.js";
import { TOWERS } from "./settings.js";

export const SIZE = 32; // rows and columns
export const VALUES = 3 * SIZE * SIZE;
export const SEED = 1;
const NUMBERS = [2, 5, 11]; // a spire by day, a pagoda at dusk, a gable at night

/** Planes [3, 32, 32] in −1…1, by the names of the settings. @type {() => Promise<Record<string, Float32Array>>} */
export const towers = once(async () => {
  const all = (await loadWasm()).towers(Math.max(...NUMBERS) + 1, SEED);
  return Object.fromEntries(TOWERS.map((name, i) => [name, all.slice(VALUES * NUMBERS[i], VALUES * (NUMBERS[i] + 1))]));
});
