// @ts-check
// jax-js in its best form: the whole call under `jit`, which fuses what goes around each convolution and reduction into its
// kernel, and likewise the whole training step. Pictures are NCHW, the only order its convolution takes. An argument is
// given up by who uses it, so whatever is used again is passed as `.ref`.

import { unet } from "./network.mjs";

const ADDRESS = new URL("node_modules/@jax-js/jax/dist/index.js", import.meta.url).href;

/** @returns {import("./network.mjs").Ops<any>} */
function ops({ lax, nn, numpy: np }, config, params) {
  const param = (name) => params[name].ref;
  const column = (name) => param(name).reshape([1, -1, 1, 1]);
  const linear = (name, v) => np.matmul(v.ref, param(`${name}.weight`).transpose()).add(param(`${name}.bias`));
  return {
    linear,
    conv(name, x, stride = 1) {
      const pad = params[`${name}.weight`].shape[2] >> 1;
      const padding = Array(2).fill([pad, pad]);
      return lax.conv(x.ref, param(`${name}.weight`), [stride, stride], padding).add(column(`${name}.bias`));
    },
    norm(name, x) {
      const groups = x.ref.reshape([x.shape[0], config.norm_num_groups, -1]);
      const h = nn.standardize(groups, -1, { epsilon: config.norm_eps }).reshape(x.shape);
      return h.mul(column(`${name}.weight`)).add(column(`${name}.bias`));
    },
    silu: (x) => nn.silu(x.ref),
    add: (a, b) => a.ref.add(b.ref),
    addVector: (x, v) => x.ref.add(v.ref.reshape([...v.shape, 1, 1])),
    concat: (a, b) => np.concatenate([a.ref, b.ref], 1),
    enlarge: (x) => np.repeat(np.repeat(x.ref, 2, 2), 2, 3),
    attention(name, x) {
      const [n, c, h, w] = x.shape;
      const rows = x.ref.reshape([n, c, h * w]).transpose([0, 2, 1]);
      const heads = (part) => linear(`${name}.${part}`, rows).reshape([n, h * w, -1, config.attention_head_dim]);
      const mixed = nn.dotProductAttention(heads("to_q"), heads("to_k"), heads("to_v")).reshape([n, h * w, c]);
      return linear(`${name}.to_out.0`, mixed).transpose([0, 2, 1]).reshape(x.shape);
    },
    rows: (name, labels) => np.matmul(nn.oneHot(labels.ref, config.num_class_embeds), param(`${name}.weight`)),
  };
}

/** Adam as in optax, which is not in the package; b₁ 0.9, b₂ 0.999, ε 1e-8. */
function adam(np, lr, count, [p, g, m, v]) {
  const mean = m.mul(0.9).add(g.ref.mul(0.1));
  const square = v.mul(0.999).add(g.ref.mul(g).mul(0.001));
  const unbiased = (moment, b) => moment.ref.div(np.array(1).sub(np.power(b, count.ref)));
  const step = unbiased(mean, 0.9).div(np.sqrt(unbiased(square, 0.999)).add(1e-8));
  return [p.sub(step.mul(lr)), mean, square];
}

/** @type {import("./page.mjs").Open} */
export async function open({ config, weights }) {
  const jax = await import(ADDRESS);
  const { numpy: np, tree } = jax;
  await jax.init("webgpu");
  jax.defaultDevice("webgpu");
  const arrays = (values) =>
    Object.fromEntries(Object.entries(values).map(([name, { shape, data }]) => [name, np.array(data, { shape })]));
  const picture = (data, n) =>
    np.array(data, { shape: [n, config.in_channels, config.sample_size, config.sample_size] });
  const onDevice = ({ n, sample, features, labels }) => ({
    sample: picture(sample, n),
    features: np.array(features, { shape: [n, features.length / n] }),
    labels: np.array(Int32Array.from(labels)),
  });
  const network = (params, inputs) => unet(config, weights, ops(jax, config, params), inputs);
  const forward = jax.jit(network);
  const params = arrays(weights);

  return {
    async forward(input) {
      return forward(tree.ref(params), onDevice(input)).data();
    },
    async trainer(input, lr) {
      const zeros = () => tree.map((p) => np.zeros(p.shape), params);
      const loss = (p, { noise, ...inputs }) => {
        const error = network(p, inputs).sub(noise.ref);
        return error.ref.mul(error).mean();
      };
      const step = jax.jit((p, m, v, count, inputs) => {
        const [value, gradients] = jax.valueAndGrad(loss)(p, inputs);
        const names = Object.keys(p);
        const moved = names.map((name) => adam(np, lr, count, [p[name], gradients[name], m[name], v[name]]));
        const part = (i) => Object.fromEntries(names.map((name, at) => [name, moved[at][i]]));
        return [value, part(0), part(1), part(2)];
      });
      let state = [tree.ref(params), zeros(), zeros()];
      let count = 0;
      const inputs = { ...onDevice(input), noise: picture(input.noise, input.n) };
      return async () => {
        const [value, ...next] = step(...state, np.array(++count, { dtype: np.float32 }), tree.ref(inputs));
        state = next;
        await jax.blockUntilReady(state);
        return (await value.data())[0];
      };
    },
  };
}
