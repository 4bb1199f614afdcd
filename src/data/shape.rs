//! Points scattered over a plane figure: pieces that can be sampled uniformly and whose mean and
//! variance are known, so that a figure is standardised exactly instead of by whatever was drawn.

use super::dice::Dice;

type Point = [f64; 2];

/// Midpoints that integrate a curve's moments; they do so to about 1e-6 for the smooth ones here.
const NODES: usize = 4096;

/// A part of a figure. Areas are sampled uniformly, curves uniformly in their parameter.
pub(super) enum Piece {
    /// at(u) for u in [0, 1), plus normal noise of this standard deviation in each coordinate.
    Curve {
        at: fn(f64) -> Point,
        noise: f64,
    },
    /// A point with normal noise around it.
    Cloud {
        center: Point,
        noise: f64,
    },
    /// Lower left corner and size.
    Rectangle {
        corner: Point,
        size: Point,
    },
    Triangle {
        corners: [Point; 3],
    },
}

impl Piece {
    /// Mean and variance of each coordinate.
    fn moments(&self) -> [Point; 2] {
        let per_coordinate = |moments: &dyn Fn(usize) -> (f64, f64)| {
            let [x, y] = [moments(0), moments(1)];
            [[x.0, y.0], [x.1, y.1]]
        };
        per_coordinate(&|c| match self {
            Self::Curve { at, noise } => {
                let nodes = (0..NODES).map(|i| at((i as f64 + 0.5) / NODES as f64)[c]);
                let (sum, squares) =
                    nodes.fold((0.0, 0.0), |(sum, squares), v| (sum + v, squares + v * v));
                let mean = sum / NODES as f64;
                (mean, squares / NODES as f64 - mean * mean + noise * noise)
            }
            Self::Cloud { center, noise } => (center[c], noise * noise),
            Self::Rectangle { corner, size } => {
                (corner[c] + size[c] / 2.0, size[c] * size[c] / 12.0)
            }
            Self::Triangle { corners } => {
                let [p, q, r] = [corners[0][c], corners[1][c], corners[2][c]];
                let variance = (p * p + q * q + r * r - p * q - q * r - r * p) / 18.0;
                ((p + q + r) / 3.0, variance)
            }
        })
    }

    fn area(&self) -> f64 {
        match self {
            Self::Curve { .. } | Self::Cloud { .. } => 0.0,
            Self::Rectangle { size, .. } => size[0] * size[1],
            Self::Triangle { corners: [p, q, r] } => {
                ((q[0] - p[0]) * (r[1] - p[1]) - (r[0] - p[0]) * (q[1] - p[1])).abs() / 2.0
            }
        }
    }

    fn sample(&self, dice: &mut Dice) -> Point {
        let blur = |[x, y]: Point, noise: f64, dice: &mut Dice| {
            let [dx, dy] = dice.normals();
            [x + noise * dx, y + noise * dy]
        };
        match self {
            Self::Curve { at, noise } => {
                let on = at(dice.roll());
                blur(on, *noise, dice)
            }
            Self::Cloud { center, noise } => blur(*center, *noise, dice),
            Self::Rectangle { corner, size } => {
                let [u, v] = [dice.roll(), dice.roll()];
                [corner[0] + size[0] * u, corner[1] + size[1] * v]
            }
            Self::Triangle { corners: [p, q, r] } => {
                let [u, v] = [dice.roll(), dice.roll()];
                // The far half of the parallelogram folds back onto the triangle.
                let [u, v] = if u + v > 1.0 { [1.0 - u, 1.0 - v] } else { [u, v] };
                std::array::from_fn(|c| p[c] + u * (q[c] - p[c]) + v * (r[c] - p[c]))
            }
        }
    }
}

/// Pieces with the share of points that falls on each.
pub(super) struct Figure {
    pieces: Vec<Piece>,
    /// Share of this piece and all before it; the last is 1.
    cumulative: Vec<f64>,
    mean: Point,
    scale: f64,
}

impl Figure {
    /// `weights` need not add up to 1.
    pub fn new(pieces: Vec<(f64, Piece)>) -> Self {
        let total: f64 = pieces.iter().map(|(weight, _)| weight).sum();
        let (mut mean, mut squares) = ([0.0; 2], [0.0; 2]);
        let mut cumulative = Vec::with_capacity(pieces.len());
        let mut sum = 0.0;
        for (weight, piece) in &pieces {
            sum += weight;
            cumulative.push(sum / total);
            let [center, variance] = piece.moments();
            for c in 0..2 {
                mean[c] += weight / total * center[c];
                squares[c] += weight / total * (variance[c] + center[c] * center[c]);
            }
        }
        let variance: f64 = (0..2).map(|c| squares[c] - mean[c] * mean[c]).sum();
        let pieces = pieces.into_iter().map(|(_, piece)| piece).collect();
        Self { pieces, cumulative, mean, scale: (variance / 2.0).sqrt() }
    }

    /// Pieces without overlap, all equally dense.
    pub fn uniform(pieces: impl IntoIterator<Item = Piece>) -> Self {
        Self::new(pieces.into_iter().map(|piece| (piece.area(), piece)).collect())
    }

    /// (p − mean) / √((Var x + Var y) / 2) of a random point p.
    pub fn sample(&self, dice: &mut Dice) -> Point {
        let share = dice.roll();
        let piece = self.cumulative.partition_point(|&sum| sum <= share);
        let point = self.pieces[piece.min(self.pieces.len() - 1)].sample(dice);
        std::array::from_fn(|c| (point[c] - self.mean[c]) / self.scale)
    }
}
