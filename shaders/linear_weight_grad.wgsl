// Gradient of the weight of a linear layer: dW[co, ci] = Σ over rows of dY[row, co] · X[row, ci].
//
// One thread makes BLOCKS blocks of 8 output × INS vec4s of input channels over its share of the rows, PX rows at a
// turn: 8 × 8 channels load 16 vec4s for 64 multiply-adds of a row, 16 × 16 channels 32 for 256. Of PX rows AT_ONCE are
// added before a sum goes back to where it is kept, one after another: their number changes no bit. The shares are summed
// by partials.wgsl. A lone one is the gradient, and with BIAS its threads make the bias's, too:
// db[co] = Σ over rows of dY[row, co], one row after another.

// Row `row` of a matrix; zero past the end of the share.
fn load(first: u32, stride: u32, row: u32, end: u32) -> vec4f {
  return select(vec4f(), fetch(first + min(row, end - 1u) * stride), row < end);
}

@compute @workgroup_size(WORKGROUP)
fn linear_weight_grad(@builtin(global_invocation_id) id: vec3u, @builtin(workgroup_id) group: vec3u) {
  let ins = (d.in_c4 + INS - 1u) / INS;
  let ci = id.x % ins * INS;
  let co = id.x / ins * OUTS;
  if co >= d.out_c4 { return; }
  // Past the last channel the last is read again; nobody keeps what comes of it.
  #for j 0..INS
  let x_at$j = d.x + min(ci + $(j)u, d.in_c4 - 1u);
  #end
  #for o 0..OUTS
  let dy_at$o = d.dy + min(co + $(o)u, d.out_c4 - 1u);
  var b$o = vec4f();
  #for j 0..INS
  #for i 0..4
  var a$(o)_$(j)_$i = vec4f();
  #end
  #end
  #end

  let end = bound(min((group.y + 1u) * d.rows_per_share, d.rows), id.x);
  for (var row = group.y * d.rows_per_share; row < end; row += PX) {
    #for j 0..INS
    #for p 0..PX
    let x$(p)_$j = load(x_at$j, d.in_c4, row + $(p)u, end);
    #end
    #end
    #for t 0..TURNS
    #for o 0..OUTS
    {
      #for p 0..AT_ONCE
      let g$p = load(dy_at$o, d.out_c4, row + $(AT_ONCE*t+p)u, end);
      #end
      #for j 0..INS
      #for i 0..4
      a$(o)_$(j)_$i = a$(o)_$(j)_$i
      #for p 0..AT_ONCE
        + g$p * x$(AT_ONCE*t+p)_$(j)[$i]
      #end
      ;
      #end
      #end
      if BIAS == 1u {
        b$o = b$o
        #for p 0..AT_ONCE
          + g$p
        #end
        ;
      }
    }
    #end
    #end
  }

  if BIAS == 1u {
    if ci == 0u {
      #for o 0..OUTS
      if co + $(o)u < d.out_c4 { arena[d.bias + co + $(o)u] = b$o; }
      #end
    }
  }
  // The gaps of the weight's layout become zero, and an optimiser keeps them so.
  var sums = array<vec4f, SUMS>(
    #for b 0..BLOCKS
    #for j 0..INS
    #for o 2*b..2*b+2
    #for i 0..4
    a$(o)_$(j)_$i,
    #end
    #end
    #end
    #end
  );
  let first = d.partials + group.y * d.weight_vec4s + (co / 2u * d.in_c4 + ci) * 8u;
  let kept = 8u * min(INS, d.in_c4 - ci);
  let sum_count = bound(SUMS, id.x);
  for (var i = 0u; i < sum_count; i++) {
    let b = i / (8u * INS);
    let at = i % (8u * INS);
    let c = 4u * co + 8u * b + (i & 4u) + vec4u(0u, 1u, 2u, 3u);
    let real = (c < vec4u(d.out_c)) & vec4<bool>(4u * ci + at / 8u * 4u + i % 4u < d.in_c);
    if (at < kept) & (co + 2u * b < d.out_c4) {
      arena[first + b * 8u * d.in_c4 + at] = select(vec4f(), sums[i], real);
    }
  }
}
