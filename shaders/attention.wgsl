// Multi-head self-attention over the pixels of a picture (Vaswani et al. 2017, eq. 1).
//
// One thread computes OWN neighbouring queries of one head, walking over the keys once with an online softmax
// (Milakov & Gimelshein 2018): m is the running maximum, l the running sum of exp(s − m). Every key and value is loaded
// once for all of its queries.

@compute @workgroup_size(WORKGROUP)
fn attention(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let item = id.x + id.y * groups.x * WORKGROUP;
  let tokens = bound(d.tokens, id.x);
  let tiles = (tokens + OWN - 1u) / OWN;
  let token = item % tiles * OWN;
  let head = item / tiles % d.heads;
  let n = item / (tiles * d.heads);
  if n >= d.samples { return; }
  let width = role_stride();
  #for q 0..OWN
  let query$q = query_at(d.qkv, n, min(token + $(q)u, tokens - 1u), head);
  #for i 0..HEAD4
  let q$(q)_$i = fetch(query$q + $(i)u) * d.scale;
  var sum$(q)_$i = vec4f();
  #end
  var m$q = -3.0e38;
  var l$q = 0.0;
  #end

  var key = query_at(d.qkv, n, 0u, head) + width;
  for (var j = 0u; j < tokens; j++) {
    #for i 0..HEAD4
    let k$i = fetch(key + $(i)u);
    let v$i = fetch(key + width + $(i)u);
    #end
    #for q 0..OWN
    {
      var products = vec4f();
      #for i 0..HEAD4
      products += q$(q)_$i * k$i;
      #end
      let s = dot(products, vec4f(1.0));
      let m_next = max(m$q, s);
      let keep = exp(m$q - m_next);
      let p = exp(s - m_next);
      l$q = l$q * keep + p;
      #for i 0..HEAD4
      sum$(q)_$i = sum$(q)_$i * keep + p * v$i;
      #end
      m$q = m_next;
    }
    #end
    key += 3u * width;
  }

  #for q 0..OWN
  if token + $(q)u < tokens {
    let at = result_at(d.y, n, token + $(q)u, head);
    #for i 0..HEAD4
    arena[at + $(i)u] = sum$(q)_$i / l$q;
    #end
  }
  #end
}
