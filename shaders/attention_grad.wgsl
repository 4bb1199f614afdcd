// Gradient of multi-head self-attention; ops/attention_grad.rs has the formulas. A thread takes OWN neighbouring tokens of
// one head, so that what it walks over is loaded once for all of them. Registers are named because SwiftShader keeps
// arrays in memory, which made this twenty times as long.

// The tokens of a thread.
struct Own { n: u32, head: u32, token: u32 }

fn own_of(item: u32) -> Own {
  let tiles = (d.tokens + OWN - 1u) / OWN;
  return Own(item / (tiles * d.heads), item / tiles % d.heads, item % tiles * OWN);
}

// Queries: leaves log-sum-exp and dy·y for the second kernel.
@compute @workgroup_size(WORKGROUP)
fn attention_grad_queries(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let own = own_of(id.x + id.y * groups.x * WORKGROUP);
  if own.n >= d.samples { return; }
  let width = role_stride();
  let tokens = bound(d.tokens, id.x);
  #for t 0..OWN
  let token$t = min(own.token + $(t)u, d.tokens - 1u);
  let query$t = query_at(d.qkv, own.n, token$t, own.head);
  let result$t = result_at(d.y, own.n, token$t, own.head);
  let gradient$t = result_at(d.dy, own.n, token$t, own.head);
  var products$t = vec4f();
  #for i 0..HEAD4
  let q$(t)_$i = fetch(query$t + $(i)u) * d.scale;
  let dy$(t)_$i = fetch(gradient$t + $(i)u);
  var acc$(t)_$i = vec4f();
  products$t += dy$(t)_$i * fetch(result$t + $(i)u);
  #end
  let dy_y$t = dot(products$t, vec4f(1.0));
  var m$t = -3.0e38;
  var l$t = 0.0;
  #end

  let first_key = query_at(d.qkv, own.n, 0u, own.head) + width;
  var key = first_key;
  for (var j = 0u; j < tokens; j++) {
    #for i 0..HEAD4
    let k$i = fetch(key + $(i)u);
    #end
    #for t 0..OWN
    {
      var score = vec4f();
      #for i 0..HEAD4
      score += q$(t)_$i * k$i;
      #end
      let s = dot(score, vec4f(1.0));
      let m_next = max(m$t, s);
      l$t = l$t * exp(m$t - m_next) + exp(s - m_next);
      m$t = m_next;
    }
    #end
    key += 3u * width;
  }
  #for t 0..OWN
  let log_sum_exp$t = m$t + log(l$t);
  #end

  key = first_key;
  for (var j = 0u; j < tokens; j++) {
    #for i 0..HEAD4
    let k$i = fetch(key + $(i)u);
    let v$i = fetch(key + width + $(i)u);
    #end
    #for t 0..OWN
    {
      var score = vec4f();
      var dp = vec4f();
      #for i 0..HEAD4
      score += q$(t)_$i * k$i;
      dp += dy$(t)_$i * v$i;
      #end
      let p = exp(dot(score, vec4f(1.0)) - log_sum_exp$t);
      let ds = p * (dot(dp, vec4f(1.0)) - dy_y$t) * d.scale;
      #for i 0..HEAD4
      acc$(t)_$i += ds * k$i;
      #end
    }
    #end
    key += 3u * width;
  }

  #for t 0..OWN
  if own.token + $(t)u < d.tokens {
    let at = query_at(d.dqkv, own.n, token$t, own.head);
    #for i 0..HEAD4
    arena[at + $(i)u] = acc$(t)_$i;
    #end
    arena[d.rows + (own.n * d.tokens + token$t) * d.heads + own.head] = vec4f(log_sum_exp$t, dy_y$t, 0.0, 0.0);
  }
  #end
}

// Keys and their values.
@compute @workgroup_size(WORKGROUP)
fn attention_grad_keys(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let own = own_of(id.x + id.y * groups.x * WORKGROUP);
  if own.n >= d.samples { return; }
  let width = role_stride();
  let tokens = bound(d.tokens, id.x);
  #for t 0..OWN
  let token$t = min(own.token + $(t)u, d.tokens - 1u);
  let key$t = query_at(d.qkv, own.n, token$t, own.head) + width;
  #for i 0..HEAD4
  let k$(t)_$i = fetch(key$t + $(i)u) * d.scale;
  let v$(t)_$i = fetch(key$t + width + $(i)u);
  var dk$(t)_$i = vec4f();
  var dv$(t)_$i = vec4f();
  #end
  #end

  var query = query_at(d.qkv, own.n, 0u, own.head);
  var gradient = result_at(d.dy, own.n, 0u, own.head);
  var row = d.rows + own.n * d.tokens * d.heads + own.head;
  for (var j = 0u; j < tokens; j++) {
    let of_row = fetch(row);
    #for i 0..HEAD4
    let q$i = fetch(query + $(i)u);
    let dy$i = fetch(gradient + $(i)u);
    #end
    #for t 0..OWN
    {
      var score = vec4f();
      var dp = vec4f();
      #for i 0..HEAD4
      score += k$(t)_$i * q$i;
      dp += v$(t)_$i * dy$i;
      #end
      let p = exp(dot(score, vec4f(1.0)) - of_row.x);
      let ds = p * (dot(dp, vec4f(1.0)) - of_row.y) * d.scale;
      #for i 0..HEAD4
      dk$(t)_$i += ds * q$i;
      dv$(t)_$i += p * dy$i;
      #end
    }
    #end
    query += 3u * width;
    gradient += width;
    row += d.heads;
  }

  #for t 0..OWN
  if own.token + $(t)u < d.tokens {
    let at = query_at(d.dqkv, own.n, token$t, own.head) + width;
    #for i 0..HEAD4
    arena[at + $(i)u] = dk$(t)_$i;
    arena[at + width + $(i)u] = dv$(t)_$i;
    #end
  }
  #end
}
