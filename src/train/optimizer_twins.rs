//! stub
pub(super) fn gradient_norm(_: &[u8], _: &mut [&mut [f32]]) {
    todo!()
}
pub(super) fn train_finish(_: &[u8], _: &mut [&mut [f32]]) {
    todo!()
}
pub(super) fn adamw(_: &[u8], _: &mut [&mut [f32]]) {
    todo!()
}
