// @ts-check
// The network that other libraries are given to compute (tests/peers), without those libraries: that it reads each weight
// once, that pictures and channels fit the weights' shapes, and that its ONNX graph is one.

import assert from "node:assert/strict";
import test from "node:test";
import { config, golden, weights } from "../peers/files.mjs";
import { timeFeatures, unet } from "../peers/network.mjs";
import { onnxModel } from "../peers/onnx.mjs";
import { table } from "../peers/table.mjs";

/**
 * Layers that know nothing but shapes, [channels, size] or [channels], and which weights they have read.
 * @returns {import("../peers/network.mjs").Ops<number[]>}
 */
function shapes(all, read) {
  const shape = (name) => {
    read.push(name);
    return all[name].shape;
  };
  const linear = (name, /** @type {number[]} */ [ci]) => {
    const [co, expected] = shape(`${name}.weight`);
    assert.equal(ci, expected, name);
    assert.deepEqual(shape(`${name}.bias`), [co]);
    return [co];
  };
  const same = (a, b) => {
    assert.deepEqual(a, b);
    return a;
  };
  return {
    linear,
    conv(name, [ci, size], stride = 1) {
      const [co, expected, kernel] = shape(`${name}.weight`);
      assert.equal(ci, expected, name);
      assert.ok([1, 3].includes(kernel));
      assert.deepEqual(shape(`${name}.bias`), [co]);
      return [co, size / stride];
    },
    norm(name, x) {
      for (const suffix of ["weight", "bias"]) same(shape(`${name}.${suffix}`), [x[0]]);
      return x;
    },
    silu: (x) => x,
    add: same,
    addVector: (x, [c]) => [same(x[0], c), x[1]],
    concat: ([a, size], [b, other]) => [a + b, same(size, other)],
    enlarge: ([c, size]) => [c, 2 * size],
    attention(name, x) {
      for (const part of ["to_q", "to_k", "to_v", "to_out.0"]) same(linear(`${name}.${part}`, [x[0]]), [x[0]]);
      return x;
    },
    rows: (name) => [shape(`${name}.weight`)[1]],
  };
}

test("the network reads every weight of the model once, and its shapes fit", () => {
  const all = weights();
  const read = [];
  const inputs = { sample: [1, 28], features: [32], labels: [] };
  assert.deepEqual(unet(config(), all, shapes(all, read), inputs), [1, 28]);
  assert.deepEqual(read.sort(), Object.keys(all).sort());
  for (const { shape, data } of Object.values(all))
    assert.equal(
      data.length,
      shape.reduce((a, b) => a * b),
    );
});

test("its ONNX graph: every node reads what is there already, every constant and result is read", () => {
  const { graph } = onnxModel(config(), weights());
  const there = new Set([...graph.input, ...graph.initializer].map(({ name }) => name));
  const unread = new Set(there);
  for (const { opType, input, output } of graph.node) {
    for (const name of input.filter(Boolean)) {
      assert.ok(there.has(name), `${opType} reads ${name}`);
      unread.delete(name);
    }
    there.add(output[0]);
    unread.add(output[0]);
  }
  assert.deepEqual([...unread], ["eps"]);
});

test("time features are cosines, then sines, from quick to slow", () => {
  const features = timeFeatures([0, 617], 32);
  assert.deepEqual([...features.subarray(0, 32)], [...Array(16).fill(1), ...Array(16).fill(0)]);
  assert.equal(features[32 + 16], Math.fround(Math.sin(617)));
  assert.equal(features[32 + 15], Math.fround(Math.cos(617 * 10000 ** (-15 / 16))));
  assert.equal(golden().t[2], 617);
});

test("the table compares best with best", () => {
  const rows = [{ label: "forward", times: { ours: [4, 2, 3], a: [20, 30], b: [10] } }];
  const peers = /** @type {[string, string][]} */ ([
    ["ours", "Ours"],
    ["a", "A"],
    ["b", "B"],
    ["c", "C"],
  ]);
  assert.equal(
    table(peers, rows).split("\n").at(-1),
    "| forward | 2.0 (3.0) | 20 (30), 10.0× | 10 (10), 5.0× | – | 5.0× |",
  );
});
