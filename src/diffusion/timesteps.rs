//! Which of the T floors a shorter chain stops at.

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// How `steps` timesteps are picked out of T (table 2 of Lin et al. 2023, arXiv 2305.08891); names as in diffusers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Spacing {
    /// Multiples of ⌊T/steps⌋ from 0 up, shifted by `steps_offset`; the noisiest floor is never visited.
    Leading,
    /// Evenly from 0 to T−1, both included.
    Linspace,
    /// T−1 downwards in strides of T/steps; floor 0 is visited only when steps = T.
    Trailing,
}

/// The timesteps of a chain of `steps` steps over `train_steps` = T floors, falling, each in 0 … T−1; diffusers'
/// `set_timesteps` of DDPM and DDIM, rounding (half to even) included. `steps_offset` matters to [`Spacing::Leading`] only.
pub fn timesteps(
    spacing: Spacing,
    steps: usize,
    train_steps: usize,
    steps_offset: usize,
) -> Result<Vec<usize>> {
    check_count(steps, train_steps)?;
    within(spread(spacing, steps, train_steps, steps_offset), train_steps, steps_offset)
}

/// The timesteps of diffusers' other schedulers, those of multistep solvers: under leading and linspace spacing one floor
/// more is spread and the lowest left out. At steps = T, where diffusers lists one of them twice, each is visited once.
pub fn timesteps_without_lowest(
    spacing: Spacing,
    steps: usize,
    train_steps: usize,
    steps_offset: usize,
) -> Result<Vec<usize>> {
    check_count(steps, train_steps)?;
    if spacing == Spacing::Trailing || steps == train_steps {
        return timesteps(spacing, steps, train_steps, steps_offset);
    }
    let mut falling = spread(spacing, steps + 1, train_steps, steps_offset);
    falling.pop();
    within(falling, train_steps, steps_offset)
}

fn check_count(steps: usize, train_steps: usize) -> Result<()> {
    if steps == 0 {
        return Err(Error::Input("steps must be at least 1, not 0".into()));
    }
    if steps > train_steps {
        return Err(Error::Input(format!(
            "steps = {steps} is more than the {train_steps} timesteps the model was trained on"
        )));
    }
    Ok(())
}

fn spread(spacing: Spacing, count: usize, train_steps: usize, steps_offset: usize) -> Vec<usize> {
    let total = train_steps as f64;
    match spacing {
        Spacing::Leading => {
            let ratio = train_steps / count;
            (0..count).rev().map(|i| (i * ratio).saturating_add(steps_offset)).collect()
        }
        Spacing::Linspace => {
            let stride = (total - 1.0) / (count.saturating_sub(1).max(1)) as f64;
            (0..count).rev().map(|i| (i as f64 * stride).round_ties_even() as usize).collect()
        }
        Spacing::Trailing => {
            // numpy's arange steps by the *rounded* difference of its first two values. It can also yield one value
            // too many for some `count`; diffusers would then visit t = −1, so exactly `count` are taken here.
            let stride = total - (total - total / count as f64);
            (0..count).map(|i| (total - i as f64 * stride).round_ties_even() as usize - 1).collect()
        }
    }
}

fn within(falling: Vec<usize>, train_steps: usize, steps_offset: usize) -> Result<Vec<usize>> {
    if falling[0] >= train_steps {
        return Err(Error::Input(format!(
            "steps_offset = {steps_offset} puts the first of {} steps at timestep {}, beyond the last one, {}",
            falling.len(),
            falling[0],
            train_steps - 1
        )));
    }
    Ok(falling)
}
