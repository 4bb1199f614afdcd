//! What a network is trained on, as a table over t: any objective here is one affine form, so that the
//! shader that makes training pairs knows none of them by name.
//!
//! ```text
//! x_t    = a·x_0 + b·ε₁ + c·ε₂
//! target = d·x_0 + e·ε₁ + f·ε₂
//! loss   = w·‖target − network(x_t, t)‖²
//! ```

use serde::{Deserialize, Serialize};

use crate::diffusion::{PredictionType, Schedule};
use crate::error::{Error, Result};

/// Which loss.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Objective {
    /// One normal a pixel: ‖ε − ε_θ(√ᾱ_t x_0 + √(1−ᾱ_t) ε, t)‖² (Ho eq. 14, L_simple; Su eq. 15 without its factor).
    #[default]
    Merged,
    /// Two normals a pixel, of which only the newer is to be guessed (Su eq. 11): right on average, and noisy.
    Naive,
    /// The same with ω integrated out (Su eq. 15 with its factor β_t²/β̄_t²): the mean gradient is the naive one's, the
    /// spread is not.
    Integrated,
    /// L_simple weighted as the variational bound weighs it (Ho eq. 12), with σ_t² = β_t.
    Vlb,
}

/// Its name, as serde writes it.
impl std::fmt::Display for Objective {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.serialize(f)
    }
}

/// A row of the table: see the [module documentation](self).
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Pair {
    /// a: how much of x_0 is in x_t.
    pub x_from_x0: f64,
    /// b: how much of ε₁ is in x_t.
    pub x_from_eps: f64,
    /// c: how much of ε₂ is in x_t.
    pub x_from_eps2: f64,
    /// d: how much of x_0 is in the target.
    pub target_from_x0: f64,
    /// e: how much of ε₁ is in the target.
    pub target_from_eps: f64,
    /// f: how much of ε₂ is in the target.
    pub target_from_eps2: f64,
    /// w: weight of the squared error.
    pub weight: f64,
}

impl Pair {
    /// (x_t, target) for one element: the shader's twin.
    pub fn apply(&self, x0: f64, eps: f64, eps2: f64) -> (f64, f64) {
        let x = self.x_from_x0 * x0 + self.x_from_eps * eps + self.x_from_eps2 * eps2;
        let target =
            self.target_from_x0 * x0 + self.target_from_eps * eps + self.target_from_eps2 * eps2;
        (x, target)
    }

    /// (w', floor): the loss at this t is w'·‖ε − ε̂‖² + floor, where ε is all the noise of x_t and ε̂ what the network's
    /// answer says of it. The floor is what of the target x_t does not tell.
    pub fn of_noise(&self) -> (f64, f64) {
        // ε = (b·ε₁ + c·ε₂)/n, on which e·ε₁ + f·ε₂ has the projection p; and x_0 = (x_t − n·ε)/a.
        let n = self.x_from_eps.hypot(self.x_from_eps2);
        let p =
            (self.target_from_eps * self.x_from_eps + self.target_from_eps2 * self.x_from_eps2) / n;
        let slope = p - self.target_from_x0 * n / self.x_from_x0;
        let beside = self.target_from_eps.powi(2) + self.target_from_eps2.powi(2) - p * p;
        (self.weight * slope * slope, (self.weight * beside).max(0.0))
    }

    /// The mean loss at this t of a network that always answers zero, for data of mean square `power`.
    pub fn loss_of_zero(&self, power: f64) -> f64 {
        let noise = self.target_from_eps.powi(2) + self.target_from_eps2.powi(2);
        self.weight * (self.target_from_x0.powi(2) * power + noise)
    }
}

impl Objective {
    /// The table over t = 0 … T−1.
    ///
    /// # Errors
    /// The naive objective with another prediction than ε.
    pub fn table(self, schedule: &Schedule, prediction: PredictionType) -> Result<Vec<Pair>> {
        if self == Self::Naive && prediction != PredictionType::Epsilon {
            let message =
                "the naive objective guesses the newest noise: it needs prediction epsilon";
            return Err(Error::Input(message.into()));
        }
        let row = |t: usize| {
            let alpha_bar = schedule.alpha_bar(Some(t));
            let before = schedule.alpha_bar(t.checked_sub(1));
            let beta = schedule.betas()[t];
            match self {
                Self::Merged => Pair { weight: 1.0, ..merged(alpha_bar, prediction) },
                Self::Naive => naive(alpha_bar, before, beta),
                Self::Integrated => weighted(beta / (1.0 - alpha_bar), alpha_bar, prediction),
                // Ho eq. 12: β_t²/(2σ_t² α_t (1−ᾱ_t))·‖ε − ε_θ‖² with σ_t² = β_t.
                Self::Vlb => {
                    let of_eps = beta / (2.0 * (1.0 - beta) * (1.0 - alpha_bar));
                    weighted(of_eps, alpha_bar, prediction)
                }
            }
        };
        Ok((0..schedule.len()).map(row).collect())
    }
}

