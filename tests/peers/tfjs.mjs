// @ts-check
// TensorFlow.js on its WebGPU backend: convolutions and matrix products as fused operations with their bias, one `tidy` a
// call, pictures NHWC as its kernels want them. Operations are recorded again at each call; it has no compiled form. Of its
// flags one helps on software adapters: matrix products in fewer, larger workgroups, up to 1.7 times as fast on lavapipe.

import { unet } from "./network.mjs";

/** Its documented form for pages without a bundler: two classic scripts. */
function script(path) {
  return new Promise((done, fail) => {
    const element = document.createElement("script");
    element.src = new URL(`node_modules/@tensorflow/${path}`, import.meta.url).href;
    element.onload = done;
    element.onerror = fail;
    document.head.append(element);
  });
}

/** Weights in tfjs's order: [kernel, kernel, ci, co] and [ci, co]. */
function arranged(tf, name, { shape, data }) {
  const w = tf.tensor(data, shape);
  if (shape.length === 4) return w.transpose([2, 3, 1, 0]);
  return shape.length === 2 && name !== "class_embedding.weight" ? w.transpose() : w;
}

/** @returns {import("./network.mjs").Ops<any>} */
function ops(tf, config, params) {
  const linear = (name, v) => tf.fused.matMul({ a: v, b: params[`${name}.weight`], bias: params[`${name}.bias`] });
  return {
    linear,
    conv(name, x, strides = 1) {
      const filter = params[`${name}.weight`];
      return tf.fused.conv2d({ x, filter, strides, pad: filter.shape[0] >> 1, bias: params[`${name}.bias`] });
    },
    norm(name, x) {
      const [n, h, w, c] = x.shape;
      const groups = x.reshape([n, h * w, config.norm_num_groups, -1]);
      const { mean, variance } = tf.moments(groups, [1, 3], true);
      const perGroup = (suffix) => params[`${name}.${suffix}`].reshape([1, 1, config.norm_num_groups, -1]);
      const scale = variance.add(config.norm_eps).rsqrt().mul(perGroup("weight"));
      return groups.sub(mean).mul(scale).add(perGroup("bias")).reshape([n, h, w, c]);
    },
    silu: (x) => x.mul(x.sigmoid()),
    add: (a, b) => a.add(b),
    addVector: (x, v) => x.add(v.reshape([v.shape[0], 1, 1, -1])),
    concat: (a, b) => tf.concat([a, b], 3),
    enlarge: (x) => tf.image.resizeNearestNeighbor(x, [2 * x.shape[1], 2 * x.shape[2]]),
    attention(name, x) {
      const [n, h, w, c] = x.shape;
      const size = config.attention_head_dim;
      const heads = (part) =>
        linear(`${name}.${part}`, x.reshape([-1, c]))
          .reshape([n, h * w, -1, size])
          .transpose([0, 2, 1, 3]);
      const scores = tf.matMul(heads("to_q"), heads("to_k"), false, true).mul(1 / Math.sqrt(size));
      const mixed = tf.matMul(scores.softmax(), heads("to_v")).transpose([0, 2, 1, 3]).reshape([-1, c]);
      return linear(`${name}.to_out.0`, mixed).reshape(x.shape);
    },
    rows: (name, labels) => tf.gather(params[`${name}.weight`], labels),
  };
}

/** @type {import("./page.mjs").Open} */
export async function open({ config, weights }) {
  await script("tfjs/dist/tf.min.js");
  await script("tfjs-backend-webgpu/dist/tf-backend-webgpu.min.js");
  const { tf } = /** @type {any} */ (globalThis);
  await tf.setBackend("webgpu");
  await tf.ready();
  tf.env().set("WEBGPU_THRESHOLD_TO_INCREASE_WORKGROUPS_FOR_MATMUL", 1);
  if (tf.getBackend() !== "webgpu") throw new Error(`tfjs has taken ${tf.getBackend()}`);
  const params = Object.fromEntries(
    Object.entries(weights).map(([name, value]) => [name, tf.variable(tf.tidy(() => arranged(tf, name, value)))]),
  );
  const picture = (values, n) => tf.tensor(values, [n, config.sample_size, config.sample_size, config.in_channels]);
  const onDevice = ({ n, sample, features, labels }) => ({
    sample: picture(sample, n),
    features: tf.tensor(features, [n, features.length / n]),
    labels: tf.tensor1d(Int32Array.from(labels), "int32"),
  });
  const network = (inputs) => unet(config, weights, ops(tf, config, params), inputs);

  return {
    device: () => tf.backend().device,
    async forward(input) {
      const eps = tf.tidy(() => network(onDevice(input)));
      const values = await eps.data(); // one channel, so NHWC is NCHW
      eps.dispose();
      return values;
    },
    async trainer(input, lr) {
      const inputs = onDevice(input);
      const noise = picture(input.noise, input.n);
      const optimizer = tf.train.adam(lr, 0.9, 0.999, 1e-8);
      const loss = () => tf.losses.meanSquaredError(noise, network(inputs));
      return async () => {
        const value = optimizer.minimize(loss, true);
        const [number] = await value.data();
        value.dispose();
        return number;
      };
    },
  };
}
