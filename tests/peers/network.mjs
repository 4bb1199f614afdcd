// @ts-check
// The digit model once, for all who compute it here: diffusers' `UNet2DModel` as in src/nn/unet, for what its config.json
// says. Each library says in its own file what a layer is (`Ops`); tensors are the library's own, in its own layout.

/**
 * Layers by the names of their weights, `name.weight` and `name.bias`.
 * @template T
 * @typedef {object} Ops
 * @property {(name: string, x: T, stride?: number) => T} conv 3×3 padded by one pixel all around, or 1×1, as its weight is
 * @property {(name: string, x: T) => T} norm group norm
 * @property {(x: T) => T} silu
 * @property {(a: T, b: T) => T} add tensors of one shape
 * @property {(x: T, v: T) => T} addVector a vector [n, c] to every pixel
 * @property {(a: T, b: T) => T} concat channels
 * @property {(x: T) => T} enlarge twice as high and wide, each pixel four times
 * @property {(name: string, x: T) => T} attention projections included, what goes around it not
 * @property {(name: string, v: T) => T} linear on vectors [n, c]
 * @property {(name: string, labels: T) => T} rows of a table
 */

/** @typedef {Record<string, { shape: number[], data: Float32Array }>} Weights */

/**
 * ε̂ of a batch.
 * @template T
 * @param {{ block_out_channels: number[], layers_per_block: number, down_block_types: string[], up_block_types: string[] }} config
 * @param {Weights} weights only their names matter here
 * @param {Ops<T>} ops
 * @param {{ sample: T, features: T, labels: T }} inputs
 */
export function unet(config, weights, ops, { sample, features, labels }) {
  const { block_out_channels: widths, layers_per_block: layers, down_block_types, up_block_types } = config;
  const norm = (name, x) => ops.silu(ops.norm(name, x));

  let emb = ops.silu(ops.linear("time_embedding.linear_1", features));
  emb = ops.add(ops.linear("time_embedding.linear_2", emb), ops.rows("class_embedding", labels));
  emb = ops.silu(emb); // as every residual block begins by

  const resnet = (name, x) => {
    let h = ops.conv(`${name}.conv1`, norm(`${name}.norm1`, x));
    h = ops.addVector(h, ops.linear(`${name}.time_emb_proj`, emb));
    h = ops.conv(`${name}.conv2`, norm(`${name}.norm2`, h));
    const shortcut = `${name}.conv_shortcut`;
    return ops.add(h, weights[`${shortcut}.weight`] ? ops.conv(shortcut, x) : x);
  };
  const attention = (name, x) => ops.add(ops.attention(name, ops.norm(`${name}.group_norm`, x)), x);
  const block = (name, kind, j, x) => {
    const h = resnet(`${name}.resnets.${j}`, x);
    return kind.startsWith("Attn") ? attention(`${name}.attentions.${j}`, h) : h;
  };

  let x = ops.conv("conv_in", sample);
  const skips = [x];
  for (const [i, kind] of down_block_types.entries()) {
    const name = `down_blocks.${i}`;
    for (let j = 0; j < layers; j++) skips.push((x = block(name, kind, j, x)));
    if (i + 1 < widths.length) skips.push((x = ops.conv(`${name}.downsamplers.0.conv`, x, 2)));
  }
  x = resnet("mid_block.resnets.0", x);
  x = resnet("mid_block.resnets.1", attention("mid_block.attentions.0", x));
  for (const [i, kind] of up_block_types.entries()) {
    const name = `up_blocks.${i}`;
    for (let j = 0; j <= layers; j++) x = block(name, kind, j, ops.concat(x, skips.pop()));
    if (i + 1 < widths.length) x = ops.conv(`${name}.upsamplers.0.conv`, ops.enlarge(x));
  }
  return ops.conv("conv_out", norm("conv_norm_out", x));
}

/** Sinusoids of the timesteps, [n, width], cosines first (flip_sin_to_cos). @param {ArrayLike<number>} t */
export function timeFeatures(t, width) {
  const half = width / 2;
  return Float32Array.from({ length: t.length * width }, (_, at) => {
    const [i, j] = [Math.floor(at / width), at % width];
    const angle = t[i] * Math.exp((-Math.log(10000) * (j % half)) / half);
    return j < half ? Math.cos(angle) : Math.sin(angle);
  });
}
