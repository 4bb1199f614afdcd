// What becomes of a product's sums where nobody else adds to them: the epilogue.
fn finish(sums: vec4f, p: Place, c4: u32, split: u32) { store(d.epilogue, sums, pixel_of(p), p.n, c4); }
