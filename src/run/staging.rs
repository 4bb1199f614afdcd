//! What of the arena has to be copied into its image before which dispatch: what a dispatch reads there and has been
//! written since it was last copied. Worked out once, because a run is the same list every time.

use std::ops::Range;

/// A stretch of the arena, in vec4 units.
pub(super) type Stretch = Range<u32>;

/// What a dispatch does with the arena.
pub(super) struct Touched {
    /// Read through the image.
    pub fetches: Vec<Stretch>,
    /// Perhaps written.
    pub writes: Vec<Stretch>,
}

/// The stretches to copy before each dispatch; those that adjoin as one, since a copy costs what a dispatch costs.
pub(super) fn plan(dispatches: &[Touched]) -> Vec<Vec<Stretch>> {
    let mut staged: Vec<Stretch> = Vec::new();
    let before = |touched: &Touched| {
        let mut copies: Vec<Stretch> = Vec::new();
        for fetch in &touched.fetches {
            if !staged.iter().any(|s| s.start <= fetch.start && fetch.end <= s.end) {
                staged.push(fetch.clone());
                join(&mut copies, fetch.clone());
            }
        }
        staged.retain(|s| touched.writes.iter().all(|w| s.end <= w.start || w.end <= s.start));
        copies
    };
    dispatches.iter().map(before).collect()
}

/// Adds a copy to some, as one with those that it adjoins.
fn join(copies: &mut Vec<Stretch>, mut copy: Stretch) {
    while let Some(i) = copies.iter().position(|c| c.start <= copy.end && copy.start <= c.end) {
        let other = copies.swap_remove(i);
        copy = copy.start.min(other.start)..copy.end.max(other.end);
    }
    copies.push(copy);
}

#[cfg(test)]
mod tests {
    use super::{Stretch, Touched, plan};

    #[test]
    fn a_stretch_is_copied_once_until_it_is_written_again() {
        let touched = |fetches: &[[u32; 2]], writes: &[[u32; 2]]| {
            let stretches = |all: &[[u32; 2]]| all.iter().map(|[from, to]| *from..*to).collect();
            Touched { fetches: stretches(fetches), writes: stretches(writes) }
        };
        let before = plan(&[
            touched(&[[0, 8]], &[[8, 16]]),
            touched(&[[0, 8], [8, 16]], &[[16, 20]]), // 0..8 is there still
            touched(&[[8, 12]], &[[4, 6]]), // a part of what is there; writes into the first
            touched(&[[0, 8]], &[]),
            touched(&[[0, 8], [0, 8]], &[[0, 1]]), // nothing new
            touched(&[[20, 24], [8, 16], [4, 6], [0, 5]], &[]), // one that is there, and two that overlap
        ]);
        let copies = |all: &[Stretch]| all.iter().map(|s| [s.start, s.end]).collect::<Vec<_>>();
        let before: Vec<_> = before.iter().map(|all| copies(all)).collect();
        assert_eq!(
            before,
            [vec![[0, 8]], vec![[8, 16]], vec![], vec![[0, 8]], vec![], vec![[20, 24], [0, 6]]]
        );
    }
}
