// What becomes of a product's sums where other workgroups have the rest of them: gemm_sum.wgsl adds them up.
fn finish(sums: vec4f, p: Place, c4: u32, split: u32) {
  if c4 >= d.epilogue.out_c4 { return; }
  arena[d.partials + (split * d.rows + pixel_of(p)) * d.epilogue.out_c4 + c4] = sums;
}
