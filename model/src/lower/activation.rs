//! A slope with at most three signed digits: a multiplication that is two additions.

use super::ActivationReport;
use crate::integer::LeakyRelu;

const MAX_DIGITS: u32 = 3;
const MAX_SHIFT: u32 = 15;

/// The closest slope of at most three signed digits, of equals the one with the smallest shift.
pub(super) fn lower(trained: f32) -> (LeakyRelu, ActivationReport) {
    let error = |slope: i32, shift: u32| f64::from(slope) / f64::from(1 << shift) - f64::from(trained);
    let candidates = (0..=MAX_SHIFT).flat_map(|shift| (0..=1 << shift).map(move |slope| (slope, shift)));
    let (slope, shift) = candidates
        .filter(|&(slope, _)| signed_digits(slope) <= MAX_DIGITS)
        .min_by(|&a, &b| error(a.0, a.1).abs().total_cmp(&error(b.0, b.1).abs()))
        .expect("0 has no digits");
    (LeakyRelu { slope, shift }, ActivationReport { trained, slope, shift, error: error(slope, shift) })
}

/// Non-zero digits of the canonical signed-digit form: the bits in which `n` and `3n` differ.
fn signed_digits(n: i32) -> u32 {
    (n ^ (3 * n)).count_ones()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenth_becomes_13_by_128() {
        let (activation, report) = lower(0.1);
        assert_eq!(activation, LeakyRelu { slope: 13, shift: 7 });
        assert!((report.error - 0.0015625).abs() < 1e-8);
    }

    #[test]
    fn slopes_that_are_powers_of_two_are_exact() {
        assert_eq!(lower(0.25).0, LeakyRelu { slope: 1, shift: 2 });
        assert_eq!(lower(0.0).0, LeakyRelu { slope: 0, shift: 0 });
        assert_eq!(lower(1.0).0, LeakyRelu { slope: 1, shift: 0 });
    }

    #[test]
    fn signed_digits_are_counted_as_in_the_shortest_sum_of_signed_powers() {
        for (n, digits) in [(0, 0), (1, 1), (3, 2), (7, 2), (11, 3), (13, 3), (51, 4), (96, 2)] {
            assert_eq!(signed_digits(n), digits, "{n}");
        }
    }
}
