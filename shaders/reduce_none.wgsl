// The sum over a single thread: what reduce.wgsl is where LANES is 1.
fn lane_sum(value: f32, lane: u32, slot: u32) -> f32 {
  return value;
}
