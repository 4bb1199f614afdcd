// Workaround: the end of a loop, or a set of flags, from a uniform, told in a way that lavapipe does not see through.
//
// Mesa 22.3 (update_inline_shader_state in lvp_execute.c) writes the values of uniforms that decide loops and branches
// into the kernel at every dispatch, and where that changes the kernel's size much, up or down, it compiles it anew each
// time: 35 ms for a dispatch of 0.1 ms. Delete this when Mesa older than 23 no longer matters.
//
// id: a thread's number, which is never that large.
fn bound(end: u32, id: u32) -> u32 { return end + (id >> 31u); }
