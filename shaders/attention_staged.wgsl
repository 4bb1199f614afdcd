// Multi-head self-attention for GPUs (attention.wgsl has the formula). One thread computes one query of one head; keys
// and values pass through workgroup memory, a tile at a time, for all queries of a workgroup. Keys are taken four at
// a time, so that the running maximum costs one exponential a query and four keys.
const KEYS: u32 = min(64u, 256u / HEAD4 / 4u * 4u);  // in a tile: keys and values take 8 KiB at most
const NEVER: f32 = -3.0e38;                          // a score whose exponential is 0

var<workgroup> keys: array<vec4f, KEYS * HEAD4>;
var<workgroup> values: array<vec4f, KEYS * HEAD4>;

fn key_block(at: u32) -> mat4x4f {
  return mat4x4f(keys[at], keys[at + HEAD4], keys[at + 2u * HEAD4], keys[at + 3u * HEAD4]);
}

fn value_block(at: u32) -> mat4x4f {
  return mat4x4f(values[at], values[at + HEAD4], values[at + 2u * HEAD4], values[at + 3u * HEAD4]);
}

@compute @workgroup_size(WORKGROUP)
fn attention_staged(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let token = group.x * WORKGROUP + lane;
  let head = group.y;
  let n = group.z;
  let width = role_stride();
  let query = query_at(d.qkv, n, min(token, d.tokens - 1u), head);
  var q: array<vec4f, HEAD4>;
  var acc: array<vec4f, HEAD4>;
  for (var i = 0u; i < HEAD4; i++) { q[i] = arena[query + i] * d.scale; }

  var m = NEVER;
  var l = 0.0;
  for (var first = 0u; first < d.tokens; first += KEYS) {
    for (var i = lane; i < KEYS * HEAD4; i += WORKGROUP) {
      // Past the last token the last is staged again; its score is set below.
      let at = query_at(d.qkv, n, min(first + i / HEAD4, d.tokens - 1u), head) + width + i % HEAD4;
      keys[i] = arena[at];
      values[i] = arena[at + width];
    }
    workgroupBarrier();
    let count = min(KEYS, d.tokens - first);
    for (var j = 0u; j < count; j += 4u) {
      var s = vec4f();
      for (var i = 0u; i < HEAD4; i++) { s += q[i] * key_block(j * HEAD4 + i); }
      s = select(vec4f(NEVER), s, vec4u(j) + vec4u(0u, 1u, 2u, 3u) < vec4u(count));
      let m_next = max(m, max(max(s.x, s.y), max(s.z, s.w)));
      let keep = exp(m - m_next);
      let p = exp(s - m_next);
      l = l * keep + dot(p, vec4f(1.0));
      for (var i = 0u; i < HEAD4; i++) { acc[i] = acc[i] * keep + value_block(j * HEAD4 + i) * p; }
      m = m_next;
    }
    workgroupBarrier();
  }

  if token < d.tokens {
    let at = result_at(d.y, n, token, head);
    for (var i = 0u; i < HEAD4; i++) { arena[at + i] = acc[i] / l; }
  }
}
