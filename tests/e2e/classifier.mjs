// @ts-check
// Says which digit a picture shows: the small network of tests/golden/classifier (its README has the
// layers and the scores of one known image), in plain loops.

import { readFileSync } from "node:fs";

const FOLDER = new URL("../golden/classifier/", import.meta.url);

function halfToNumber(bits) {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return exponent ? sign * 2 ** (exponent - 15) * (1 + fraction / 1024) : sign * 2 ** -24 * fraction;
}

/** The F16 tensors of a safetensors file, by name, as Float32Array. */
function readSafetensors(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = Number(view.getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
  delete header.__metadata__;
  return Object.fromEntries(
    Object.entries(header).map(
      ([
        name,
        {
          dtype,
          data_offsets: [begin, end],
        },
      ]) => {
        if (dtype !== "F16") throw new Error(`${name} is ${dtype}, not F16`);
        const at = 8 + length + begin;
        return [
          name,
          Float32Array.from({ length: (end - begin) / 2 }, (_, i) => halfToNumber(view.getUint16(at + 2 * i, true))),
        ];
      },
    ),
  );
}

/** 3×3 convolution with zero padding 1, bias and ReLU on [channels][size][size], then the maximum of each 2×2. */
function convolveAndPool(x, size, weight, bias) {
  const inputs = x.length / size ** 2;
  const half = size / 2;
  const pooled = new Float32Array(bias.length * half * half);
  for (let o = 0; o < bias.length; o++)
    for (let r = 0; r < size; r++)
      for (let c = 0; c < size; c++) {
        let sum = bias[o];
        for (let i = 0; i < inputs; i++)
          for (let ky = 0; ky < 3; ky++)
            for (let kx = 0; kx < 3; kx++) {
              const [y, z] = [r + ky - 1, c + kx - 1];
              if (y < 0 || z < 0 || y >= size || z >= size) continue;
              sum += weight[((o * inputs + i) * 3 + ky) * 3 + kx] * x[(i * size + y) * size + z];
            }
        const at = (o * half + (r >> 1)) * half + (c >> 1);
        pooled[at] = Math.max(pooled[at], sum); // starts at 0, which is the ReLU
      }
  return pooled;
}

const weights = readSafetensors(readFileSync(new URL("classifier.safetensors", FOLDER)));

/** The ten scores of a 28×28 picture with values −1…1. */
export function scores(picture) {
  let x = convolveAndPool(picture, 28, weights["conv1.weight"], weights["conv1.bias"]);
  x = convolveAndPool(x, 14, weights["conv2.weight"], weights["conv2.bias"]);
  return Array.from(weights["linear.bias"], (bias, digit) =>
    x.reduce((sum, value, i) => sum + value * weights["linear.weight"][digit * x.length + i], bias),
  );
}

export function classify(picture) {
  const all = scores(picture);
  return all.indexOf(Math.max(...all));
}
