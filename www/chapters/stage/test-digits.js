// @ts-check
// The 200 MNIST test digits that ship with the page (20 of each class): the real towers to demolish.
import { loadWasm } from "../../engine-files.js";
import { download } from "../../lib/download.js";
import { once } from "../../lib/once.js";

const FILES = ["images.idx3", "labels.idx1"].map((kind) => `assets/data/mnist-test-200-${kind}-ubyte`);

/**
 * @typedef {object} Digits
 * @property {[height: number, width: number]} size
 * @property {(i: number) => Uint8Array} pixels as they stand in the file
 * @property {(i: number) => Float32Array} picture in −1…1
 * @property {(i: number) => number} label
 * @property {(digit: number) => number[]} ofClass
 */

export const testDigits = once(load);

/** @returns {Promise<Digits>} */
async function load() {
  const [wasm, ...files] = await Promise.all([loadWasm(), ...FILES.map((file) => download(file))]);
  const { images, labels, height, width } = wasm.readIdx(files[0], files[1]);
  const bytes = Uint8Array.from(images, (value) => Math.round((value + 1) * 127.5));
  const pixels = (i) => bytes.subarray(i * height * width, (i + 1) * height * width);
  return {
    size: [height, width],
    pixels,
    picture: (i) => Float32Array.from(pixels(i), (value) => value / 127.5 - 1),
    label: (i) => labels[i],
    ofClass: (digit) => [...labels.keys()].filter((i) => labels[i] === digit),
  };
}
