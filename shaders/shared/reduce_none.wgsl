// The sum over a single thread: what reduce.wgsl is where LANES is 1.
fn lane_sum(value: vec4f, lane: u32, slot: u32) -> vec4f {
  return value;
}
