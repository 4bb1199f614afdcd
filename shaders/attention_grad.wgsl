// Gradient of multi-head self-attention; ops/attention_grad.rs has the formulas. Layout as in
// attention.wgsl: [query heads | key heads | value heads] per pixel, each head HEAD4 vec4s.
struct Dims {
  tokens: u32,  // h · w
  heads: u32,
  qkv: u32,     // in arena, [n][tokens][3 · heads · HEAD4]
  y: u32,       // output of the forward pass, in arena, [n][tokens][heads · HEAD4]
  dy: u32,      // its gradient
  rows: u32,    // in arena, [n][tokens][heads]: log-sum-exp of a query's scores, and dy·y
  dqkv: u32,    // written, laid out as qkv
  scale: f32,   // 1/√(head size)
}
@group(0) @binding(2) var<uniform> d: Dims;

// One thread: one query of one head. Leaves log-sum-exp and dy·y for the second kernel.
@compute @workgroup_size(WORKGROUP)
fn attention_grad_queries(@builtin(global_invocation_id) id: vec3u, @builtin(workgroup_id) group: vec3u) {
  let token = id.x;
  let head = group.y;
  let n = group.z;
  if token >= d.tokens { return; }
  let width = d.heads * HEAD4;
  let sample = d.qkv + n * d.tokens * 3u * width + head * HEAD4;
  let row = (n * d.tokens + token) * width + head * HEAD4;

  var q: array<vec4f, HEAD4>;
  var dy: array<vec4f, HEAD4>;
  var acc: array<vec4f, HEAD4>;
  var products = vec4f();
  for (var i = 0u; i < HEAD4; i++) {
    q[i] = arena[sample + token * 3u * width + i] * d.scale;
    dy[i] = arena[d.dy + row + i];
    products += dy[i] * arena[d.y + row + i];
  }
  let dy_y = dot(products, vec4f(1.0));

  var m = -3.0e38;
  var l = 0.0;
  var key = sample + width;
  for (var j = 0u; j < d.tokens; j++) {
    var score = vec4f();
    for (var i = 0u; i < HEAD4; i++) { score += q[i] * arena[key + i]; }
    let s = dot(score, vec4f(1.0));
    let m_next = max(m, s);
    l = l * exp(m - m_next) + exp(s - m_next);
    m = m_next;
    key += 3u * width;
  }
  let log_sum_exp = m + log(l);

  key = sample + width;
  for (var j = 0u; j < d.tokens; j++) {
    var score = vec4f();
    var dp = vec4f();
    for (var i = 0u; i < HEAD4; i++) {
      score += q[i] * arena[key + i];
      dp += dy[i] * arena[key + width + i];
    }
    let p = exp(dot(score, vec4f(1.0)) - log_sum_exp);
    let ds = p * (dot(dp, vec4f(1.0)) - dy_y) * d.scale;
    for (var i = 0u; i < HEAD4; i++) { acc[i] += ds * arena[key + i]; }
    key += 3u * width;
  }

  let at = d.dqkv + (n * d.tokens + token) * 3u * width + head * HEAD4;
  for (var i = 0u; i < HEAD4; i++) { arena[at + i] = acc[i]; }
  arena[d.rows + (n * d.tokens + token) * d.heads + head] = vec4f(log_sum_exp, dy_y, 0.0, 0.0);
}

// One thread: one key, and its value, of one head.
@compute @workgroup_size(WORKGROUP)
fn attention_grad_keys(@builtin(global_invocation_id) id: vec3u, @builtin(workgroup_id) group: vec3u) {
  let token = id.x;
  let head = group.y;
  let n = group.z;
  if token >= d.tokens { return; }
  let width = d.heads * HEAD4;
  let sample = d.qkv + n * d.tokens * 3u * width + head * HEAD4;

  var k: array<vec4f, HEAD4>;
  var v: array<vec4f, HEAD4>;
  var dk: array<vec4f, HEAD4>;
  var dv: array<vec4f, HEAD4>;
  for (var i = 0u; i < HEAD4; i++) {
    k[i] = arena[sample + token * 3u * width + width + i] * d.scale;
    v[i] = arena[sample + token * 3u * width + 2u * width + i];
  }
  for (var j = 0u; j < d.tokens; j++) {
    let query = sample + j * 3u * width;
    let gradient = d.dy + (n * d.tokens + j) * width + head * HEAD4;
    let row = arena[d.rows + (n * d.tokens + j) * d.heads + head];
    var score = vec4f();
    var dp = vec4f();
    for (var i = 0u; i < HEAD4; i++) {
      score += k[i] * arena[query + i];
      dp += v[i] * arena[gradient + i];
    }
    let p = exp(dot(score, vec4f(1.0)) - row.x);
    let ds = p * (dot(dp, vec4f(1.0)) - row.y) * d.scale;
    for (var i = 0u; i < HEAD4; i++) {
      dk[i] += ds * arena[query + i];
      dv[i] += p * arena[gradient + i];
    }
  }

  let at = d.dqkv + (n * d.tokens + token) * 3u * width + width + head * HEAD4;
  for (var i = 0u; i < HEAD4; i++) {
    arena[at + i] = dk[i];
    arena[at + width + i] = dv[i];
  }
}
