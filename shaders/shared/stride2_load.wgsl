// How the kernels of a convolution with stride 2, forwards and backwards, read a row: 4 channels at `column`, zero
// outside the picture. `row` is the address of column 0.
fn load(row: u32, column: i32) -> vec4f {
  let inside = column >= 0 && column < i32(d.in_w);
  let v = fetch(row + u32(clamp(column, 0, i32(d.in_w) - 1)) * d.in_c4);
  return select(vec4f(), v, inside);
}
