// Where attention and its gradient find a head. For each pixel, a token, qkv holds [query heads | key heads | value
// heads] and y [heads], each head padded to HEAD4 vec4s.
struct Dims {
  tokens: u32,  // h · w
  heads: u32,
  qkv: u32,     // in arena, [n][tokens][3 · heads · HEAD4]
  y: u32,       // in arena, [n][tokens][heads · HEAD4]
  dy: u32,      // gradient of y
  rows: u32,    // in arena, [n][tokens][heads]: log-sum-exp of a query's scores, and dy·y
  dqkv: u32,    // written by the gradient's kernels, laid out as qkv
  scale: f32,   // 1/√(head size)
  samples: u32, // n
}
@group(0) @binding(2) var<uniform> d: Dims;

// From a token's query of a head to its key, and from there to its value.
fn role_stride() -> u32 { return d.heads * HEAD4; }

// A token's query of a head in a tensor laid out as qkv.
fn query_at(qkv: u32, n: u32, token: u32, head: u32) -> u32 {
  return qkv + (n * d.tokens + token) * 3u * role_stride() + head * HEAD4;
}

// A token's vector of a head in a tensor laid out as y.
fn result_at(y: u32, n: u32, token: u32, head: u32) -> u32 {
  return y + (n * d.tokens + token) * role_stride() + head * HEAD4;
}
