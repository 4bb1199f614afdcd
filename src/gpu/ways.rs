//! Several ways to compute the same, of which a rule picks one for every adapter and a trial may find a quicker one on the
//! adapter at hand (`run/tune.rs`). All ways give the same bits: each number is summed in the same order.

use super::profile::Profile;

/// How an operation becomes dispatches; the default is as a rule picks it from the shapes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Way {
    /// Reading buffers where the rule's kernels would read images: nothing has to be copied into those.
    pub buffers: bool,
    /// From images, on an adapter that waits for what it reads: with tiles that read less and keep more. That an adapter is
    /// of this kind its trial says (`gpu/trial.rs`), for all operations.
    pub dear_reads: bool,
    /// With another tile, the n-th of those that the operation has; one that has fewer goes by the rule.
    pub tile: Option<usize>,
}

impl Way {
    const RULE: Self = Self { buffers: false, dear_reads: false, tile: None };

    const fn tiled(n: usize) -> Self {
        Self { tile: Some(n), ..Self::RULE }
    }

    /// Of tiles the one that it asks for.
    pub(crate) fn tile_of<T: Copy>(self, tiles: &[T]) -> Option<T> {
        self.tile.and_then(|n| tiles.get(n)).copied()
    }
}

impl Profile {
    /// All ways, the rule first.
    pub fn ways(self) -> &'static [Way] {
        const BUFFERS: Way = Way { buffers: true, ..Way::RULE };
        const TILES: [Way; 4] = [Way::tiled(0), Way::tiled(1), Way::tiled(2), Way::tiled(3)];
        const CPU: [Way; 4] = [Way::RULE, BUFFERS, TILES[0], TILES[1]];
        const GPU: [Way; 5] = [Way::RULE, TILES[0], TILES[1], TILES[2], TILES[3]];
        match self {
            Self::Cpu => &CPU,
            Self::Gpu => &GPU,
        }
    }
}

/// What trials have found on an adapter: for each operation, named by kind and shapes, the place of its way in
/// [`Profile::ways`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ways(Vec<(String, usize)>);

impl Ways {
    /// Each operation with its place.
    pub fn new(places: Vec<(String, usize)>) -> Self {
        Self(places)
    }

    /// Each operation with its place.
    pub fn places(&self) -> impl Iterator<Item = (&str, usize)> {
        self.0.iter().map(|(operation, place)| (operation.as_str(), *place))
    }

    /// Place of an operation's way, the rule's where nothing was found.
    pub(super) fn of(&self, operation: impl FnOnce() -> String) -> usize {
        if self.0.is_empty() { 0 } else { self.place(&operation()).unwrap_or(0) }
    }

    fn place(&self, operation: &str) -> Option<usize> {
        self.places().find(|(name, _)| *name == operation).map(|(_, place)| place)
    }

    /// Whether there has been a trial of an operation.
    pub(crate) fn know(&self, operation: &str) -> bool {
        self.place(operation).is_some()
    }

    /// Notes the outcome of a trial.
    pub(super) fn note(&mut self, operation: String, place: usize) {
        self.0.push((operation, place));
    }

    pub(super) fn read(lines: &str) -> Self {
        let place = |line: &str| {
            let (place, operation) = line.split_once(' ')?;
            Some((operation.to_string(), place.parse().ok()?))
        };
        Self::new(lines.lines().filter_map(place).collect())
    }

    /// Operations that have been tried.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether none has been tried.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_kept_is_read_and_nonsense_ignored() {
        let ways = Ways::read("1 a\n99 b b\n0 c\nnonsense\n-1 d\n\n");
        assert_eq!(["a", "b b", "c", "d"].map(|name| ways.of(|| name.into())), [1, 99, 0, 0]);
        assert!(ways.know("b b") && !ways.know("d") && ways.len() == 3);
    }
}
