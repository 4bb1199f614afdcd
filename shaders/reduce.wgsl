// Sum of one value per thread over a workgroup of LANES threads. One barrier: every thread then adds
// all partial sums itself, which on a CPU adapter is several times faster than a tree of barriers.
// The caller gives each call its own `slot` (of SLOTS), so that no second barrier is needed before reuse.
var<workgroup> partial_sums: array<f32, LANES * SLOTS>;

fn lane_sum(value: f32, lane: u32, slot: u32) -> f32 {
  partial_sums[slot * LANES + lane] = value;
  workgroupBarrier();
  var sum = 0.0;
  for (var i = 0u; i < LANES; i++) { sum += partial_sums[slot * LANES + i]; }
  return sum;
}
