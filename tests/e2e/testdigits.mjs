// @ts-check
// The test-set digits that the page offers, read from the same files.

import { readFileSync } from "node:fs";

const DATA = new URL("../../assets/data/", import.meta.url);
const images = readFileSync(new URL("mnist-test-200-images.idx3-ubyte", DATA)).subarray(16);
const labels = readFileSync(new URL("mnist-test-200-labels.idx1-ubyte", DATA)).subarray(8);

export const label = (index) => labels[index];

/** The picture as the network sees it, −1…1. */
export const picture = (index) =>
  Float32Array.from(images.subarray(784 * index, 784 * (index + 1)), (byte) => byte / 127.5 - 1);
