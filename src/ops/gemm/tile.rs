//! How a matrix product is cut into workgroups: a pure function of its size. A large tile loads fewest bytes a
//! multiply-add, but a small product then makes too few workgroups to fill a card.

/// What a workgroup of shaders/gemm.wgsl makes: `columns` × `row_threads` threads, each 4·`blocks` rows × 4 columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tile {
    /// In vec4s, an even number.
    pub columns: usize,
    pub row_threads: usize,
    pub blocks: usize,
    /// vec4s of terms of the sum that a step stages.
    pub slices: usize,
}

/// Tiles of so many columns, largest first: 128, 64 and 32 rows. A U-Net's channels are multiples of 32 or 24 but for
/// its last layer, whose tiles are as narrow as the weights' layout allows. The deep one is for trials: the smallest with steps
/// twice as long takes an H100 a tenth less time, and twice the workgroup memory, of which others have less.
pub(super) fn tiles(columns: usize) -> &'static [Tile] {
    const fn tile(columns: usize, row_threads: usize, blocks: usize) -> Tile {
        Tile { columns, row_threads, blocks, slices: 4 }
    }
    const fn deep(columns: usize) -> Tile {
        Tile { columns, row_threads: 8, blocks: 1, slices: MOST_SLICES }
    }
    match columns {
        2 => const { &[tile(2, 32, 1), tile(2, 16, 1)] },
        6 => const { &[tile(6, 16, 2), tile(6, 16, 1), tile(6, 8, 1), deep(6)] },
        _ => const { &[tile(8, 16, 2), tile(8, 16, 1), tile(8, 8, 1), deep(8)] },
    }
}

/// Those that the rule chooses from.
fn ruled(columns: usize) -> impl Iterator<Item = Tile> {
    tiles(columns).iter().copied().filter(|tile| tile.slices < MOST_SLICES)
}

/// The smallest of those.
pub(super) fn smallest(columns: usize) -> Tile {
    ruled(columns).last().expect("a tile")
}

/// Widths of tiles, in vec4s.
pub(super) const COLUMNS: [usize; 3] = [8, 6, 2];

/// The width of tiles for so many vec4s of columns: where 32 channels would leave more idle lanes than 24, 24.
pub(super) fn width(columns: usize) -> usize {
    match columns {
        ..=2 => 2,
        _ if columns.next_multiple_of(6) < columns.next_multiple_of(8) => 6,
        _ => 8,
    }
}

/// Workgroups that a dispatch should have, so that some wait for memory while others multiply; WebGPU tells nobody how many
/// cores a card has. An H100, with 132, takes a seventh less time for the 3×3 convolutions of 16 pictures than with half as
/// many.
pub(super) const WORKGROUPS: usize = 128;

/// Where a dispatch has fewer, its sums are split.
const FEW: usize = WORKGROUPS / 2;

/// Where the sum is split, each part has at least so many vec4s of terms.
const LEAST_SLICES: usize = 8;

/// vec4s of terms that splitting must save one workgroup: adding up the parts is another dispatch, and takes an H100 5 µs, a
/// vec4 of terms 0.2.
const WORTH_SLICES: usize = 32;

/// Splits begin at multiples of so many, whatever the tile, which stages no more in a step.
const MOST_SLICES: usize = 8;

/// See the [module documentation](self).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cut {
    pub tile: Tile,
    /// Parts of the sum.
    pub splits: usize,
    pub slices_per_split: usize,
}

impl Tile {
    pub const fn rows(self) -> usize {
        4 * self.blocks * self.row_threads
    }

    pub const fn threads(self) -> usize {
        self.columns * self.row_threads
    }

    /// vec4s of A that a thread stages in a step.
    pub const fn a_loads(self) -> usize {
        (self.rows() * self.slices).div_ceil(self.threads())
    }

    /// vec4s of B that a thread stages in a step.
    pub const fn b_loads(self) -> usize {
        (4 * self.columns * self.slices).div_ceil(self.threads())
    }
}

impl Cut {
    /// Of so many products (the phases of one) of `rows` rows at most, `columns` vec4s of columns and sums of
    /// `slices` vec4s of terms: the largest tile of which there are enough, otherwise the smallest; where there are few even of
    /// those, as many splits as make enough.
    pub fn new(products: usize, rows: usize, columns: usize, slices: usize) -> Self {
        let groups =
            |tile: Tile| products * rows.div_ceil(tile.rows()) * columns.div_ceil(tile.columns);
        let enough = ruled(width(columns)).find(|&tile| groups(tile) >= WORKGROUPS);
        let tile = enough.unwrap_or(smallest(width(columns)));
        let splits = match groups(tile) {
            FEW.. => 1,
            few => WORKGROUPS.div_ceil(few).min(slices / LEAST_SLICES).max(1),
        };
        let shortened = slices.div_ceil(splits).next_multiple_of(MOST_SLICES);
        let slices_per_split = if shortened + WORTH_SLICES <= slices { shortened } else { slices };
        Self { tile, splits: slices.div_ceil(slices_per_split), slices_per_split }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 3×3 convolutions of models/mnist, 28, 14 and 7 pixels, and a linear layer of the points' network.
    #[test]
    fn the_largest_tile_that_fills_the_card_then_splits() {
        let cut = |n: usize, side: usize, c: usize| {
            let cut = Cut::new(1, n * side * side, c / 4, 9 * c / 4);
            (cut.tile.rows(), cut.splits)
        };
        assert_eq!([1, 16, 64].map(|n| cut(n, 28, 32)), [(32, 5), (64, 1), (128, 1)]);
        assert_eq!([1, 16, 64].map(|n| cut(n, 14, 64)), [(32, 9), (32, 1), (128, 1)]);
        assert_eq!([1, 16, 64].map(|n| cut(n, 7, 64)), [(32, 18), (32, 3), (32, 1)]);
        let linear = Cut::new(1, 512, 16, 16);
        assert_eq!((linear.tile.rows(), linear.splits), (32, 1));
    }

    #[test]
    fn channels_leave_few_lanes_idle() {
        let idle = |c: usize| {
            let Cut { tile, .. } = Cut::new(1, 1 << 16, c / 4, 1);
            (c / 4).next_multiple_of(tile.columns) - c / 4
        };
        assert_eq!([24, 32, 48, 64, 96, 128, 144, 192, 256].map(idle), [0; 9]);
        assert_eq!([4, 12, 16, 20].map(idle), [1, 3, 2, 1]);
    }

    #[test]
    fn splits_cover_the_sum_and_none_is_empty() {
        for rows in [1, 49, 196, 784] {
            for slices in 1..400 {
                let cut = Cut::new(1, rows, 8, slices);
                let covered = cut.splits * cut.slices_per_split;
                assert!(covered >= slices, "{rows} rows, {slices} slices: {cut:?}");
                assert!(
                    covered - cut.slices_per_split < slices,
                    "{rows} rows, {slices} slices: {cut:?}"
                );
            }
        }
    }
}
