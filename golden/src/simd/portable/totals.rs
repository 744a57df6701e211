//! Totals of a map's channels, over columns of it.

use std::ops::Range;

use bsr_model::integer::Gap;

use super::grid::Grid;
use crate::Totals;

/// Columns with what holds for them, from left to right.
#[derive(Clone, Debug, Default)]
pub(super) struct ByColumns<T>(Vec<(Range<usize>, T)>);

impl<T> ByColumns<T> {
    /// What holds for a column, where there is anything.
    pub(super) fn at(&self, column: usize) -> Option<&T> {
        self.0.iter().find(|(columns, _)| columns.contains(&column)).map(|(_, value)| value)
    }

    pub(super) fn map<U>(&self, f: impl Fn(&T) -> U) -> ByColumns<U> {
        ByColumns(self.0.iter().map(|(columns, value)| (columns.clone(), f(value))).collect())
    }
}

/// The totals of a stream that hold for its columns; `before` are those of the frame before.
pub(super) fn totals(stream: &Grid<i32>, gap: Gap, before: Option<&Totals>) -> ByColumns<Totals> {
    let (_, width) = stream.size();
    let found = gap.strips(width).map(|columns| {
        let totals = match gap {
            Gap::Picture | Gap::Strip(_) => of(stream, columns.clone()),
            Gap::PreviousFrame => before.cloned().unwrap_or_else(|| Totals::none(stream.depth())),
        };
        (columns, totals)
    });
    ByColumns(found.collect())
}

/// Totals over columns of a stream.
pub(super) fn of(stream: &Grid<i32>, columns: Range<usize>) -> Totals {
    let (height, _) = stream.size();
    let mut sums = vec![0; stream.depth()];
    for (y, x) in (0..height).flat_map(|y| columns.clone().map(move |x| (y, x))) {
        sums.iter_mut().zip(stream.pixel(y, x)).for_each(|(sum, &value)| *sum += i64::from(value));
    }
    Totals { n: (height * columns.len()) as i64, sums }
}

/// Means of the channels, to the nearest integer with halves upwards.
pub(super) fn means(totals: &Totals) -> impl Iterator<Item = i64> {
    totals.sums.iter().map(|sum| (2 * sum + totals.n).div_euclid(2 * totals.n))
}
