// From gradients to better weights: `gradient_norm` (sums of squares), `train_finish` (what happens to
// this step, decided by one thread), `adamw` (the update, torch.optim.AdamW's, and the moving average).
//
// Gradients, weights, both moments and the average have one layout; all are flat arrays of vec4. Only
// the `ranges` that are trained are touched.
struct Dims {
  total: u32,         // vec4s in all ranges
  ranges: u32,
  vec4s: u32,         // length of the weights
  gradients: u32,     // in arena
  loss: u32,          // in arena: one vec4 a sample
  batch: u32,
  buckets: u32,
  timesteps: u32,
  importance: u32,    // whether t is drawn by importance
  warmup: u32,
  steps: u32,         // length of the cosine; 0: none
  lr: f32,
  weight_decay: f32,
  clip: f32,          // the longest gradient; 0: any
  beta1: f32,
  beta2: f32,
  // 1 − β, rounded once: from β in f32 it would be off by 1e-5.
  rate1: f32,
  rate2: f32,
  forget: f32,        // the same of the moving average's decay
  epsilon: f32,
  even_share: f32,    // of draws, which importance sampling spreads evenly
}
@group(0) @binding(2) var<uniform> d: Dims;
@group(0) @binding(3) var<storage, read_write> weights: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> moments: array<vec4f>;  // first | second | moving average
@group(0) @binding(5) var<storage, read> ranges: array<vec2u>;  // address, vec4s in the ranges before

// The address of the i-th trained vec4.
fn trained(i: u32) -> u32 {
  var low = 0u;
  var high = d.ranges - 1u;
  while low < high {
    let middle = (low + high + 1u) / 2u;
    if ranges[middle].y <= i { low = middle; } else { high = middle - 1u; }
  }
  return ranges[low].x + i - ranges[low].y;
}

@compute @workgroup_size(WORKGROUP)
fn gradient_norm(@builtin(global_invocation_id) id: vec3u) {
  var sum = 0.0;
  for (var i = id.x; i < d.total; i += PARTIALS) {
    let g = arena[d.gradients + trained(i)];
    sum += dot(g, g);
  }
  state.sums[id.x] = sum;
}

// When training is given up (`train_finish`): the smoothed loss is above HOPELESS times that of answering
// zero, or above it after having been below LEARNED of it.
const HOPELESS: f32 = 4.0;
const LOST: f32 = 1.0;
const LEARNED: f32 = 0.5;
const BLOWN_UP: u32 = 2u;     // a fault; the other is NOT_FINITE

// By its bits, because a compiler may assume that numbers are finite.
fn finite(x: f32) -> bool { return (bitcast<u32>(x) & 0x7f800000u) != 0x7f800000u; }

// Twin of src/train/rates.rs.
fn learning_rate(step: u32) -> f32 {
  if step < d.warmup { return d.lr * f32(step + 1u) / f32(d.warmup); }
  if d.steps == 0u { return d.lr; }
  var length = 1u;
  if d.steps > d.warmup { length = d.steps - d.warmup; }
  let progress = min(f32(step - d.warmup) / f32(length), 1.0);
  return d.lr * 0.5 * (1.0 + cos_sin_turn(0.5 * progress).x);
}

// Probabilities of the buckets of t from what they cost so far: src/train/draw.rs, `by_importance`.
fn renew_importance() {
  var total = 0.0;
  for (var b = 0u; b < d.buckets; b++) {
    if state.seen[b] < ENOUGH_LOSSES { return; }
    let width = (b + 1u) * d.timesteps / d.buckets - b * d.timesteps / d.buckets;
    total += f32(width) * sqrt(state.square[b]);
  }
  // All losses zero or too large to add: as it was.
  if !finite(total) || total <= 0.0 { return; }
  var sum = 0.0;
  for (var b = 0u; b + 1u < d.buckets; b++) {
    let width = f32((b + 1u) * d.timesteps / d.buckets - b * d.timesteps / d.buckets);
    sum += d.even_share * width / f32(d.timesteps) + (1.0 - d.even_share) * width * sqrt(state.square[b]) / total;
    state.ends[b] = u32(2147483648.0 * min(sum, 1.0));
  }
}

// What happens to the step under way, from its gradient's norm, its loss, and the loss of answering zero.
fn decide(norm: f32, loss: f32, zero: f32) {
  state.go = 0u;
  if state.fault != 0u { return; }
  state.loss = loss;
  state.norm = norm;
  let step = state.step;
  if !finite(loss) || !finite(norm) {
    state.fault = NOT_FINITE;
    state.fault_step = step;
    return;
  }
  // Has the network become worse than none? Judged by the loss over that of answering zero to the same
  // batch, so that neither t nor its weight matters.
  let rate = max(1.0 / f32(step + 1u), 1.0 / f32(SMOOTHED_STEPS));
  state.relative += rate * (loss / max(zero, 1e-30) - state.relative);
  if step + 1u >= JUDGED_STEPS {
    state.best = min(state.best, state.relative);
    if state.relative > select(HOPELESS, LOST, state.best < LEARNED) {
      state.fault = BLOWN_UP;
      state.fault_step = step;
      return;
    }
  }

  // torch.nn.utils.clip_grad_norm_
  state.clip = 1.0;
  if d.clip > 0.0 { state.clip = min(1.0, d.clip / (norm + 1e-6)); }
  state.lr = learning_rate(step);
  state.forget = max(d.forget, 9.0 / (10.0 + f32(step)));
  state.correction1 = d.beta1 * state.correction1 + d.rate1;
  state.correction2 = d.beta2 * state.correction2 + d.rate2;
  if d.importance == 1u && step % RENEWED_EVERY == 0u { renew_importance(); }
  state.ring[step % RING] = loss;
  state.step = step + 1u;
  state.go = 1u;
}

@compute @workgroup_size(LANES)
fn train_finish(@builtin(local_invocation_index) lane: u32) {
  var squares = 0.0;
  for (var i = lane; i < PARTIALS; i += LANES) { squares += state.sums[i]; }
  var losses = 0.0;
  var zeros = 0.0;
  for (var n = lane; n < d.batch; n += LANES) {
    losses += arena[d.loss + n].x;
    zeros += state.batch[n].zero;
  }
  let sums = lane_sum(vec4f(squares, losses, zeros, 0.0), lane, 0u);
  if lane == 0u { decide(sqrt(sums.x), sums.y / f32(d.batch), sums.z / f32(d.batch)); }
}

// One thread a vec4. Loshchilov & Hutter 2019, algorithm 2, as torch.optim.AdamW has it: the decay is of
// the weights and by the learning rate, ε stands outside the root.
@compute @workgroup_size(WORKGROUP)
fn adamw(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = item(id, groups);
  if i >= d.total || state.go == 0u { return; }
  let at = trained(i);
  let g = arena[d.gradients + at] * state.clip;
  let m = moments[at] + d.rate1 * (g - moments[at]);
  let v = d.beta2 * moments[d.vec4s + at] + d.rate2 * g * g;
  moments[at] = m;
  moments[d.vec4s + at] = v;
  let decayed = weights[at] * (1.0 - state.lr * d.weight_decay);
  let size = sqrt(v) / sqrt(state.correction2) + d.epsilon;
  let w = decayed - state.lr / state.correction1 * (m / size);
  weights[at] = w;
  let average = moments[2u * d.vec4s + at];
  moments[2u * d.vec4s + at] = average + state.forget * (w - average);
}
