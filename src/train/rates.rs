//! What changes from step to step by rule: the learning rate and the decay of the moving average. The shader's twin
//! (shaders/adamw.wgsl) computes the same from the step number.

/// Learning rate of step `step` (from 0): linear warm-up over `warmup` steps, the first of which already learns, then
/// half a cosine down to 0 at `steps`. With `steps` = 0 it stays at `lr` after the warm-up.
pub fn learning_rate(lr: f64, warmup: u32, steps: u32, step: u32) -> f64 {
    if step < warmup {
        return lr * f64::from(step + 1) / f64::from(warmup);
    }
    if steps == 0 {
        return lr;
    }
    let progress = f64::from(step - warmup) / f64::from(steps.saturating_sub(warmup).max(1));
    lr * 0.5 * (1.0 + (std::f64::consts::PI * progress.min(1.0)).cos())
}

/// Decay of the moving average at step `step` (from 0): short at first, so that the random start is soon forgotten.
pub fn ema_decay(ema: f64, step: u32) -> f64 {
    ema.min((1.0 + f64::from(step)) / (10.0 + f64::from(step)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_rises_then_falls_to_nothing() {
        let rate = |step| learning_rate(2.0, 10, 110, step);
        assert!((rate(0) - 0.2).abs() < 1e-12 && (rate(9) - 2.0).abs() < 1e-12);
        assert!((rate(10) - 2.0).abs() < 1e-12 && (rate(60) - 1.0).abs() < 1e-12);
        assert!(rate(110) < 1e-12 && rate(5000) < 1e-12);
        assert!((10..110).all(|step| rate(step + 1) < rate(step)));
        assert_eq!(learning_rate(2.0, 0, 0, 123_456), 2.0);
        assert_eq!(learning_rate(2.0, 20, 10, 30), 0.0, "a warm-up longer than the run");
    }

    #[test]
    fn the_average_starts_short() {
        assert_eq!(ema_decay(0.999, 0), 0.1);
        assert_eq!(ema_decay(0.999, 1_000_000), 0.999);
        assert_eq!(ema_decay(0.0, 50), 0.0);
    }
}
