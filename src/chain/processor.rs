//! stub
pub(super) fn chain_begin(_: &[u8], _: &mut [&mut [f32]]) {
    todo!()
}
pub(super) fn chain_step(_: &[u8], _: &mut [&mut [f32]]) {
    todo!()
}
pub(super) fn chain_start(_: &[u8], _: &mut [&mut [f32]]) {
    todo!()
}
