// @ts-check
// The folder that the comparison's pages come from: this folder, the engine that is measured, its model, and what the
// libraries need of it, made here.

import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { config, golden, MODEL, weights } from "./files.mjs";
import { onnxModel } from "./onnx.mjs";

const HERE = fileURLToPath(new URL(".", import.meta.url));

/** One array of all weights, and where in it each lies. */
function packed(all) {
  let at = 0;
  const tensors = Object.entries(all).map(([name, { shape, data }]) => {
    at += data.length;
    return { name, shape, at: at - data.length, count: data.length };
  });
  const values = new Float32Array(at);
  for (const { name, at } of tensors) values.set(all[name].data, at);
  return { tensors, values };
}

/** Makes the folder; `remove` it in the end. @param {string} dist */
export function site(dist) {
  const folder = mkdtempSync(join(tmpdir(), "chailou-peers-"));
  const put = (name, content) => writeFileSync(join(folder, name), content);
  for (const [name, target] of Object.entries({ dist: resolve(dist), peers: HERE, model: fileURLToPath(MODEL) }))
    symlinkSync(target, join(folder, name), "junction");
  const { onnx } = createRequire(import.meta.url)("onnx-proto");
  const [network, all] = [config(), weights()];
  const { tensors, values } = packed(all);
  const { sample, t, labels, eps } = golden();
  const arrays = { sample: [...sample], t: [...t], labels: [...labels], eps: [...eps] };
  put(
    "index.html",
    '<!doctype html><link rel="icon" href="data:,"><title>peers</title><script type="module" src="peers/page.mjs"></script>',
  );
  put("weights.bin", values);
  put("network.json", JSON.stringify({ config: network, tensors, golden: arrays }));
  put("unet.onnx", onnx.ModelProto.encode(onnx.ModelProto.fromObject(onnxModel(network, all))).finish());
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
