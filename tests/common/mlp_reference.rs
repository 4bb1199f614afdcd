//! The denoiser of points as its formula says, in f64 and straight from the named tensors: shares no
//! code with the graph that it checks.

use chailou::nn::Architecture;
use chailou::tensor::TensorMap;

/// The default, and one where no size is a multiple of four or eight, with classes.
pub const CONFIGS: [&str; 2] = [
    r#"{"_class_name": "PointMlp"}"#,
    r#"{"_class_name": "PointMlp", "width": 20, "depth": 2, "time_features": 10, "point_features": 3, "num_class_embeds": 4, "null_class": 3}"#,
];

pub struct Reference {
    weights: TensorMap,
    depth: usize,
    frequencies: usize,
    time_features: usize,
}

impl Reference {
    pub fn new(config: &str, weights: &TensorMap) -> Self {
        let Architecture::PointMlp(config) = Architecture::from_json(config).unwrap() else {
            panic!("not a PointMlp")
        };
        Self {
            weights: weights.clone(),
            depth: config.depth,
            frequencies: config.point_features,
            time_features: config.time_features,
        }
    }

    /// Rows of the class table.
    pub fn classes(&self) -> usize {
        self.weights.get("class_embedding.weight").map_or(0, |table| table.shape[0])
    }

    fn vector(&self, name: &str) -> Vec<f64> {
        self.weights.get(name).unwrap().data.iter().map(|&v| v as f64).collect()
    }

    fn times(&self, name: &str, x: &[f64]) -> Vec<f64> {
        let weight = self.vector(name);
        weight
            .chunks_exact(x.len())
            .map(|row| row.iter().zip(x).map(|(w, x)| w * x).sum())
            .collect()
    }

    /// The network's output at a point, a time and (where there are classes) a class.
    pub fn predict(&self, point: [f64; 2], t: f64, class: usize) -> [f64; 2] {
        let mut position = Vec::new();
        let [x, y] = point;
        for u in [x, y, x + y, x - y] {
            for k in 0..self.frequencies {
                let frequency = f64::powi(2.0, k as i32 / 2) * if k % 2 == 1 { 1.5 } else { 1.0 };
                let angle = std::f64::consts::TAU * u * frequency / 8.0;
                position.extend([angle.sin(), angle.cos()]);
            }
        }
        position.extend(point);
        // diffusers rounds the angle to f32, which is worth 6e-5 of it at t = 999.
        let half = self.time_features / 2;
        let frequency = |k: usize| (-(10_000f64.ln()) as f32 * k as f32 / half as f32).exp();
        let angle = |k: usize| f64::from(t as f32 * frequency(k));
        let time: Vec<f64> =
            (0..half).map(|k| angle(k).cos()).chain((0..half).map(|k| angle(k).sin())).collect();

        let mut h = self.times("point_in.weight", &position);
        add(&mut h, &self.times("time_in.weight", &time));
        add(&mut h, &self.vector("point_in.bias"));
        if self.classes() > 0 {
            let width = h.len();
            add(&mut h, &self.vector("class_embedding.weight")[class * width..][..width]);
        }
        let silu = |h: &[f64]| -> Vec<f64> { h.iter().map(|v| v / (1.0 + (-v).exp())).collect() };
        for i in 0..self.depth {
            let sums = self.times(&format!("layers.{i}.weight"), &silu(&h));
            add(&mut h, &sums);
            add(&mut h, &self.vector(&format!("layers.{i}.bias")));
        }
        let mut out = self.times("out.weight", &silu(&h));
        add(&mut out, &self.vector("out.bias"));
        [out[0], out[1]]
    }
}

fn add(to: &mut [f64], terms: &[f64]) {
    to.iter_mut().zip(terms).for_each(|(to, term)| *to += term);
}
