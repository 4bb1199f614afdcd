// What a training run knows of itself between its kernels. Filled and read by src/train/state.rs.
// No entry point: prepend to a kernel.

// What a sample of the batch is made from.
struct Draw {
  image: u32,    // number in the data set
  t: u32,
  bucket: u32,   // of t
  factor: f32,   // 1/(p·n) of an uneven draw of t, which its loss is multiplied with
  zero: f32,     // what its loss would be, factor included, if the network answered zero
}

struct State {
  step: u32,         // steps done
  fault: u32,        // 0, or why training stands still (adamw.wgsl)
  fault_step: u32,   // the step that was not taken
  go: u32,           // whether the step under way changes anything
  loss: f32,         // mean over the newest batch
  relative: f32,     // loss over that of a network that answers zero, smoothed
  best: f32,         // the lowest `relative` so far
  norm: f32,         // of the whole gradient, before clipping
  clip: f32,         // what the gradient is multiplied with
  lr: f32,
  forget: f32,       // 1 − decay of the moving average
  correction1: f32,  // 1 − β₁^step
  correction2: f32,  // 1 − β₂^step
  ends: array<u32, BUCKETS>,      // cumulative probabilities of the buckets of t, in 2³¹sts
  seen: array<u32, BUCKETS>,      // losses seen in a bucket
  mean: array<f32, BUCKETS>,      // moving averages of them
  square: array<f32, BUCKETS>,    // and of their squares
  sums: array<f32, PARTIALS>,     // of squares of the gradient, part by part
  ring: array<f32, RING>,         // loss of step i at i mod RING
  batch: array<Draw>,
}

@group(0) @binding(0) var<storage, read_write> arena: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> state: State;

fn item(id: vec3u, groups: vec3u) -> u32 { return id.x + id.y * groups.x * WORKGROUP; }
