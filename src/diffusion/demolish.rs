//! The forward walk x_0 → x_T over the floors a chain will climb down again; no network is asked.
//!
//! Ho eq. 2 (Su eq. 3) over a stride from floor s up to floor t: x_t = √(ᾱ_t/ᾱ_s) x_s + √(1 − ᾱ_t/ᾱ_s) z. Squares of the
//! two coefficients add up to 1, so unrolled they always do (Su eq. 5), and any strides end in Ho eq. 4's distribution.

use crate::error::{Error, Result};

use super::{Schedule, Step};

/// The walk over `timesteps`, given falling as [`timesteps`](super::timesteps) yields them and walked backwards, from
/// x_0 (ᾱ = 1). Step i arrives at its `timestep`; `alpha_bar` is where it starts, `alpha_bar_prev` where it ends.
pub fn demolish(schedule: &Schedule, timesteps: &[usize]) -> Result<Vec<Step>> {
    if let Some(beyond) = timesteps.iter().find(|&&t| t >= schedule.len()) {
        return Err(Error::Input(format!(
            "timestep {beyond} is beyond the schedule's last one, {}",
            schedule.len() - 1
        )));
    }
    if timesteps.windows(2).any(|pair| pair[0] <= pair[1]) {
        return Err(Error::Input("the timesteps of a walk must fall strictly".into()));
    }
    let mut s = None;
    let mut steps = Vec::with_capacity(timesteps.len());
    for &t in timesteps.iter().rev() {
        let (alpha_bar_s, alpha_bar_t) = (schedule.alpha_bar(s), schedule.alpha_bar(Some(t)));
        let alpha_t = alpha_bar_t / alpha_bar_s;
        steps.push(Step {
            timestep: t as f64,
            prev_from_x: alpha_t.sqrt(),
            sigma: (1.0 - alpha_t).sqrt(),
            alpha_bar: alpha_bar_s,
            alpha_bar_prev: alpha_bar_t,
            beta: 1.0 - alpha_t,
            ..Step::default()
        });
        s = Some(t);
    }
    Ok(steps)
}
