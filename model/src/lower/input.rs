//! How pixels become integers: `in = (pixel << k) - mean`.

use super::conv::exp2;
use crate::integer::InputFormat;

/// Largest `k`.
const MAX_SHIFT: u32 = 7;

/// The smallest `k` at which every mean is an integer, else the largest; and the largest error of a mean.
pub(super) fn lower(mean: &[f64]) -> (InputFormat, f64) {
    let error = |k: u32| {
        let error = |&m: &f64| (m - (m * exp2(k as i32)).round() / exp2(k as i32)).abs();
        mean.iter().map(error).fold(0.0, f64::max)
    };
    let pixel_shift = (0..=MAX_SHIFT).find(|&k| error(k) == 0.0).unwrap_or(MAX_SHIFT);
    let integers = mean.iter().map(|m| (m * exp2(pixel_shift as i32)).round() as i32).collect();
    (InputFormat { pixel_shift, mean: integers }, error(pixel_shift))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mean_of_half_a_grey_level_needs_one_bit() {
        assert_eq!(lower(&[127.5]), (InputFormat { pixel_shift: 1, mean: vec![255] }, 0.0));
    }

    #[test]
    fn a_mean_without_a_binary_form_takes_all_the_bits() {
        let (format, error) = lower(&[114.444, 111.4605, 103.02]);
        assert_eq!(format.pixel_shift, 7);
        assert!(error > 0.0 && error <= 1.0 / 256.0);
    }
}
