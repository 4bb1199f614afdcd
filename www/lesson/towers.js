// @ts-check
// The engine's procedural towers that the lesson takes down: a street of sixteen, and the three of them that a reader
// chooses from, one for each hour. To draw them it needs no device.
import { loadWasm } from "../engine-files.js";
import { once } from "../lib/once.js";
import { TOWERS } from "./settings.js";

export const SIZE = 32; // rows and columns
export const VALUES = 3 * SIZE * SIZE;
export const SEED = 1;
const STREET = 16;
const NUMBERS = [2, 5, 11]; // a spire by day, a pagoda at dusk, a gable at night

/** Planes [3, 32, 32] in −1…1, one tower after another. @type {() => Promise<Float32Array[]>} */
export const street = once(async () => {
  const all = (await loadWasm()).towers(STREET, SEED);
  return Array.from({ length: STREET }, (_, i) => all.slice(VALUES * i, VALUES * (i + 1)));
});

/** Those to choose from, by the names of the settings. @type {() => Promise<Record<string, Float32Array>>} */
export const towers = once(async () => {
  const all = await street();
  return Object.fromEntries(TOWERS.map((name, i) => [name, all[NUMBERS[i]]]));
});
