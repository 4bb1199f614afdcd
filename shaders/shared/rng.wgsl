// Standard normal noise from (key, counter), without state: Threefry2x32-20 and Box-Muller.
// Twin of src/diffusion/rng.rs, which says what key and counter are made of. No entry point: prepend to a kernel.

fn threefry2x32(key: vec2u, ctr: vec2u) -> vec2u {
    var schedule = array<u32, 3>(key.x, key.y, 0x1BD11BDAu ^ key.x ^ key.y);
    var rotations = array<vec4u, 2>(vec4u(13u, 15u, 26u, 6u), vec4u(17u, 29u, 16u, 24u));
    var x = ctr + key;
    for (var group = 0u; group < 5u; group++) {
        let rotation = rotations[group & 1u];
        for (var round = 0u; round < 4u; round++) {
            let r = rotation[round];
            x.x += x.y;
            x.y = ((x.y << r) | (x.y >> (32u - r))) ^ x.x;
        }
        x.x += schedule[(group + 1u) % 3u];
        x.y += schedule[(group + 2u) % 3u] + group + 1u;
    }
    return x;
}

// (cos, sin) of 2 pi u for u in [0, 1). The built-ins may be off by 2^-11 (WGSL, 15.7.4.1), which would make the same
// seed give visibly different noise from one GPU to the next; Taylor within an eighth of a turn is good to 1e-7.
fn cos_sin_turn(u: f32) -> vec2f {
    let quarter = floor(4.0 * u + 0.5);
    let y = (4.0 * u - quarter) * 1.5707963267948966;
    let y2 = y * y;
    let c = 1.0 + y2 * (-0.5 + y2 * (0.041666668 + y2 * (-0.0013888889 + y2 * 2.4801588e-5)));
    let s = y * (1.0 + y2 * (-0.16666667 + y2 * (0.008333334 + y2 * (-0.0001984127 + y2 * 2.7557319e-6))));
    let q = u32(quarter) & 3u;
    let turned = select(vec2f(c, s), vec2f(-s, c), (q & 1u) == 1u);
    return select(turned, -turned, q >= 2u);
}

// Two independent standard normals.
fn normal2(key: vec2u, ctr: vec2u) -> vec2f {
    let words = threefry2x32(key, ctr) >> vec2u(8u);
    let u1 = f32(words.x + 1u) * 5.9604645e-8;
    let u2 = f32(words.y) * 5.9604645e-8;
    // log(1) may come out a hair above 0.
    return sqrt(max(-2.0 * log(u1), 0.0)) * cos_sin_turn(u2);
}
