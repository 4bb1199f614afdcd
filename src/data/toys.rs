//! Point sets in the plane that a reader knows at a glance, to train a small network on.
//!
//! A set is a distribution: points are independent draws from it, and point i of a seed is the same
//! however many are drawn. Each is standardised by its own exact moments, not by those of the sample:
//! both coordinates have mean 0 and the mean of their two variances is 1, so shapes keep their
//! proportions and nearly all of a set lies within ±3. y points up.
//!
//! Randomness is the counter-based generator, so a seed gives the same points natively and in wasm.
//! The curves need sin, cos and ln, which different libraries round differently in the last bit of an
//! f64; after rounding to f32 two machines may differ by one unit in the last place.

use std::f64::consts::{PI, TAU};

use super::dice::Dice;
use super::glyphs;
use super::set::{Kind, Samples};
use super::shape::{Figure, Piece};
use crate::error::{Error, Result};

/// The most points in one set.
pub const MOST: usize = 1_000_000;

/// Points of a set of which nobody says how many.
const USUAL: usize = 20_000;

/// `toy:NAME`.
pub(super) const KIND: Kind = Kind {
    name: "toy",
    argument: "NAME",
    about: "points in the plane",
    open: |name, options, _| {
        let points = name.parse::<Toy>()?.points(options.n.unwrap_or(USUAL), options.seed)?;
        Ok(Samples::points(points))
    },
};

/// A point set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Toy {
    /// Two half circles that reach into one another, as in scikit-learn's `make_moons`.
    Moons,
    /// One arm of growing radius, (t cos t, t sin t) for t from 1.5π to 4.5π.
    SwissRoll,
    /// Normal clouds on a circle.
    EightGaussians,
    /// The eight dark squares of a board of four by four.
    Checkerboard,
    /// Two arms from the middle, half a turn apart.
    Spiral,
    /// Three circles around one another.
    Rings,
    /// A row of towers 高楼.
    Skyline,
    /// The character 拆, to demolish.
    Chai,
    /// The character 建, to build.
    Jian,
}

impl Toy {
    /// Every set.
    pub const ALL: [Self; 9] = [
        Self::Moons,
        Self::SwissRoll,
        Self::EightGaussians,
        Self::Checkerboard,
        Self::Spiral,
        Self::Rings,
        Self::Skyline,
        Self::Chai,
        Self::Jian,
    ];

    /// Its name on the command line and in JavaScript.
    pub fn name(self) -> &'static str {
        match self {
            Self::Moons => "moons",
            Self::SwissRoll => "swiss_roll",
            Self::EightGaussians => "eight_gaussians",
            Self::Checkerboard => "checkerboard",
            Self::Spiral => "spiral",
            Self::Rings => "rings",
            Self::Skyline => "skyline",
            Self::Chai => "chai",
            Self::Jian => "jian",
        }
    }

    fn figure(self) -> Figure {
        match self {
            Self::Moons => {
                let upper = |u: f64| [(PI * u).cos(), (PI * u).sin()];
                let lower = |u: f64| [1.0 - (PI * u).cos(), 0.5 - (PI * u).sin()];
                Figure::new(vec![(1.0, curve(upper, 0.06)), (1.0, curve(lower, 0.06))])
            }
            Self::SwissRoll => {
                let roll = |u: f64| spoke(1.5 * PI * (1.0 + 2.0 * u), 1.5 * PI * (1.0 + 2.0 * u));
                Figure::new(vec![(1.0, curve(roll, 0.3))])
            }
            Self::EightGaussians => {
                let cloud =
                    |i| Piece::Cloud { center: spoke(1.0, TAU * i as f64 / 8.0), noise: 0.1 };
                Figure::new((0..8).map(|i| (1.0, cloud(i))).collect())
            }
            Self::Checkerboard => {
                let square = |i: usize| {
                    let row = i / 2;
                    let column = 2 * (i % 2) + row % 2;
                    Piece::Rectangle { corner: [column as f64, row as f64], size: [1.0; 2] }
                };
                Figure::uniform((0..8).map(square))
            }
            Self::Spiral => {
                // √u spreads the points evenly along an arm whose radius grows with the angle.
                let arm = |u: f64| spoke(u.sqrt(), 3.0 * PI * u.sqrt());
                let other = |u: f64| spoke(-u.sqrt(), 3.0 * PI * u.sqrt());
                Figure::new(vec![(1.0, curve(arm, 0.025)), (1.0, curve(other, 0.025))])
            }
            Self::Rings => {
                let rings: [fn(f64) -> [f64; 2]; 3] =
                    [|u| spoke(1.0, TAU * u), |u| spoke(2.0, TAU * u), |u| spoke(3.0, TAU * u)];
                let ring = |(i, at)| ((i + 1) as f64, curve(at, 0.1));
                Figure::new(rings.into_iter().enumerate().map(ring).collect())
            }
            Self::Skyline => Figure::uniform(skyline()),
            Self::Chai => glyph(&glyphs::CHAI),
            Self::Jian => glyph(&glyphs::JIAN),
        }
    }

    /// `n` points of a seed: `[n, 2]`, x before y.
    pub fn points(self, n: usize, seed: u64) -> Result<Vec<f32>> {
        if n == 0 || n > MOST {
            return Err(Error::Input(format!(
                "a point set has between 1 and {MOST} points, not {n}"
            )));
        }
        let figure = self.figure();
        let point = |i| figure.sample(&mut Dice::new(seed, i)).map(|v| v as f32);
        Ok((0..n as u32).flat_map(point).collect())
    }
}

