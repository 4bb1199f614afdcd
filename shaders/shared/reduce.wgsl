// Sum of one vec4 per thread over a workgroup of LANES threads, 64 or 256. FIRST threads each add as many of them; then
// every thread adds what those have found: two barriers, and few reads one after another.
// Calls one after another take slots 0 and 1 in turn: whoever writes a slot again has passed the barriers
// of the call between, and so has everyone who read it.
const FIRST: u32 = select(8u, 16u, LANES > 64u);
var<workgroup> partial_sums: array<vec4f, LANES * 2u>;
var<workgroup> first_sums: array<vec4f, FIRST * 2u>;

fn lane_sum(value: vec4f, lane: u32, slot: u32) -> vec4f {
  partial_sums[slot * LANES + lane] = value;
  workgroupBarrier();
  if lane < FIRST {
    var sum = vec4f();
    for (var i = lane; i < LANES; i += FIRST) { sum += partial_sums[slot * LANES + i]; }
    first_sums[slot * FIRST + lane] = sum;
  }
  workgroupBarrier();
  var sum = vec4f();
  for (var i = 0u; i < FIRST; i++) { sum += first_sums[slot * FIRST + i]; }
  return sum;
}
