// The 200 MNIST test digits that ship with the page (20 of each class), read from IDX files: the real towers to demolish.
import { download } from "./download.js";

const FOLDER = "assets/data";

/** Parses IDX: two zero bytes, type 8 (u8), number of dimensions, then each dimension as big-endian u32, then data. */
export function readIdx(bytes, name) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 4 || view.getUint16(0) !== 0 || view.getUint8(2) !== 8)
    throw new Error(`${name} is not an IDX file of bytes`);
  const rank = view.getUint8(3);
  const shape = Array.from({ length: rank }, (_, i) => view.getUint32(4 + 4 * i));
  const data = bytes.subarray(4 + 4 * rank);
  if (data.length !== shape.reduce((a, b) => a * b, 1))
    throw new Error(`${name} holds ${data.length} values, its header says ${shape.join("×")}`);
  return { shape, data };
}

let cache;

/** {count, size: [height, width], label(i), pixels(i): u8, picture(i): Float32Array in −1…1}; fetched once, when asked. */
export function testDigits() {
  cache ??= load().catch((error) => {
    cache = undefined; // a failed fetch may be tried again
    throw error;
  });
  return cache;
}

async function load() {
  const [imageBytes, labelBytes] = await Promise.all([
    download(`${FOLDER}/mnist-test-200-images.idx3-ubyte`),
    download(`${FOLDER}/mnist-test-200-labels.idx1-ubyte`),
  ]);
  const images = readIdx(imageBytes, "mnist-test-200-images");
  const labels = readIdx(labelBytes, "mnist-test-200-labels");
  const [count, height, width] = images.shape;
  const pixels = (i) => images.data.subarray(i * height * width, (i + 1) * height * width);
  return {
    count,
    size: [height, width],
    pixels,
    label: (i) => labels.data[i],
    ofClass: (digit) => [...labels.data.keys()].filter((i) => labels.data[i] === digit),
    picture: (i) => Float32Array.from(pixels(i), (value) => value / 127.5 - 1),
  };
}
