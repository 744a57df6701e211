//! Which outputs a tap of a zero-padded convolution reaches, and from where.

use std::ops::Range;

/// A tap of a square kernel on a plane: the positions that it reaches, and as many that it reads for them.
pub(super) struct Tap {
    /// Rows and columns of the output.
    pub(super) reached: [Range<usize>; 2],
    /// Rows and columns of the input.
    pub(super) read: [Range<usize>; 2],
}

/// The taps that reach anything of a plane of `(height, width)`.
pub(super) fn taps(kernel: usize, (height, width): (usize, usize)) -> impl Iterator<Item = Tap> {
    let places = (0..kernel).flat_map(move |ky| (0..kernel).map(move |kx| (ky, kx)));
    places.filter_map(move |(ky, kx)| {
        let reached = [reached(ky, kernel, height), reached(kx, kernel, width)];
        let from = |axis: &Range<usize>, tap: usize| axis.start + tap - kernel / 2..axis.end + tap - kernel / 2;
        let whole = reached.iter().all(|axis| !axis.is_empty());
        whole.then(|| Tap { read: [from(&reached[0], ky), from(&reached[1], kx)], reached })
    })
}

/// Positions `p` in `0..len` for which `p + tap - kernel / 2` is inside `0..len`.
pub(super) fn reached(tap: usize, kernel: usize, len: usize) -> Range<usize> {
    let radius = kernel / 2;
    let start = radius.saturating_sub(tap).min(len);
    let end = (len + radius).saturating_sub(tap).min(len);
    start..end.max(start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tap_reaches_the_positions_whose_source_is_inside() {
        for len in 0..6_usize {
            for kernel in [1, 3, 5] {
                for tap in 0..kernel {
                    let inside = |p: &usize| (0..len as isize).contains(&((p + tap) as isize - kernel as isize / 2));
                    let expected: Vec<_> = (0..len).filter(inside).collect();
                    assert_eq!(reached(tap, kernel, len).collect::<Vec<_>>(), expected, "{tap} of {kernel} in {len}");
                }
            }
        }
    }
}
