//! A procedural picture set of towers 高楼: what this project is named after, so that x_0 can really
//! be a tower. 32 × 32 RGB; sky, skyline, one tower with windows and a roof, by day, dusk or night. Hour and roof are
//! its class: 4·hour + roof, both counted from 0 in the order in which they stand here.
//!
//! Everything is drawn from the counter-based generator with additions and products only, so a seed
//! gives the same pictures on every machine.

use std::ops::Range;

use super::dice::Dice;
use super::set::{Kind, Samples, SetOptions};
use crate::error::Error;

/// `towers:N`.
pub(super) const KIND: Kind = Kind {
    name: "towers",
    argument: "N",
    about: "N small pictures of towers",
    open: |count, SetOptions { seed, .. }, _| {
        let n = count.parse().ok().filter(|n| (1..=MOST).contains(n));
        let n = n.ok_or_else(|| {
            Error::Input(format!("towers:{count}: a number between 1 and {MOST} is wanted"))
        })?;
        let (values, labels) = towers(*seed, 0..n);
        Ok(Samples { shape: [3, SIZE, SIZE], values, labels: Some(labels), notes: vec![] })
    },
};

/// The most pictures in one set: 2.5 GB of f32.
const MOST: u32 = 200_000;

/// Height and width of a picture in pixels.
pub const SIZE: usize = 32;
/// Rows above the street.
const STREET: f64 = 29.0;
/// Samples along each side of a pixel: edges are smooth, so that half pixels carry meaning.
const SAMPLES: usize = 4;

type Color = [f64; 3];

