// Gradient of multi-head self-attention; ops/attention_grad.rs has the formulas.

// One thread: one query of one head. Leaves log-sum-exp and dy·y for the second kernel.
@compute @workgroup_size(WORKGROUP)
fn attention_grad_queries(@builtin(global_invocation_id) id: vec3u, @builtin(workgroup_id) group: vec3u) {
  let token = id.x;
  let head = group.y;
  let n = group.z;
  if token >= d.tokens { return; }
  let width = role_stride();
  let tokens = bound(d.tokens, id.x);
  let query = query_at(d.qkv, n, token, head);
  let first_key = query_at(d.qkv, n, 0u, head) + width;
  let result = result_at(d.y, n, token, head);
  let gradient = result_at(d.dy, n, token, head);

  var q: array<vec4f, HEAD4>;
  var dy: array<vec4f, HEAD4>;
  var acc: array<vec4f, HEAD4>;
  var products = vec4f();
  for (var i = 0u; i < HEAD4; i++) {
    q[i] = fetch(query + i) * d.scale;
    dy[i] = fetch(gradient + i);
    products += dy[i] * fetch(result + i);
  }
  let dy_y = dot(products, vec4f(1.0));

  var m = -3.0e38;
  var l = 0.0;
  var key = first_key;
  for (var j = 0u; j < tokens; j++) {
    var score = vec4f();
    for (var i = 0u; i < HEAD4; i++) { score += q[i] * fetch(key + i); }
    let s = dot(score, vec4f(1.0));
    let m_next = max(m, s);
    l = l * exp(m - m_next) + exp(s - m_next);
    m = m_next;
    key += 3u * width;
  }
  let log_sum_exp = m + log(l);

  key = first_key;
  for (var j = 0u; j < tokens; j++) {
    var score = vec4f();
    var dp = vec4f();
    for (var i = 0u; i < HEAD4; i++) {
      score += q[i] * fetch(key + i);
      dp += dy[i] * fetch(key + width + i);
    }
    let p = exp(dot(score, vec4f(1.0)) - log_sum_exp);
    let ds = p * (dot(dp, vec4f(1.0)) - dy_y) * d.scale;
    for (var i = 0u; i < HEAD4; i++) { acc[i] += ds * fetch(key + i); }
    key += 3u * width;
  }

  let at = query_at(d.dqkv, n, token, head);
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
  let width = role_stride();
  let tokens = bound(d.tokens, id.x);
  let key = query_at(d.qkv, n, token, head) + width;
  let first_query = query_at(d.qkv, n, 0u, head);

  var k: array<vec4f, HEAD4>;
  var v: array<vec4f, HEAD4>;
  var dk: array<vec4f, HEAD4>;
  var dv: array<vec4f, HEAD4>;
  for (var i = 0u; i < HEAD4; i++) {
    k[i] = fetch(key + i) * d.scale;
    v[i] = fetch(key + width + i);
  }
  for (var j = 0u; j < tokens; j++) {
    let query = first_query + j * 3u * width;
    let gradient = result_at(d.dy, n, j, head);
    let row = fetch(d.rows + (n * d.tokens + j) * d.heads + head);
    var score = vec4f();
    var dp = vec4f();
    for (var i = 0u; i < HEAD4; i++) {
      score += k[i] * fetch(query + i);
      dp += v[i] * fetch(gradient + i);
    }
    let p = exp(dot(score, vec4f(1.0)) - row.x);
    let ds = p * (dot(dp, vec4f(1.0)) - row.y) * d.scale;
    for (var i = 0u; i < HEAD4; i++) {
      dk[i] += ds * fetch(query + i);
      dv[i] += p * fetch(gradient + i);
    }
  }

  let at = query_at(d.dqkv, n, token, head) + width;
  for (var i = 0u; i < HEAD4; i++) {
    arena[at + i] = dk[i];
    arena[at + width + i] = dv[i];
  }
}
