// Multi-head self-attention over the pixels of a picture (Vaswani et al. 2017, eq. 1).
//
// One thread computes one query of one head, walking over the keys once with an online softmax
// (Milakov & Gimelshein 2018): m is the running maximum, l the running sum of exp(s − m).

@compute @workgroup_size(WORKGROUP)
fn attention(@builtin(global_invocation_id) id: vec3u, @builtin(workgroup_id) group: vec3u) {
  let token = id.x;
  let head = group.y;
  let n = group.z;
  if token >= d.tokens { return; }
  let width = role_stride();
  let query = query_at(d.qkv, n, token, head);

  var q: array<vec4f, HEAD4>;
  var acc: array<vec4f, HEAD4>;
  for (var i = 0u; i < HEAD4; i++) { q[i] = arena[query + i] * d.scale; }

  var m = -3.0e38;
  var l = 0.0;
  var key = query_at(d.qkv, n, 0u, head) + width;
  for (var j = 0u; j < d.tokens; j++) {
    var products = vec4f();
    for (var i = 0u; i < HEAD4; i++) { products += q[i] * arena[key + i]; }
    let s = dot(products, vec4f(1.0));
    let m_next = max(m, s);
    let keep = exp(m - m_next);
    let p = exp(s - m_next);
    l = l * keep + p;
    for (var i = 0u; i < HEAD4; i++) { acc[i] = acc[i] * keep + p * arena[key + width + i]; }
    m = m_next;
    key += 3u * width;
  }

  let at = result_at(d.y, n, token, head);
  for (var i = 0u; i < HEAD4; i++) { arena[at + i] = acc[i] / l; }
}
