// How quickly images are read: a walk over texels, as the kernels' innermost loops make them (src/gpu/trial.rs).
struct Dims {
  rounds: u32,
  texels: u32,  // a power of two
}
@group(0) @binding(2) var<uniform> d: Dims;

@compute @workgroup_size(WORKGROUP)
fn image_trial(@builtin(global_invocation_id) id: vec3u) {
  var sum = vec4f();
  var at = id.x;
  let rounds = bound(d.rounds, id.x);
  for (var i = 0u; i < rounds; i++) {
    at = (at * 5u + 1u) & (d.texels - 1u);
    sum += fetch(at) + weight(at);
  }
  arena[id.x] = sum;
}
