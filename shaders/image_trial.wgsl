// How quickly images are read, as a convolution's innermost loop does it: PX + 2 activations, everywhere other ones, for
// three kernel columns of weights, the same for all threads (src/gpu/trial.rs).
struct Dims {
  rounds: u32,
  texels: u32,  // a power of two
}
@group(0) @binding(2) var<uniform> d: Dims;

@compute @workgroup_size(WORKGROUP)
fn image_trial(@builtin(global_invocation_id) id: vec3u) {
  #for p 0..PX
  var a$p = vec4f(); var b$p = vec4f();
  #end
  let rounds = bound(d.rounds, id.x);
  let last = d.texels - 1u;
  for (var i = 0u; i < rounds; i++) {
    #for c 0..WINDOW
    let x$c = fetch((16u * (PX * id.x + $(c)u) + i) & last);
    #end
    #for k 0..3
    {
      let m = weight_matrix((24u * i + 8u * $(k)u) & last);
      #for p 0..PX
      a$p += m * x$(p+k);
      #end
    }
    {
      let m = weight_matrix((24u * i + 8u * $(k)u + 4u) & last);
      #for p 0..PX
      b$p += m * x$(p+k);
      #end
    }
    #end
  }
  var sum = vec4f();
  #for p 0..PX
  sum += a$p + 2.0 * b$p;
  #end
  arena[d.texels + id.x] = sum;
}
