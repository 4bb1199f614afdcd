// @ts-check
// The 200 MNIST test digits that ship with the page (20 of each class): the real towers to demolish.
import { loadWasm } from "../../engine-files.js";
import { download } from "../../lib/download.js";
import { once } from "../../lib/once.js";
import { Pictures } from "./pictures.js";

const FILES = ["images.idx3", "labels.idx1"].map((kind) => `assets/data/mnist-test-200-${kind}-ubyte`);

export const testDigits = once(load);

/** @returns {Promise<Pictures>} */
async function load() {
  const [wasm, ...files] = await Promise.all([loadWasm(), ...FILES.map((file) => download(file))]);
  const { images, labels, height, width } = wasm.readIdx(files[0], files[1]);
  return new Pictures({ channels: 1, height, width }, images, labels);
}
