//! Slopes: one for all channels has at most three signed digits, so that its multiplication is two additions.

use super::ActivationReport;
use crate::{
    float::FloatActivation,
    integer::{Activation, LeakyRelu, Prelu},
};

const MAX_DIGITS: u32 = 3;
const MAX_SHIFT: u32 = 15;

/// Largest shift of trained slopes, one a channel: their error stays below 2^-13.
const PRELU_SHIFT: u32 = 12;

/// Magnitudes of a slope are below `2^16`.
const LARGEST_SLOPE: f64 = 65535.0;

/// Slopes and what they cost; `None` where a slope has no integer form.
pub(super) fn lower(trained: &FloatActivation) -> Option<(Activation, ActivationReport)> {
    match trained {
        FloatActivation::LeakyRelu(slope) => {
            let (leaky, report) = leaky_relu(*slope);
            Some((leaky.into(), report))
        }
        FloatActivation::Prelu(slopes) => prelu(slopes),
    }
}

/// The same with a shift of at least 1, for an activation that rounds.
pub(super) fn lower_rounded(trained: &FloatActivation) -> Option<(Activation, ActivationReport)> {
    let (activation, report) = lower(trained)?;
    match activation {
        Activation::LeakyRelu(LeakyRelu { slope, shift: 0 }) => Some((
            LeakyRelu { slope: 2 * slope, shift: 1 }.into(),
            ActivationReport { slope: 2 * slope, shift: 1, ..report },
        )),
        other => Some((other, report)),
    }
}

/// Slopes of one shift, the largest that they all fit; the report is of the slope with the largest error.
fn prelu(trained: &[f32]) -> Option<(Activation, ActivationReport)> {
    let scaled = |slope: f32, shift: u32| (f64::from(slope) * f64::from(1 << shift)).round();
    let fits = |shift: &u32| trained.iter().all(|&slope| scaled(slope, *shift).abs() <= LARGEST_SLOPE);
    let shift = (1..=PRELU_SHIFT).rev().find(fits)?;
    let error = |slope: f32| scaled(slope, shift) / f64::from(1 << shift) - f64::from(slope);
    let worst = trained.iter().copied().max_by(|&a, &b| error(a).abs().total_cmp(&error(b).abs()))?;
    let slope = trained.iter().map(|&slope| scaled(slope, shift) as i32).collect();
    let report = ActivationReport { trained: worst, slope: scaled(worst, shift) as i32, shift, error: error(worst) };
    Some((Activation::Prelu(Prelu { slope, shift }), report))
}

/// The closest slope of at most three signed digits, of equals the one with the smallest shift.
fn leaky_relu(trained: f32) -> (LeakyRelu, ActivationReport) {
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
        let (activation, report) = leaky_relu(0.1);
        assert_eq!(activation, LeakyRelu { slope: 13, shift: 7 });
        assert!((report.error - 0.0015625).abs() < 1e-8);
    }

    #[test]
    fn slopes_that_are_powers_of_two_are_exact() {
        assert_eq!(leaky_relu(0.25).0, LeakyRelu { slope: 1, shift: 2 });
        assert_eq!(leaky_relu(0.0).0, LeakyRelu { slope: 0, shift: 0 });
        assert_eq!(leaky_relu(1.0).0, LeakyRelu { slope: 1, shift: 0 });
    }

    #[test]
    fn slopes_of_channels_take_the_largest_shift_that_they_all_fit() {
        let (activation, report) = lower(&FloatActivation::Prelu(vec![0.25, -0.3])).unwrap();
        assert_eq!(activation, Activation::Prelu(Prelu { slope: vec![1024, -1229], shift: 12 }));
        assert!(report.trained == -0.3 && report.error.abs() <= 1.0 / 8192.0);
        let (steep, _) = lower(&FloatActivation::Prelu(vec![100.0])).unwrap();
        assert_eq!(steep, Activation::Prelu(Prelu { slope: vec![51200], shift: 9 }));
        assert_eq!(lower(&FloatActivation::Prelu(vec![1e6])), None);
    }

    #[test]
    fn an_activation_that_rounds_has_a_shift() {
        let identity = lower_rounded(&FloatActivation::LeakyRelu(1.0)).unwrap().0;
        assert_eq!(identity, LeakyRelu { slope: 2, shift: 1 }.into());
    }

    #[test]
    fn signed_digits_are_counted_as_in_the_shortest_sum_of_signed_powers() {
        for (n, digits) in [(0, 0), (1, 1), (3, 2), (7, 2), (11, 3), (13, 3), (51, 4), (96, 2)] {
            assert_eq!(signed_digits(n), digits, "{n}");
        }
    }
}