/// Ho eq. 4, and the target of each kind of prediction (v: Salimans & Ho 2022).
fn merged(alpha_bar: f64, prediction: PredictionType) -> Pair {
    let (signal, noise) = (alpha_bar.sqrt(), (1.0 - alpha_bar).sqrt());
    let (target_from_x0, target_from_eps) = match prediction {
        PredictionType::Epsilon => (0.0, 1.0),
        PredictionType::Sample => (1.0, 0.0),
        PredictionType::V => (-noise, signal),
    };
    Pair {
        x_from_x0: signal,
        x_from_eps: noise,
        target_from_x0,
        target_from_eps,
        ..Pair::default()
    }
}

/// Su eq. 11, ‖ε_t − k ε_θ‖² with x_t = ᾱ_t x_0 + α_t β̄_{t−1} ε̄_{t−1} + β_t ε_t and k = β_t/β̄_t (his symbols; ε_θ is
/// Ho's, which the samplers want). Written as k²·‖ε_t/k − ε_θ‖².
fn naive(alpha_bar: f64, before: f64, beta: f64) -> Pair {
    let k = (beta / (1.0 - alpha_bar)).sqrt();
    Pair {
        x_from_x0: alpha_bar.sqrt(),
        x_from_eps: ((1.0 - beta) * (1.0 - before)).sqrt(),
        x_from_eps2: beta.sqrt(),
        target_from_eps2: 1.0 / k,
        weight: k * k,
        ..Pair::default()
    }
}

