//! Peak signal-to-noise ratio: `PSNR = 10 log10(255^2 / mean (a - b)^2)`, in dB.

use ndarray::{ArrayView2, Zip};

use super::crop::shave;

/// Why two planes cannot be compared.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CompareError {
    /// The planes differ in size.
    #[error("the planes differ in size: {left:?} against {right:?} (rows, columns)")]
    Sizes {
        /// Rows and columns of the first plane.
        left: (usize, usize),
        /// Rows and columns of the second plane.
        right: (usize, usize),
    },
    /// Too little is left after shaving.
    #[error("{found:?} (rows, columns) is too small to compare: at least {needed} each way are needed")]
    TooSmall {
        /// Rows and columns of the planes.
        found: (usize, usize),
        /// Rows and columns that the comparison needs.
        needed: usize,
    },
}

/// PSNR in dB of grey levels 0..=255, a border of `border` pixels left out; infinite for equal planes.
///
/// # Errors
/// [`CompareError`] if the sizes differ or nothing is left inside the border.
pub fn psnr(left: ArrayView2<f64>, right: ArrayView2<f64>, border: usize) -> Result<f64, CompareError> {
    let (left, right) = inner(left, right, border, 1)?;
    let sum = Zip::from(left).and(right).fold(0.0, |sum, a, b| sum + (a - b).powi(2));
    Ok(10.0 * (255.0_f64.powi(2) * left.len() as f64 / sum).log10())
}

/// Both planes without their border, at least `least` rows and columns of them.
pub(super) fn inner<'a>(
    left: ArrayView2<'a, f64>,
    right: ArrayView2<'a, f64>,
    border: usize,
    least: usize,
) -> Result<(ArrayView2<'a, f64>, ArrayView2<'a, f64>), CompareError> {
    if left.dim() != right.dim() {
        return Err(CompareError::Sizes { left: left.dim(), right: right.dim() });
    }
    let found = left.dim();
    let big_enough = |plane: &ArrayView2<f64>| plane.nrows() >= least && plane.ncols() >= least;
    shave(left, border)
        .zip(shave(right, border))
        .filter(|(left, _)| big_enough(left))
        .ok_or(CompareError::TooSmall { found, needed: least + 2 * border })
}

#[cfg(test)]
pub(super) mod tests {
    use ndarray::Array2;

    use super::*;

    /// A ramp, and the same ramp with a small periodic error.
    pub(in crate::protocol) fn ramp_and_disturbed() -> (Array2<f64>, Array2<f64>) {
        let ramp = Array2::from_shape_fn((24, 24), |(y, x)| (x * 9 + y * 4) as f64);
        let error = Array2::from_shape_fn((24, 24), |(y, x)| ((x * 7 + y * 3) % 5) as f64);
        (ramp.clone(), ramp + error)
    }

    #[test]
    fn psnr_equals_the_reference() {
        let (ramp, disturbed) = ramp_and_disturbed();
        assert!((psnr(ramp.view(), disturbed.view(), 2).unwrap() - 40.349291104843).abs() < 1e-9);
    }

    #[test]
    fn an_error_of_one_level_everywhere_is_48_13_db() {
        let (black, one) = (Array2::zeros((3, 3)), Array2::ones((3, 3)));
        assert!((psnr(black.view(), one.view(), 1).unwrap() - 48.130_803_608_679).abs() < 1e-9);
    }

    #[test]
    fn an_error_in_the_border_does_not_count() {
        let (mut left, right) = (Array2::zeros((5, 5)), Array2::zeros((5, 5)));
        left.row_mut(0).fill(9.0);
        left.column_mut(4).fill(9.0);
        assert_eq!(psnr(left.view(), right.view(), 1), Ok(f64::INFINITY));
    }

    #[test]
    fn planes_of_different_sizes_are_refused() {
        let (left, right) = (Array2::zeros((5, 5)), Array2::zeros((5, 4)));
        assert_eq!(psnr(left.view(), right.view(), 1), Err(CompareError::Sizes { left: (5, 5), right: (5, 4) }));
    }

    #[test]
    fn planes_that_are_all_border_are_refused() {
        let plane = Array2::zeros((4, 9));
        assert_eq!(psnr(plane.view(), plane.view(), 2), Err(CompareError::TooSmall { found: (4, 9), needed: 5 }));
    }
}