impl Dice {
    /// A color near the given one.
    fn near(&mut self, color: Color) -> Color {
        let light = self.between(-0.06, 0.06);
        color.map(|c| (c + light + self.between(-0.03, 0.03)).clamp(0.0, 1.0))
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Hour {
    Day,
    Dusk,
    Night,
}

#[derive(Clone, Copy, PartialEq)]
enum Roof {
    Flat,
    Gable,
    Spire,
    /// Every tier has upturned eaves.
    Pagoda,
}

/// One storey block of the tower: `half` is half its width.
struct Tier {
    half: f64,
    top: f64,
    bottom: f64,
}

/// A row of houses behind the tower: heights of columns `width` wide.
struct Skyline {
    color: Color,
    width: f64,
    tops: Vec<f64>,
}

struct Scene {
    hour: Hour,
    sky: [Color; 2],
    /// Sun or moon: center, radius, color.
    disc: ([f64; 2], f64, Color),
    stars: Vec<[usize; 2]>,
    skylines: Vec<Skyline>,
    center: f64,
    tiers: Vec<Tier>,
    wall: Color,
    roof: Roof,
    roof_color: Color,
    roof_height: f64,
    /// Distance of windows across and down, and their size as a part of it.
    pitch: [f64; 2],
    pane: f64,
    lit: Vec<bool>,
    street: Color,
}

const WALLS: [Color; 6] = [
    [0.66, 0.26, 0.18],
    [0.80, 0.66, 0.48],
    [0.55, 0.57, 0.60],
    [0.32, 0.45, 0.56],
    [0.86, 0.84, 0.78],
    [0.40, 0.30, 0.27],
];
const ROOFS: [Color; 4] =
    [[0.25, 0.27, 0.30], [0.45, 0.16, 0.12], [0.20, 0.36, 0.33], [0.55, 0.45, 0.20]];

impl Scene {
    fn new(dice: &mut Dice) -> Self {
        let hour = [Hour::Day, Hour::Dusk, Hour::Night][dice.below(3)];
        let (above, below, light) = match hour {
            Hour::Day => ([0.36, 0.60, 0.88], [0.80, 0.90, 0.96], [1.00, 0.95, 0.70]),
            Hour::Dusk => ([0.30, 0.24, 0.48], [0.95, 0.58, 0.40], [1.00, 0.78, 0.45]),
            Hour::Night => ([0.03, 0.04, 0.12], [0.11, 0.13, 0.27], [0.93, 0.93, 0.84]),
        };
        let sky = [dice.near(above), dice.near(below)];
        let disc = (
            [dice.between(3.0, 29.0), dice.between(3.0, 11.0)],
            dice.between(1.4, 2.8),
            dice.near(light),
        );
        let stars = match hour {
            Hour::Night => {
                (0..6 + dice.below(8)).map(|_| [dice.below(SIZE), dice.below(18)]).collect()
            }
            _ => vec![],
        };
        let skylines = (0..2).map(|depth| skyline(dice, sky[1], hour, depth)).collect();
        let roof = [Roof::Flat, Roof::Gable, Roof::Spire, Roof::Pagoda][dice.below(4)];
        let wall = WALLS[dice.below(WALLS.len())];
        let roof_color = ROOFS[dice.below(ROOFS.len())];
        let shade = match hour {
            Hour::Day => 1.0,
            Hour::Dusk => 0.8,
            Hour::Night => 0.5,
        };
        let odds = match hour {
            Hour::Day => 0.0,
            Hour::Dusk => 0.5,
            Hour::Night => 0.6,
        };
        Self {
            hour,
            sky,
            disc,
            stars,
            skylines,
            center: dice.between(11.0, 21.0),
            tiers: tiers(dice, roof),
            wall: dice.near(wall).map(|c| c * shade),
            roof,
            roof_color: dice.near(roof_color).map(|c| c * shade),
            roof_height: dice.between(2.0, 4.5),
            pitch: [dice.between(2.0, 3.2), dice.between(2.2, 3.4)],
            pane: dice.between(0.45, 0.65),
            lit: (0..64).map(|_| dice.roll() < odds).collect(),
            street: dice.near([0.30, 0.30, 0.31]).map(|c| c * shade),
        }
    }

    fn class(&self) -> i32 {
        4 * self.hour as i32 + self.roof as i32
    }

    /// Color at a point; x runs right, y down, in pixels.
    fn color(&self, x: f64, y: f64) -> Color {
        if y >= STREET {
            return self.street;
        }
        if let Some(color) = self.tower(x - self.center, y) {
            return color;
        }
        for skyline in &self.skylines {
            let column = (x / skyline.width) as usize;
            if y >= skyline.tops[column.min(skyline.tops.len() - 1)] {
                return skyline.color;
            }
        }
        let ([disc_x, disc_y], radius, disc) = self.disc;
        if (x - disc_x) * (x - disc_x) + (y - disc_y) * (y - disc_y) < radius * radius {
            return disc;
        }
        if self.stars.contains(&[x as usize, y as usize]) {
            return [0.75, 0.76, 0.80];
        }
        let down = y / STREET;
        std::array::from_fn(|c| self.sky[0][c] + (self.sky[1][c] - self.sky[0][c]) * down)
    }

    /// `dx` from the tower's axis.
    fn tower(&self, dx: f64, y: f64) -> Option<Color> {
        for tier in &self.tiers {
            if self.roof == Roof::Pagoda && in_eave(tier, dx, y) {
                return Some(self.roof_color);
            }
            if dx.abs() < tier.half && (tier.top..tier.bottom).contains(&y) {
                return Some(self.wall_color(tier, dx, y));
            }
        }
        let summit = self.tiers.last()?;
        let up = summit.top - y; // above the highest wall
        let inside = match self.roof {
            Roof::Flat => dx.abs() < summit.half + 0.5 && up < 0.9,
            Roof::Gable => dx.abs() < summit.half * (1.0 - up / self.roof_height),
            Roof::Spire => {
                dx.abs() < if up < 1.0 { summit.half * 0.6 } else { 0.35 }
                    && up < 2.0 * self.roof_height
            }
            Roof::Pagoda => dx.abs() < 0.5 && up < self.roof_height * 0.7,
        };
        (up >= 0.0 && inside).then_some(self.roof_color)
    }

    fn wall_color(&self, tier: &Tier, dx: f64, y: f64) -> Color {
        let across = (dx + tier.half - 0.6) / self.pitch[0];
        let down = (y - tier.top - 0.8) / self.pitch[1];
        let whole = across.floor() + 1.0 <= (2.0 * tier.half - 0.6) / self.pitch[0] + 0.4;
        let pane = |v: f64| v >= 0.0 && v - v.floor() < self.pane;
        if pane(across) && pane(down) && whole {
            let window = across as usize * 7 + (y as usize / 3) * 13 + down as usize * 5;
            return match (self.lit[window % self.lit.len()], self.hour) {
                (true, _) => [0.99, 0.86, 0.48],
                (false, Hour::Day) => [0.62, 0.78, 0.88],
                (false, _) => [0.13, 0.15, 0.22],
            };
        }
        // The side away from the light is darker.
        let shade = if dx > tier.half * 0.45 { 0.82 } else { 1.0 };
        self.wall.map(|c| c * shade)
    }
}

/// An eave over a tier: wide below, narrow above, its tips turned up.
fn in_eave(tier: &Tier, dx: f64, y: f64) -> bool {
    let up = tier.top + 0.9 - y;
    let reach = tier.half + 1.9;
    let out = dx.abs() / reach;
    let lift = out * out * out * 1.2;
    out < 1.0 && up > lift && up < 1.6 + lift * 0.6 - out * 0.7
}

fn tiers(dice: &mut Dice, roof: Roof) -> Vec<Tier> {
    let count = if roof == Roof::Pagoda { 3 + dice.below(3) } else { 1 + dice.below(3) };
    let height = dice.between(12.0, 21.0);
    let mut half = dice.between(3.2, 6.2);
    let mut bottom = STREET;
    let mut tiers = Vec::with_capacity(count);
    for i in 0..count {
        // Pagodas have equal storeys; other towers put most of their height below.
        let part = if roof == Roof::Pagoda { 1.0 / count as f64 } else { 0.62 };
        let left = height - (STREET - bottom);
        let tall = if i + 1 == count { left } else { (left * part).max(height / 6.0) };
        let tall = if roof == Roof::Pagoda { height / count as f64 } else { tall };
        tiers.push(Tier { half, top: bottom - tall, bottom });
        bottom -= tall;
        half *= dice.between(0.68, 0.86);
    }
    tiers
}

fn skyline(dice: &mut Dice, haze: Color, hour: Hour, depth: usize) -> Skyline {
    let base = match hour {
        Hour::Day => [0.45, 0.52, 0.62],
        Hour::Dusk => [0.30, 0.22, 0.34],
        Hour::Night => [0.05, 0.06, 0.12],
    };
    // The farther row fades into the haze over the horizon.
    let fade = if depth == 0 { 0.15 } else { 0.5 };
    let base = dice.near(base);
    let color = std::array::from_fn(|c| base[c] + (haze[c] - base[c]) * fade);
    let width = dice.between(2.5, 5.0);
    let low = if depth == 0 { 20.0 } else { 15.0 };
    let columns = (SIZE as f64 / width) as usize + 1;
    let tops = (0..columns).map(|_| dice.between(low, 27.0)).collect();
    Skyline { color, width, tops }
}

/// Picture number `index` of a seed, `[3, 32, 32]`, −1…1, and its class.
pub fn tower(seed: u64, index: u32) -> (Vec<f32>, i32) {
    let mut dice = Dice::new(seed, index);
    let scene = Scene::new(&mut dice);
    let mut image = vec![0f32; 3 * SIZE * SIZE];
    for at in 0..SIZE * SIZE {
        let mut sum = [0.0; 3];
        for sample in 0..SAMPLES * SAMPLES {
            let offset = |i: usize| (i as f64 + 0.5) / SAMPLES as f64;
            let x = (at % SIZE) as f64 + offset(sample % SAMPLES);
            let y = (at / SIZE) as f64 + offset(sample / SAMPLES);
            let color = scene.color(x, y);
            sum = std::array::from_fn(|c| sum[c] + color[c]);
        }
        for (c, total) in sum.iter().enumerate() {
            let mean = total / (SAMPLES * SAMPLES) as f64;
            image[c * SIZE * SIZE + at] = (2.0 * mean - 1.0) as f32;
        }
    }
    (image, scene.class())
}

/// The pictures of these numbers, one after another, `[n, 3, 32, 32]`, and their classes `[n]`.
pub fn towers(seed: u64, numbers: Range<u32>) -> (Vec<f32>, Vec<i32>) {
    let mut images = Vec::with_capacity(numbers.len() * 3 * SIZE * SIZE);
    let mut draw = |index| {
        let (image, class) = tower(seed, index);
        images.extend(image);
        class
    };
    let classes = numbers.map(&mut draw).collect();
    (images, classes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_reproducible_in_range_and_all_different() {
        let pictures: Vec<Vec<f32>> = (0..64).map(|i| tower(7, i).0).collect();
        assert_eq!(pictures[5], tower(7, 5).0);
        assert_ne!(pictures[5], tower(8, 5).0);
        for (i, a) in pictures.iter().enumerate() {
            assert_eq!(a.len(), 3 * SIZE * SIZE);
            assert!(a.iter().all(|v| (-1.0..=1.0).contains(v)), "picture {i}");
            assert!(pictures[..i].iter().all(|b| a != b), "picture {i} occurs twice");
        }
    }

    #[test]
    fn a_class_is_an_hour_and_a_roof() {
        let mut seen = [0; 12];
        for index in 0..600 {
            let scene = Scene::new(&mut Dice::new(3, index));
            let (_, class) = tower(3, index);
            assert_eq!(class / 4, scene.hour as i32, "picture {index}");
            assert_eq!(class % 4, scene.roof as i32, "picture {index}");
            assert_eq!(class / 4 == 2, !scene.stars.is_empty(), "picture {index}: stars at night");
            seen[class as usize] += 1;
        }
        assert!(seen.iter().all(|&count| (25..80).contains(&count)), "of each class: {seen:?}");
    }

    #[test]
    fn a_tower_stands_in_every_picture() {
        for index in 0..64 {
            let mut dice = Dice::new(3, index);
            let scene = Scene::new(&mut dice);
            let inside = (0..SIZE * SIZE).filter(|at| {
                let (x, y) = ((at % SIZE) as f64 + 0.5, (at / SIZE) as f64 + 0.5);
                scene.tower(x - scene.center, y).is_some()
            });
            let covered = inside.count();
            assert!((40..600).contains(&covered), "picture {index}: {covered} pixels of tower");
            let top = scene.tiers.last().unwrap().top;
            assert!((2.0..20.0).contains(&top), "picture {index}: the walls end at row {top}");
        }
    }
}
