//! From "this sampler, that many steps" to the list of [`Step`]s; everything that can be wrong is found here.
//!
//! One table of [`Floor`]s is what a list of timesteps shows, what the network is told, and what the steps compute with:
//! a step leads from one entry to the next, whatever the spacing, and the last one to x_0. diffusers' DDIM jumps
//! ⌊T/steps⌋ floors instead, which is the next entry under leading spacing (but where `steps_offset` reaches the stride)
//! and nearly always another one under linspace, or under trailing where the steps do not divide T; there the two differ.

use crate::error::{Error, Result};

use super::sampler::Sampler;
use super::schedule::Schedule;
use super::solver::{Floor, PlanOptions, Question};
use super::step::Step;

/// The chain's steps, first the noisiest.
pub fn plan(schedule: &Schedule, sampler: &Sampler, options: &PlanOptions) -> Result<Vec<Step>> {
    if let Some(bound) = options.clip.filter(|bound| !(bound.is_finite() && *bound > 0.0)) {
        return Err(Error::Input(format!("the clipping range must be positive, not {bound}")));
    }
    let solver = sampler.solver();
    solver.check()?;
    let falling = solver.timesteps(options, schedule.len())?;
    if falling[0] == 0 && schedule.len() > 1 {
        let last = schedule.len() - 1;
        return Err(Error::Input(format!(
            "a chain of one step with this spacing would start at timestep 0, where the picture is finished, instead \
             of at {last}, where it is noise: use trailing spacing"
        )));
    }
    let floor = |t: Option<usize>| Floor {
        timestep: t.map_or(-1.0, |t| t as f64),
        alpha_bar: match t {
            None if !solver.ends_at_x0() => schedule.alpha_bar(Some(0)),
            t => schedule.alpha_bar(t),
        },
    };
    let stops = falling.into_iter().map(Some).chain([None]);
    let floors: Vec<Floor> = stops.map(floor).collect();
    let question = Question { prediction: options.prediction, clip: options.clip };
    Ok(solver.steps(&floors, question))
}
