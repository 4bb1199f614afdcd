//! What integrating ω out does to the gradient (Su eq. 11–15), in f64 and at equal weights: nothing to its mean, much to
//! its spread. The page's chapter on lower variance measures it live.

use chailou::diffusion::{PredictionType, Schedule, Stream, normals};
use chailou::graph::backward;
use chailou::nn::{Architecture, Denoiser, TimeFeatures};
use chailou::ops::{Mse, MseGrad};
use chailou::run::Run;
use chailou::tensor::{Shape, TensorId};
use chailou::train::{Objective, Pair};

const NETWORK: &str = r#"{"_class_name": "PointMlp", "width": 16, "depth": 2}"#;
const T: usize = 1000;
const BATCH: usize = 8;
const VALUES: usize = 2 * BATCH;

/// Everything that a batch is made from, before an objective says how: x_0, ε, ω by value, t by sample.
struct Draws {
    x0: Vec<f64>,
    eps: Vec<f64>,
    omega: Vec<f64>,
    t: Vec<usize>,
}

impl Draws {
    fn new(batch: u32) -> Self {
        let normals = |stream| {
            normals(7, stream, batch, VALUES).into_iter().map(f64::from).collect::<Vec<_>>()
        };
        Self {
            x0: (0..VALUES)
                .map(|i| ((i * 7 + batch as usize * 3) % 11) as f64 / 5.0 - 1.0)
                .collect(),
            eps: normals(Stream::TrainNoise),
            omega: normals(Stream::TrainNoise2),
            t: (0..BATCH).map(|n| (batch as usize * 389 + n * T / BATCH) % T).collect(),
        }
    }
}

/// A network whose gradient anybody can ask for.
struct Twin {
    network: Denoiser,
    params: Vec<Vec<f64>>,
    time: TimeFeatures,
    ends: [TensorId; 2],
    naive: Vec<Pair>,
    integrated: Vec<Pair>,
}

impl Twin {
    fn new() -> Self {
        let architecture = Architecture::from_json(NETWORK).unwrap();
        let initial = architecture.initial_weights(3).unwrap();
        let time = architecture.time_features(&initial).unwrap();
        let mut network = architecture.build(BATCH, 1, 1, true).unwrap();
        let prediction = network.ends.output;
        let graph = &mut network.graph;
        let target = graph.input("target", Shape::new(BATCH, 1, 1, 2));
        let weight = graph.input("weight", Shape::vector(BATCH, 1));
        let slope = graph.push("slope", MseGrad { prediction, target, weight }).unwrap();
        graph.push("loss", Mse { prediction, target, weight }).unwrap();
        backward(graph, prediction, slope, |_| true).unwrap();
        let params = graph.params().iter();
        let params =
            params.map(|p| p.dense(&initial).unwrap().into_iter().map(f64::from).collect());
        let schedule = Schedule::linear(1e-4, 0.02, T).unwrap();
        let table =
            |objective: Objective| objective.table(&schedule, PredictionType::Epsilon).unwrap();
        Self {
            params: params.collect(),
            time,
            ends: [target, weight],
            naive: table(Objective::Naive),
            integrated: table(Objective::Integrated),
            network,
        }
    }

    fn gradient(&self, t: &[usize], pairs: Vec<(f64, f64)>, table: &[Pair]) -> Vec<f64> {
        let (x, goals): (Vec<f64>, Vec<f64>) = pairs.into_iter().unzip();
        let features = t.iter().flat_map(|&t| self.time.of(t as f64).unwrap());
        let [target, weight] = self.ends;
        let inputs = [
            (self.network.ends.sample, x),
            (target, goals),
            (weight, t.iter().map(|&t| table[t].weight).collect()),
            (self.network.ends.time_features, features.map(f64::from).collect()),
        ];
        let graph = &self.network.graph;
        let run = Run::with_params(graph, self.params.clone(), &inputs).unwrap();
        let of = |p| run.value(graph.gradient(p).expect("trained")).to_vec();
        graph.param_ids().flat_map(of).collect()
    }

    /// Of eq. 15 with its factor: ω is not asked for.
    fn integrated(&self, draws: &Draws) -> Vec<f64> {
        let pair = |i: usize| self.integrated[draws.t[i / 2]].apply(draws.x0[i], draws.eps[i], 0.0);
        self.gradient(&draws.t, (0..VALUES).map(pair).collect(), &self.integrated)
    }

    /// Of eq. 11, where ε̄_{t−1} and ε_t are those that eq. 12 makes of ε and `sign`·ω.
    fn naive(&self, draws: &Draws, sign: f64) -> Vec<f64> {
        let pair = |i: usize| {
            let row = self.naive[draws.t[i / 2]];
            let (sin, cos) = (row.x_from_eps, row.x_from_eps2);
            let (eps, omega, whole) = (draws.eps[i], sign * draws.omega[i], sin.hypot(cos));
            let before = (sin * eps + cos * omega) / whole;
            row.apply(draws.x0[i], before, (cos * eps - sin * omega) / whole)
        };
        self.gradient(&draws.t, (0..VALUES).map(pair).collect(), &self.naive)
    }
}

fn square(values: &[f64]) -> f64 {
    values.iter().map(|v| v * v).sum()
}

/// The loss is quadratic in ω, so the mean over ω and −ω is the mean over ω, whatever the network: no sampling error.
#[test]
fn averaged_over_omega_the_naive_gradient_is_the_integrated_one() {
    let twin = Twin::new();
    for batch in 0..20 {
        let draws = Draws::new(batch);
        let (one, other) = (twin.naive(&draws, 1.0), twin.naive(&draws, -1.0));
        let expected = twin.integrated(&draws);
        let scale = square(&one).sqrt();
        assert!(scale > 1e-3 && square(&expected) > 0.0, "there is nothing to compare");
        for (i, expected) in expected.iter().enumerate() {
            let mean = (one[i] + other[i]) / 2.0;
            assert!((mean - expected).abs() < 1e-10 * scale, "[{i}]: {mean}, not {expected}");
        }
    }
}

/// Rao–Blackwell: Cov(naive) = Cov(integrated) + what ω adds, so the spread only shrinks, and by just that much.
#[test]
fn integrating_omega_out_takes_its_part_of_the_spread_away() {
    const BATCHES: u32 = 400;
    let twin = Twin::new();
    let mut means = [vec![], vec![]];
    let (mut squares, mut of_omega) = ([0.0; 2], 0.0);
    for batch in 0..BATCHES {
        let draws = Draws::new(batch);
        let both = [twin.naive(&draws, 1.0), twin.integrated(&draws)];
        of_omega += both[0].iter().zip(&both[1]).map(|(a, b)| (a - b).powi(2)).sum::<f64>();
        for (i, gradient) in both.iter().enumerate() {
            means[i].resize(gradient.len(), 0.0);
            means[i].iter_mut().zip(gradient).for_each(|(sum, g)| *sum += g / f64::from(BATCHES));
            squares[i] += square(gradient);
        }
    }
    let n = f64::from(BATCHES);
    let spread = [0, 1].map(|i| squares[i] / n - square(&means[i]));
    let sum = spread[1] + of_omega / n;
    assert!(
        (spread[0] - sum).abs() < 0.1 * sum,
        "{} is not {} + {}",
        spread[0],
        spread[1],
        of_omega / n
    );
    assert!(spread[0] > 3.0 * spread[1], "the ratio is only {}", spread[0] / spread[1]);
}
