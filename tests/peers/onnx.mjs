// @ts-check
// The model as an ONNX graph for onnxruntime-web, as plain objects with the names of onnx.proto; run.mjs makes bytes of
// them. The first axis of inputs and output is the symbolic batch `n`, which a session is told to take for a number.

import { unet } from "./network.mjs";

/** TensorProto.DataType and AttributeProto.AttributeType. */
const FLOAT = 1;
const INT32 = 6;
const INT64 = 7;

/** Attributes that are floats even where their value is whole. */
const REAL = ["alpha", "epsilon"];

const attribute = (name, value) => {
  if (typeof value === "string") return { name, type: 3, s: new TextEncoder().encode(value) };
  if (Array.isArray(value)) return { name, type: 7, ints: value };
  return REAL.includes(name) ? { name, type: 1, f: value } : { name, type: 2, i: value };
};

const bytes = (array) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

/** Nodes and constants, each named after its place. */
class Graph {
  node = [];
  initializer = [];

  /** A constant tensor; returns its name. */
  constant(data, dims) {
    const name = `c${this.initializer.length}`;
    const dataType = data instanceof Float32Array ? FLOAT : INT64;
    this.initializer.push({ name, dims, dataType, rawData: bytes(data) });
    return name;
  }

  ints(...values) {
    return this.constant(BigInt64Array.from(values, BigInt), [values.length]);
  }

  /** A node with one output; returns that output's name. */
  push(opType, input, attributes = {}, domain = "") {
    const output = `t${this.node.length}`;
    const list = Object.entries(attributes).map(([name, value]) => attribute(name, value));
    this.node.push({ opType, input, output: [output], attribute: list, domain });
    return output;
  }
}

/** A matrix [rows, columns] the other way round. */
function transposed({ shape: [rows, columns], data }) {
  const turned = Float32Array.from(data, (_, i) => data[(i % rows) * columns + Math.floor(i / rows)]);
  return { shape: [columns, rows], data: turned };
}

/**
 * A picture is `{ name, c, size }` (NCHW), a vector `{ name }`. SiLU is onnxruntime's own QuickGelu with α = 1, one kernel
 * instead of two. Attention is written out: with its MultiHeadAttention ε̂ is off by 0.012 on SwiftShader, which has
 * subgroups. Group norm is InstanceNormalization over groups, as PyTorch exports it: onnxruntime has WebGPU kernels for
 * that and none for GroupNormalization.
 * @returns {import("./network.mjs").Ops<{ name: string, c?: number, size?: number }>}
 */
function ops(graph, config, weights) {
  const weight = ({ data, shape }) => graph.constant(data, shape);
  const param = (name) => weight(weights[name]);
  const perChannel = (name, c) => graph.constant(weights[name].data, [c, 1, 1]);
  const ones = (n, value) => graph.constant(new Float32Array(n).fill(value), [n]);
  const named = (name, x) => ({ ...x, name });
  const reshape = (name, ...shape) => graph.push("Reshape", [name, graph.ints(...shape)]);
  const matrix = (name, x) => graph.push("MatMul", [x, weight(transposed(weights[`${name}.weight`]))]);
  return {
    conv(name, x, stride = 1) {
      const [c, , kernel] = weights[`${name}.weight`].shape;
      const pads = Array(4).fill(kernel >> 1);
      const input = [x.name, param(`${name}.weight`), param(`${name}.bias`)];
      const attributes = { kernel_shape: [kernel, kernel], pads, strides: [stride, stride] };
      return { name: graph.push("Conv", input, attributes), c, size: x.size / stride };
    },
    norm(name, x) {
      const [{ c, size }, groups] = [x, config.norm_num_groups];
      const epsilon = config.norm_eps;
      const input = [reshape(x.name, 0, groups, -1), ones(groups, 1), ones(groups, 0)];
      let h = reshape(graph.push("InstanceNormalization", input, { epsilon }), 0, c, size, size);
      h = graph.push("Mul", [h, perChannel(`${name}.weight`, c)]);
      return named(graph.push("Add", [h, perChannel(`${name}.bias`, c)]), x);
    },
    silu: (x) => named(graph.push("QuickGelu", [x.name], { alpha: 1 }, "com.microsoft"), x),
    add: (a, b) => named(graph.push("Add", [a.name, b.name]), a),
    addVector: (x, v) => named(graph.push("Add", [x.name, reshape(v.name, 0, -1, 1, 1)]), x),
    concat: (a, b) => ({ name: graph.push("Concat", [a.name, b.name], { axis: 1 }), c: a.c + b.c, size: a.size }),
    enlarge(x) {
      const attributes = { mode: "nearest", coordinate_transformation_mode: "asymmetric", nearest_mode: "floor" };
      const scales = graph.constant(Float32Array.of(1, 1, 2, 2), [4]);
      return { name: graph.push("Resize", [x.name, "", scales], attributes), c: x.c, size: 2 * x.size };
    },
    attention(name, x) {
      const { attention_head_dim: size } = config;
      const rows = graph.push("Transpose", [reshape(x.name, 0, x.c, -1)], { perm: [0, 2, 1] });
      const project = (part, h) => graph.push("Add", [matrix(`${name}.${part}`, h), param(`${name}.${part}.bias`)]);
      const split = (part, ...perm) =>
        graph.push("Transpose", [reshape(project(part, rows), 0, 0, x.c / size, size)], { perm });
      const scale = graph.constant(Float32Array.of(1 / Math.sqrt(size)), []);
      const scores = graph.push("MatMul", [split("to_q", 0, 2, 1, 3), split("to_k", 0, 2, 3, 1)]);
      const weighted = graph.push("Softmax", [graph.push("Mul", [scores, scale])], { axis: -1 });
      const mixed = graph.push("MatMul", [weighted, split("to_v", 0, 2, 1, 3)]);
      const joined = reshape(graph.push("Transpose", [mixed], { perm: [0, 2, 1, 3] }), 0, 0, x.c);
      const out = graph.push("Transpose", [project("to_out.0", joined)], { perm: [0, 2, 1] });
      return named(reshape(out, 0, x.c, x.size, x.size), x);
    },
    linear: (name, v) => ({
      name: graph.push("Gemm", [v.name, param(`${name}.weight`), param(`${name}.bias`)], { transB: 1 }),
    }),
    rows: (name, labels) => ({ name: graph.push("Gather", [param(`${name}.weight`), labels.name]) }),
  };
}

/** A ModelProto. @param {import("./network.mjs").Weights} weights */
export function onnxModel(config, weights) {
  const graph = new Graph();
  const { in_channels: c, sample_size: size, block_out_channels } = config;
  const inputs = { sample: { name: "sample", c, size }, features: { name: "features" }, labels: { name: "labels" } };
  const { name: last } = unet(config, weights, ops(graph, config, weights), inputs);
  graph.node.at(-1).output = ["eps"];
  if (last !== `t${graph.node.length - 1}`) throw new Error("the last node does not make the output");
  const value = (name, elemType, ...dims) => ({
    name,
    type: { tensorType: { elemType, shape: { dim: [{ dimParam: "n" }, ...dims.map((dimValue) => ({ dimValue }))] } } },
  });
  return {
    irVersion: 9,
    opsetImport: [
      { domain: "", version: 17 },
      { domain: "com.microsoft", version: 1 },
    ],
    graph: {
      name: "unet",
      node: graph.node,
      initializer: graph.initializer,
      input: [
        value("sample", FLOAT, c, size, size),
        value("features", FLOAT, block_out_channels[0]),
        value("labels", INT32),
      ],
      output: [value("eps", FLOAT, config.out_channels, size, size)],
    },
  };
}
