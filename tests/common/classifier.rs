//! The judge of samples: a small convolutional network in plain loops. Its layers and how it was trained:
//! tests/golden/classifier/README.md.

use chailou::tensor::TensorMap;

pub struct Classifier {
    weights: TensorMap,
}

impl Classifier {
    pub fn new(safetensors: &[u8]) -> Self {
        Self {
            weights: TensorMap::from_safetensors(safetensors).expect("the classifier's weights"),
        }
    }

    fn tensor(&self, name: &str) -> &[f32] {
        &self.weights.get(name).unwrap_or_else(|e| panic!("{e}")).data
    }

    /// The ten scores of one picture of 28 × 28, −1 … 1.
    pub fn scores(&self, picture: &[f32]) -> Vec<f32> {
        assert_eq!(picture.len(), 28 * 28);
        let x = self.convolve("conv1", picture, 28);
        let x = self.convolve("conv2", &x, 14);
        let (weight, bias) = (self.tensor("linear.weight"), self.tensor("linear.bias"));
        let rows = weight.chunks_exact(x.len()).zip(bias);
        rows.map(|(row, b)| b + row.iter().zip(&x).map(|(w, x)| w * x).sum::<f32>()).collect()
    }

    /// The digit with the largest score.
    pub fn digit(&self, picture: &[f32]) -> usize {
        let scores = self.scores(picture);
        (0..10).max_by(|&a, &b| scores[a].total_cmp(&scores[b])).expect("ten scores")
    }

    /// 3×3 convolution with padding 1, ReLU, and the maximum of each 2×2: [ci][side][side] →
    /// [co][side/2][side/2].
    fn convolve(&self, layer: &str, x: &[f32], side: usize) -> Vec<f32> {
        let weight = self.tensor(&format!("{layer}.weight"));
        let bias = self.tensor(&format!("{layer}.bias"));
        let (ci, half) = (x.len() / (side * side), side / 2);
        let mut y = vec![0f32; bias.len() * half * half];
        for (o, plane) in y.chunks_exact_mut(half * half).enumerate() {
            for (row, column) in (0..side).flat_map(|r| (0..side).map(move |c| (r, c))) {
                let mut sum = bias[o];
                for i in 0..ci {
                    for (ky, kx) in (0..9).map(|tap| (tap / 3, tap % 3)) {
                        let (r, c) = (row + ky, column + kx);
                        if (1..=side).contains(&r) && (1..=side).contains(&c) {
                            sum += weight[((o * ci + i) * 3 + ky) * 3 + kx]
                                * x[(i * side + r - 1) * side + c - 1];
                        }
                    }
                }
                // ReLU and the maximum in one: places start at 0.
                let place = &mut plane[row / 2 * half + column / 2];
                *place = place.max(sum);
            }
        }
        y
    }
}
