// SiLU, x·σ(x) (Hendrycks & Gimpel 2016). exp is clamped: past 80 the quotient is 0 in f32 anyway, and
// inf must not appear.
fn silu(v: vec4f) -> vec4f { return v / (1.0 + exp(min(-v, vec4f(80.0)))); }

// Its derivative, σ(x)·(1 + x·(1 − σ(x))).
fn silu_slope(v: vec4f) -> vec4f {
  let sigmoid = 1.0 / (1.0 + exp(min(-v, vec4f(80.0))));
  return sigmoid * (1.0 + v * (1.0 - sigmoid));
}
