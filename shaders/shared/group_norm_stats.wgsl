// What the kernels that walk over groups share: what a thread has a part in, mean and variance of a group.
//
// A group is a run of neighbouring channels of every pixel. LANES threads take GROUPS groups of one
// sample: one where a group fills whole vec4s, otherwise as many as together do (2 or 4), since no
// two workgroups may write into one vec4. On a GPU a workgroup shares a group, and its threads read neighbouring vec4s
// of a pixel; on a CPU adapter, where barriers are slow, LANES is 1, `lane_sum` is the identity (reduce_none.wgsl), and
// neighbouring threads read neighbouring groups.
struct Unit {
  lane: u32,           // the thread's number among LANES
  c_lane: u32,         // where threads take neighbouring vec4s of a pixel: which of them,
  c_lanes: u32,        // of so many;
  p_lane: u32,         // and the number of its pixel among
  p_lanes: u32,        // so many
  n: u32,              // sample
  sample: u32,         // vec4s before it
  first_channel: u32,  // of the GROUPS groups
  pixels: u32,         // 0 past the last sample: nothing to do there, but every thread must come to the barriers
}

fn unit_of(group: u32, index: u32) -> Unit {
  let unit = group * (WORKGROUP / LANES) + index / LANES;
  let units = (d.groups + GROUPS - 1u) / GROUPS;  // in a sample
  let n = unit / units;
  let first_channel = unit % units * GROUPS * d.group_channels;
  let lane = index % LANES;
  let c_lanes = clamp(GROUPS * d.group_channels / 4u, 1u, LANES);
  let p_lanes = LANES / c_lanes;
  // Threads that are left over have no pixel of their own.
  let p_lane = select(lane / c_lanes, d.pixels, lane >= c_lanes * p_lanes);
  let pixels = select(0u, d.pixels, n < d.n);
  return Unit(lane, lane % c_lanes, c_lanes, p_lane, p_lanes, n, n * d.pixels * d.c4, first_channel, pixels);
}

// One past the last vec4 of the unit.
fn end_of(u: Unit) -> u32 { return min((u.first_channel + GROUPS * d.group_channels + 3u) / 4u, d.c4); }

// Which of the four channels of vec4 number c4 belong to the group [first, first + group_channels).
fn membership(c4: u32, first: u32) -> vec4f {
  let c = vec4u(c4 * 4u) + vec4u(0u, 1u, 2u, 3u);
  return select(vec4f(), vec4f(1.0), (c >= vec4u(first)) & (c < vec4u(first + d.group_channels)));
}

// Which of the unit's groups the four channels of vec4 number c4 belong to.
fn groups_at(u: Unit, c4: u32) -> vec4u {
  let c = vec4u(c4 * 4u) + vec4u(0u, 1u, 2u, 3u);
  return min((c - u.first_channel) / d.group_channels, vec4u(GROUPS - 1u));
}

// Mean and 1/√(variance + eps) of the group whose first channel is `first`: two passes, because
// E[x²] − m² would cancel. A group past the last channel has no members; nobody reads its sums.
fn statistics(u: Unit, first: u32) -> vec2f {
  let count = f32(d.pixels * d.group_channels);
  let c4_end = min((first + d.group_channels + 3u) / 4u, d.c4);
  var sums = vec4f();
  for (var c4 = first / 4u + u.c_lane; c4 < c4_end; c4 += u.c_lanes) {
    var acc = vec4f();
    for (var p = u.p_lane; p < u.pixels; p += u.p_lanes) { acc += fetch(d.x + u.sample + p * d.c4 + c4); }
    sums += acc * membership(c4, first);
  }
  let mean = dot(lane_sum(sums, u.lane, 0u), vec4f(1.0)) / count;

  var squares = vec4f();
  for (var c4 = first / 4u + u.c_lane; c4 < c4_end; c4 += u.c_lanes) {
    var acc = vec4f();
    for (var p = u.p_lane; p < u.pixels; p += u.p_lanes) {
      let v = fetch(d.x + u.sample + p * d.c4 + c4) - mean;
      acc += v * v;
    }
    squares += acc * membership(c4, first);
  }
  let variance = dot(lane_sum(squares, u.lane, 1u), vec4f(1.0)) / count;
  return vec2f(mean, inverseSqrt(variance + d.eps));
}

// The statistics of each of the unit's groups.
fn all_statistics(u: Unit) -> array<vec2f, GROUPS> {
  var all: array<vec2f, GROUPS>;
  for (var g = 0u; g < GROUPS; g++) { all[g] = statistics(u, u.first_channel + g * d.group_channels); }
  return all;
}
