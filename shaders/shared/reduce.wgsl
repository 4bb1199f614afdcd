// Sum of one vec4 per thread over a workgroup of LANES threads. One barrier: every thread then adds
// all partial sums itself, which on a CPU adapter is several times faster than a tree of barriers.
// Calls one after another take slots 0 and 1 in turn: whoever writes a slot again has passed the barrier
// of the call between, and so has everyone who read it.
var<workgroup> partial_sums: array<vec4f, LANES * 2u>;

fn lane_sum(value: vec4f, lane: u32, slot: u32) -> vec4f {
  partial_sums[slot * LANES + lane] = value;
  workgroupBarrier();
  var sum = vec4f();
  for (var i = 0u; i < LANES; i++) { sum += partial_sums[slot * LANES + i]; }
  return sum;
}
