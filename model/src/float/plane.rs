//! Which outputs a tap of a zero-padded convolution reaches.

use std::ops::Range;

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
