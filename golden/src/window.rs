//! The window of a convolution: which coordinate a tap reads, and whether it lies inside the image.
//!
//! Tap `k` of a kernel of side `n` (odd) at output coordinate `y` reads `y + k - (n - 1) / 2`. A tap outside the image
//! is padded: it adds 0 to the sum, in a full-precision convolution and in a dot alike.

/// Coordinate that a tap reads along one axis, or `None` where it is padded.
///
/// `at` is the output coordinate, `tap < kernel`, `size` the image's extent along the axis.
pub fn source(at: usize, tap: usize, kernel: usize, size: usize) -> Option<usize> {
    (at + tap).checked_sub(kernel / 2).filter(|&read| read < size)
}

#[cfg(test)]
mod tests {
    use super::source;
    use proptest::prelude::*;

    #[test]
    fn a_one_pixel_axis_has_one_valid_tap() {
        assert_eq!([0, 1, 2].map(|tap| source(0, tap, 3, 1)), [None, Some(0), None]);
    }

    /// `(size, at, half of the kernel, tap)`, each within the one before.
    fn places() -> impl Strategy<Value = (usize, usize, usize, usize)> {
        (1usize..20, 0usize..4).prop_flat_map(|(size, half)| (Just(size), 0..size, Just(half), 0..2 * half + 1))
    }

    proptest! {
        /// Oracle: signed arithmetic.
        #[test]
        fn a_tap_reads_the_pixel_at_its_offset_from_the_centre((size, at, half, tap) in places()) {
            let read = at as i64 + tap as i64 - half as i64;
            let expected = (0..size as i64).contains(&read).then_some(read as usize);
            prop_assert_eq!(source(at, tap, 2 * half + 1, size), expected);
        }
    }
}
