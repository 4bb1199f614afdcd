//! More drawings from a few, as different as one hand draws them: shown a few pictures again and again, a network
//! learns those and not the character.

use super::dice::Dice;
use super::drawing::{self, Ink, PIXELS, SIDE, Warp};
use crate::error::{Error, Result};

/// The most pictures made at once: 314 MB.
const MOST: usize = 100_000;

/// `copies` altered copies of each of `k` drawings `[k, 28, 28]` in −1…1, as `[k·copies, 28, 28]`; copy i
/// shows drawing i mod k, so that any beginning of the list has about as many of each.
///
/// Each copy is turned by up to 8°, scaled by 0.9 … 1.1, shifted by up to half a pixel each way (all
/// uniform), and its strokes are made a little thicker or thinner. Background stays exactly −1. The same
/// seed gives the same copies.
///
/// Half a pixel is what MNIST leaves: its digits are moved by whole pixels until their center of mass is in
/// the middle. A network pretrained on them has never seen a picture out of place, and 150 steps are too
/// few to learn that there are such: taught from copies shifted by two pixels, it draws strokes where any of
/// them could be and fills the gaps between them.
pub fn augment(drawings: &[f32], copies: usize, seed: u64) -> Result<Vec<f32>> {
    let drawings = drawing::ink("augment", drawings)?;
    let count = drawings.len().saturating_mul(copies);
    if count == 0 || count > MOST {
        let k = drawings.len();
        return Err(Error::Input(format!(
            "{copies} copies of {k} drawings are {count} pictures, not between 1 and {MOST}"
        )));
    }
    let copy = |i: usize| alter(&drawings[i % drawings.len()], Dice::new(seed, i as u32));
    Ok((0..count).flat_map(copy).collect())
}

fn alter(ink: &Ink, mut dice: Dice) -> impl Iterator<Item = f32> + use<> {
    let warp = Warp {
        turn: dice.between(-8.0, 8.0).to_radians(),
        scale: dice.between(0.9, 1.1),
        shift: [dice.between(-0.5, 0.5), dice.between(-0.5, 0.5)],
    };
    let ink = warp.apply(ink, SIDE);
    // As often thinner as thicker, and by little: what is taught fatter on average is drawn fatter, until strokes meet.
    let weight = dice.between(-0.25, 0.25) as f32;
    (0..PIXELS).map(move |at| {
        let neighbour = neighbours(at).map(|n| n.map_or(0.0, |n| ink[n]));
        let extreme = match weight > 0.0 {
            true => neighbour.into_iter().fold(ink[at], f32::max),
            false => neighbour.into_iter().fold(ink[at], f32::min),
        };
        2.0 * (ink[at] + weight.abs() * (extreme - ink[at])) - 1.0
    })
}

/// The pixels above, below, left and right, where they exist.
fn neighbours(at: usize) -> [Option<usize>; 4] {
    let (y, x) = (at / SIDE, at % SIDE);
    [
        (y > 0).then(|| at - SIDE),
        (y + 1 < SIDE).then_some(at + SIDE),
        (x > 0).then(|| at - 1),
        (x + 1 < SIDE).then_some(at + 1),
    ]
}