impl std::str::FromStr for Toy {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self> {
        Self::ALL.into_iter().find(|toy| toy.name() == name).ok_or_else(|| {
            let names = Self::ALL.map(Self::name).join(", ");
            Error::Input(format!("there is no point set \"{name}\"; there are {names}"))
        })
    }
}

fn curve(at: fn(f64) -> [f64; 2], noise: f64) -> Piece {
    Piece::Curve { at, noise }
}

fn spoke(radius: f64, angle: f64) -> [f64; 2] {
    [radius * angle.cos(), radius * angle.sin()]
}

/// Silhouettes on a street at y = 0; none overlaps another.
fn skyline() -> Vec<Piece> {
    let block = |x: f64, y: f64, width: f64, height: f64| Piece::Rectangle {
        corner: [x, y],
        size: [width, height],
    };
    let roof = |x: f64, y: f64, width: f64, height: f64| Piece::Triangle {
        corners: [[x, y], [x + width, y], [x + width / 2.0, y + height]],
    };
    let mut pieces = vec![
        // A slab; a tower with a mast; a house with a gable.
        block(0.0, 0.0, 1.8, 4.6),
        block(2.4, 0.0, 1.6, 7.6),
        block(3.05, 7.6, 0.3, 2.4),
        block(4.6, 0.0, 1.6, 2.4),
        roof(4.4, 2.4, 2.0, 1.2),
        // A tower that steps back twice.
        block(7.0, 0.0, 2.6, 4.0),
        block(7.4, 4.0, 1.8, 3.0),
        block(7.9, 7.0, 0.8, 1.8),
        // A chimney, and the spire of the pagoda below.
        block(14.2, 0.0, 0.8, 4.2),
        block(12.05, 8.0, 0.3, 1.2),
    ];
    // A pagoda of four storeys, each under a wide roof.
    for storey in 0..4 {
        let (y, half) = (2.0 * storey as f64, 1.0 - 0.15 * storey as f64);
        pieces.push(block(12.2 - half, y, 2.0 * half, 1.2));
        pieces.push(roof(12.2 - half - 0.6, y + 1.2, 2.0 * half + 1.2, 0.8));
    }
    pieces
}

/// The dark runs of a bitmap as rectangles one pixel high.
fn glyph(rows: &[u64; 64]) -> Figure {
    let mut runs = vec![];
    for (row, &bits) in rows.iter().enumerate() {
        let mut left = bits;
        while left != 0 {
            let start = left.leading_zeros();
            let length = (left << start).leading_ones();
            let corner = [f64::from(start), 63.0 - row as f64];
            runs.push(Piece::Rectangle { corner, size: [f64::from(length), 1.0] });
            left &= u64::MAX.checked_shr(start + length).unwrap_or(0);
        }
    }
    Figure::uniform(runs)
}
