//! Loops compiled for more than the processors everybody has. A program for x86-64 may count on vectors of four
//! numbers only; [`dispatch`] runs a computation in a second version, for eight and with fused multiply-add (AVX2,
//! FMA), where the processor turns out to have them. Elsewhere the target says what there is, and this is a call.

/// A computation in plain loops, to be compiled more than once. It and all it calls must be `#[inline(always)]`: what
/// is not inlined is compiled once, for everybody.
pub(super) trait Compute {
    /// Does it. `FMA`: there is an instruction for a·b + c.
    fn compute<const FMA: bool>(self);
}

/// a·b + c: rounded once where there is an instruction for it, else twice; never the slow function that would imitate
/// the instruction.
#[inline(always)]
pub(super) fn multiply_add<const FMA: bool>(a: f32, b: f32, c: f32) -> f32 {
    if FMA { a.mul_add(b, c) } else { a * b + c }
}

/// Runs a computation that has no use for fused multiply-adds: its bits are the same in every version. The closure
/// must be `#[inline(always)]` itself.
pub(super) fn vectorize(computation: impl FnOnce()) {
    struct Plain<F>(F);

    impl<F: FnOnce()> Compute for Plain<F> {
        #[inline(always)]
        fn compute<const FMA: bool>(self) {
            (self.0)();
        }
    }

    dispatch(Plain(computation));
}

/// Runs a computation in the widest version that this processor can run.
#[cfg(target_arch = "x86_64")]
pub(super) fn dispatch(computation: impl Compute) {
    use fearless_simd::Simd;

    match fearless_simd::Level::new().as_avx2() {
        Some(simd) => simd.vectorize(
            #[inline(always)]
            || computation.compute::<true>(),
        ),
        None => computation.compute::<false>(),
    }
}

/// Runs a computation.
#[cfg(not(target_arch = "x86_64"))]
pub(super) fn dispatch(computation: impl Compute) {
    computation.compute::<{ cfg!(target_arch = "aarch64") }>();
}
