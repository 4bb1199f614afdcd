// @ts-check
// What the libraries are given: the model's weights in f32 from its safetensors, and inputs whose answer PyTorch has
// computed (tests/golden/make_mnist.py).

import { readFileSync } from "node:fs";
import { fromHalf } from "../../xtask/round.mjs";

const ROOT = new URL("../../", import.meta.url);
export const MODEL = new URL("assets/models/mnist/", ROOT);

/** How the values of a tensor are read. */
const READ = {
  F16: [2, (view, at) => fromHalf(view.getUint16(at, true))],
  F32: [4, (view, at) => view.getFloat32(at, true)],
  I64: [8, (view, at) => Number(view.getBigInt64(at, true))],
};

/** All tensors of a safetensors file. @param {Buffer} file @returns {import("./network.mjs").Weights} */
function tensors(file) {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const begin = 8 + Number(view.getBigUint64(0, true));
  const { __metadata__, ...header } = JSON.parse(file.toString("utf8", 8, begin));
  const read = ({ dtype, shape, data_offsets: [from, to] }) => {
    const [size, value] = READ[dtype];
    const data = Float32Array.from({ length: (to - from) / size }, (_, i) => value(view, begin + from + i * size));
    return { shape, data };
  };
  return Object.fromEntries(Object.entries(header).map(([name, entry]) => [name, read(entry)]));
}

export const config = () => JSON.parse(readFileSync(new URL("config.json", MODEL), "utf8"));

export const weights = () => tensors(readFileSync(new URL("diffusion_pytorch_model.safetensors", MODEL)));

/** Four pictures, their t and classes, and ε̂. */
export function golden() {
  const all = tensors(readFileSync(new URL("tests/golden/mnist.safetensors", ROOT)));
  const { sample, timestep, class_labels: labels, eps } = all;
  return { sample: sample.data, t: timestep.data, labels: labels.data, eps: eps.data };
}
