// Gradient of multi-head self-attention on a GPU; ops/attention_grad.rs has the formulas. As in attention_staged.wgsl,
// what all threads of a workgroup walk over passes through workgroup memory, a tile at a time.
const TOKENS: u32 = min(64u, 256u / HEAD4 / 4u * 4u);  // in a tile: two vectors of each take 8 KiB at most
const NEVER: f32 = -3.0e38;                            // a score whose exponential is 0

var<workgroup> firsts: array<vec4f, TOKENS * HEAD4>;   // keys, or queries
var<workgroup> seconds: array<vec4f, TOKENS * HEAD4>;  // values, or gradients of results
var<workgroup> rows: array<vec2f, TOKENS>;             // of queries: log-sum-exp and dy·y

fn key_block(at: u32) -> mat4x4f {
  return mat4x4f(firsts[at], firsts[at + HEAD4], firsts[at + 2u * HEAD4], firsts[at + 3u * HEAD4]);
}

// Keys and values from token `first` on; past the last token the last is staged again.
fn stage_keys(first: u32, n: u32, head: u32, lane: u32) {
  for (var i = lane; i < TOKENS * HEAD4; i += WORKGROUP) {
    let at = query_at(d.qkv, n, min(first + i / HEAD4, d.tokens - 1u), head) + role_stride() + i % HEAD4;
    firsts[i] = arena[at];
    seconds[i] = arena[at + role_stride()];
  }
}

// Queries from token `first` on, and what belongs to them.
fn stage_queries(first: u32, n: u32, head: u32, lane: u32) {
  for (var i = lane; i < TOKENS * HEAD4; i += WORKGROUP) {
    let token = min(first + i / HEAD4, d.tokens - 1u);
    firsts[i] = arena[query_at(d.qkv, n, token, head) + i % HEAD4];
    seconds[i] = arena[result_at(d.dy, n, token, head) + i % HEAD4];
  }
  for (var i = lane; i < TOKENS; i += WORKGROUP) {
    let token = min(first + i, d.tokens - 1u);
    rows[i] = arena[d.rows + (n * d.tokens + token) * d.heads + head].xy;
  }
}

// One thread: one query of one head. Leaves log-sum-exp and dy·y for the second kernel.
@compute @workgroup_size(WORKGROUP)
fn attention_grad_queries_staged(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let token = group.x * WORKGROUP + lane;
  let head = group.y;
  let n = group.z;
  // Threads past the last token do as the last does, for the barriers' sake, and keep it to themselves.
  let own = min(token, d.tokens - 1u);
  let query = query_at(d.qkv, n, own, head);
  var q: array<vec4f, HEAD4>;
  var dy: array<vec4f, HEAD4>;
  var acc: array<vec4f, HEAD4>;
  var products = vec4f();
  for (var i = 0u; i < HEAD4; i++) {
    q[i] = arena[query + i] * d.scale;
    dy[i] = arena[result_at(d.dy, n, own, head) + i];
    products += dy[i] * arena[result_at(d.y, n, own, head) + i];
  }
  let dy_y = dot(products, vec4f(1.0));

  // Keys four at a time, so that the running maximum costs one exponential for four of them.
  var m = NEVER;
  var l = 0.0;
  for (var first = 0u; first < d.tokens; first += TOKENS) {
    stage_keys(first, n, head, lane);
    workgroupBarrier();
    let count = min(TOKENS, d.tokens - first);
    for (var j = 0u; j < count; j += 4u) {
      var s = vec4f();
      for (var i = 0u; i < HEAD4; i++) { s += q[i] * key_block(j * HEAD4 + i); }
      s = select(vec4f(NEVER), s, vec4u(j) + vec4u(0u, 1u, 2u, 3u) < vec4u(count));
      let m_next = max(m, max(max(s.x, s.y), max(s.z, s.w)));
      l = l * exp(m - m_next) + dot(exp(s - m_next), vec4f(1.0));
      m = m_next;
    }
    workgroupBarrier();
  }
  let log_sum_exp = m + log(l);

  for (var first = 0u; first < d.tokens; first += TOKENS) {
    // One tile is there still.
    if d.tokens > TOKENS { stage_keys(first, n, head, lane); }
    workgroupBarrier();
    let count = min(TOKENS, d.tokens - first);
    for (var j = 0u; j < count; j++) {
      var score = vec4f();
      var dp = vec4f();
      for (var i = 0u; i < HEAD4; i++) {
        score += q[i] * firsts[j * HEAD4 + i];
        dp += dy[i] * seconds[j * HEAD4 + i];
      }
      let p = exp(dot(score, vec4f(1.0)) - log_sum_exp);
      let ds = p * (dot(dp, vec4f(1.0)) - dy_y) * d.scale;
      for (var i = 0u; i < HEAD4; i++) { acc[i] += ds * firsts[j * HEAD4 + i]; }
    }
    workgroupBarrier();
  }

  if token < d.tokens {
    let at = query_at(d.dqkv, n, token, head);
    for (var i = 0u; i < HEAD4; i++) { arena[at + i] = acc[i]; }
    arena[d.rows + (n * d.tokens + token) * d.heads + head] = vec4f(log_sum_exp, dy_y, 0.0, 0.0);
  }
}

// One thread: one key, and its value, of one head.
@compute @workgroup_size(WORKGROUP)
fn attention_grad_keys_staged(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let token = group.x * WORKGROUP + lane;
  let head = group.y;
  let n = group.z;
  let key = query_at(d.qkv, n, min(token, d.tokens - 1u), head) + role_stride();
  var k: array<vec4f, HEAD4>;
  var v: array<vec4f, HEAD4>;
  var dk: array<vec4f, HEAD4>;
  var dv: array<vec4f, HEAD4>;
  for (var i = 0u; i < HEAD4; i++) {
    k[i] = arena[key + i] * d.scale;
    v[i] = arena[key + role_stride() + i];
  }
  for (var first = 0u; first < d.tokens; first += TOKENS) {
    stage_queries(first, n, head, lane);
    workgroupBarrier();
    let count = min(TOKENS, d.tokens - first);
    for (var j = 0u; j < count; j++) {
      var score = vec4f();
      var dp = vec4f();
      for (var i = 0u; i < HEAD4; i++) {
        score += k[i] * firsts[j * HEAD4 + i];
        dp += v[i] * seconds[j * HEAD4 + i];
      }
      let row = rows[j];
      let p = exp(dot(score, vec4f(1.0)) - row.x);
      let ds = p * (dot(dp, vec4f(1.0)) - row.y) * d.scale;
      for (var i = 0u; i < HEAD4; i++) {
        dk[i] += ds * firsts[j * HEAD4 + i];
        dv[i] += p * seconds[j * HEAD4 + i];
      }
    }
    workgroupBarrier();
  }

  if token < d.tokens {
    let at = query_at(d.dqkv, n, token, head) + role_stride();
    for (var i = 0u; i < HEAD4; i++) {
      arena[at + i] = dk[i];
      arena[at + role_stride() + i] = dv[i];
    }
  }
}