/// `of_eps`·‖ε − ε_θ‖². Under the other predictions the same error of ε is told by that of x_0,
/// ε − ε̂ = −√(ᾱ/(1−ᾱ))·(x_0 − x̂_0), or of v, ε − ε̂ = √ᾱ·(v − v̂).
fn weighted(of_eps: f64, alpha_bar: f64, prediction: PredictionType) -> Pair {
    let weight = match prediction {
        PredictionType::Epsilon => of_eps,
        PredictionType::Sample => of_eps * alpha_bar / (1.0 - alpha_bar),
        PredictionType::V => of_eps * alpha_bar,
    };
    Pair { weight, ..merged(alpha_bar, prediction) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PREDICTIONS: [PredictionType; 3] =
        [PredictionType::Epsilon, PredictionType::Sample, PredictionType::V];

    fn near(got: f64, expected: f64, what: &str) {
        assert!(
            (got - expected).abs() <= 1e-12 * (1.0 + expected.abs()),
            "{what}: {got} {expected}"
        );
    }

    fn schedules() -> Vec<Schedule> {
        vec![
            Schedule::linear(1e-4, 0.02, 1000).unwrap(),
            Schedule::su(1000).unwrap(),
            Schedule::cosine(100).unwrap(),
        ]
    }

    /// Squared coefficients of x_t add up to 1 whatever the draws (Su eq. 5), and x_0's is the same.
    #[test]
    fn both_ways_of_drawing_give_the_same_distribution() {
        for schedule in schedules() {
            let merged = Objective::Merged.table(&schedule, PredictionType::Epsilon).unwrap();
            let naive = Objective::Naive.table(&schedule, PredictionType::Epsilon).unwrap();
            for (m, n) in merged.iter().zip(&naive) {
                near(m.x_from_x0, n.x_from_x0, "signal");
                for p in [m, n] {
                    let squares = [p.x_from_x0, p.x_from_eps, p.x_from_eps2].map(|c| c * c);
                    near(squares.iter().sum(), 1.0, "squares");
                }
            }
        }
    }

    /// Su eq. 12–15: with ε = (b·ε̄ + c·ε_t)/√(b²+c²) and ω independent of it, the naive loss is the
    /// merged one times k² plus the floor 1 − k², which no network can get below.
    #[test]
    fn the_naive_loss_is_the_merged_one_and_a_floor() {
        let schedule = Schedule::linear(1e-4, 0.02, 1000).unwrap();
        let naive = Objective::Naive.table(&schedule, PredictionType::Epsilon).unwrap();
        let mut floors = 0.0;
        for (t, p) in naive.iter().enumerate() {
            let scale = (1.0 - schedule.alpha_bars()[t]).sqrt();
            near((p.x_from_eps.powi(2) + p.x_from_eps2.powi(2)).sqrt(), scale, "noise");
            // The merged optimum's answer to noise that is all in ε: the best guess of ε_t/k is ε.
            let on_eps = p.target_from_eps2 * p.x_from_eps2 / scale;
            near(on_eps, 1.0, "ε_t/k on ε");
            let floor = p.weight * (p.target_from_eps2.powi(2) - on_eps.powi(2));
            near(floor, 1.0 - p.weight, "floor 1 − k²");
            floors += floor / 1000.0;
        }
        assert!((floors - 0.98).abs() < 0.005, "about 0.98 on average, here {floors}");
        // At the first floor there is one noise only, and the two are the same.
        near(naive[0].x_from_eps, 0.0, "b at t = 0");
        near(naive[0].weight, 1.0, "k at t = 0");
    }

    /// Su eq. 14: the naive loss averaged over ω is the integrated one and the floor, so that they differ by nothing that
    /// a network could change. The loss is quadratic in ω, hence its mean over ω = ±1 is its mean over a normal.
    #[test]
    fn averaged_over_omega_the_naive_loss_is_the_integrated_one_and_its_floor() {
        for schedule in schedules() {
            let naive = Objective::Naive.table(&schedule, PredictionType::Epsilon).unwrap();
            let merged = Objective::Integrated.table(&schedule, PredictionType::Epsilon).unwrap();
            for (p, m) in naive.iter().zip(&merged) {
                let (cos, sin) = (p.x_from_eps2 / m.x_from_eps, p.x_from_eps / m.x_from_eps);
                let (x0, eps) = (0.4, -1.1);
                let (x_t, target) = m.apply(x0, eps, 0.0);
                for guess in [-0.8, 0.0, 2.5] {
                    let naive_at = |omega: f64| {
                        // Su eq. 12 and its inverse: (ε, ω) turned back into (ε̄_{t−1}, ε_t)
                        let (x, goal) =
                            p.apply(x0, sin * eps + cos * omega, cos * eps - sin * omega);
                        near(x, x_t, "x_t");
                        p.weight * (goal - guess).powi(2)
                    };
                    let averaged = (naive_at(1.0) + naive_at(-1.0)) / 2.0;
                    let floor = 1.0 - p.weight;
                    let expected = m.weight * (target - guess).powi(2) + floor;
                    assert!((averaged - expected).abs() < 1e-10, "{averaged}, not {expected}");
                    near(m.weight, p.weight, "k²");
                }
            }
        }
    }

    /// Under the bound's weights it does not matter what the network predicts: the same guess of ε,
    /// turned into one of x_0 or of v, has the same loss.
    #[test]
    fn the_bound_is_the_same_for_every_prediction() {
        for schedule in schedules() {
            let tables =
                PREDICTIONS.map(|prediction| Objective::Vlb.table(&schedule, prediction).unwrap());
            let (x0, eps, eps_guess) = (0.7, -1.3, 0.4);
            for (t, &alpha_bar) in schedule.alpha_bars().iter().enumerate() {
                let (signal, noise) = (alpha_bar.sqrt(), (1.0 - alpha_bar).sqrt());
                let x0_guess = (signal * x0 + noise * (eps - eps_guess)) / signal;
                let x = signal * x0 + noise * eps;
                let v_guess = (eps_guess - noise * x) / signal;
                let guesses = [eps_guess, x0_guess, v_guess];
                let losses = [0, 1, 2].map(|i| {
                    let p: Pair = tables[i][t];
                    p.weight * (p.apply(x0, eps, 0.0).1 - guesses[i]).powi(2)
                });
                let close = |a: f64, b: f64| (a - b).abs() <= 1e-9 * a.abs();
                assert!(
                    close(losses[0], losses[1]) && close(losses[0], losses[2]),
                    "{t} {losses:?}"
                );
                let beta = schedule.betas()[t];
                let ho =
                    beta * beta / (2.0 * beta * (1.0 - beta) * (1.0 - schedule.alpha_bars()[t]));
                near(tables[0][t].weight, ho, "Ho eq. 12");
            }
        }
    }

    /// v is what turns with x_t: x_t² + v² = x_0² + ε².
    #[test]
    fn velocity_is_a_rotation() {
        let schedule = Schedule::cosine(100).unwrap();
        for pair in Objective::Merged.table(&schedule, PredictionType::V).unwrap() {
            let (x, v) = pair.apply(0.6, -0.8, 0.0);
            near(x * x + v * v, 1.0, "length");
        }
    }

    #[test]
    fn answering_zero_costs_what_the_target_weighs() {
        let schedule = Schedule::linear(1e-4, 0.02, 1000).unwrap();
        let cost = |objective: Objective, prediction| {
            objective.table(&schedule, prediction).unwrap()[500].loss_of_zero(0.25)
        };
        near(cost(Objective::Merged, PredictionType::Epsilon), 1.0, "ε");
        near(cost(Objective::Merged, PredictionType::Sample), 0.25, "x_0");
        near(cost(Objective::Naive, PredictionType::Epsilon), 1.0, "naive");
    }

    #[test]
    fn naive_needs_epsilon() {
        let schedule = Schedule::su(10).unwrap();
        for prediction in [PredictionType::V, PredictionType::Sample] {
            let error = Objective::Naive.table(&schedule, prediction).unwrap_err().to_string();
            assert!(error.contains("naive") && error.contains("epsilon"), "{error}");
        }
    }
}
