// What every kernel of a network binds: one arena of activations, one of parameters.
// All addresses are in vec4 units. Tensors are NHWC with channels padded to 4. What stands in the padding
// is finite and never counts: the weights that would read it are zero.
// The arena is bound once, read and written, because WebGPU allows no buffer to be bound read-only
// and writable in one dispatch; the planner keeps what a dispatch reads and what it writes apart.
@group(0) @binding(0) var<storage, read_write> arena: array<vec4f>;
@group(0) @binding(1) var<storage, read> params: array<vec4f>;
