//! stub
pub(super) fn train_draw(_: &[u8], _: &mut [&mut [f32]]) {
    todo!()
}
pub(super) fn train_noise(_: &[u8], _: &mut [&mut [f32]]) {
    todo!()
}
pub(super) fn train_statistics(_: &[u8], _: &mut [&mut [f32]]) {
    todo!()
}
