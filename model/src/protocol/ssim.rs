//! Structural similarity (Wang, Bovik, Sheikh, Simoncelli, IEEE TIP 2004), the mean over all valid windows.
//!
//! ```text
//! SSIM = (2 m_a m_b + C1)(2 s_ab + C2) / ((m_a^2 + m_b^2 + C1)(s_a^2 + s_b^2 + C2))
//! ```
//!
//! Means, variances and covariance are weighted by an 11 x 11 Gaussian of sigma 1.5;
//! `C1 = (0.01 * 255)^2`, `C2 = (0.03 * 255)^2`.

use ndarray::{Array2, ArrayView2, Axis, Slice, Zip};

use super::compare::{CompareError, inner};

const WINDOW: usize = 11;
const SIGMA: f64 = 1.5;
const C1: f64 = (0.01 * 255.0) * (0.01 * 255.0);
const C2: f64 = (0.03 * 255.0) * (0.03 * 255.0);

/// SSIM of grey levels 0..=255, a border of `border` pixels left out; 1 for equal planes.
///
/// # Errors
/// [`CompareError`] if the sizes differ or no window fits inside the border.
pub fn ssim(left: ArrayView2<f64>, right: ArrayView2<f64>, border: usize) -> Result<f64, CompareError> {
    let (a, b) = inner(left, right, border, WINDOW)?;
    let (mean_a, mean_b) = (blur(a), blur(b));
    let squares = blur((&a * &a + &b * &b).view());
    let product = blur((&a * &b).view());
    let map = Zip::from(&mean_a).and(&mean_b).and(&squares).and(&product).map_collect(|a, b, squares, product| {
        let (mean_squares, mean_product) = (a * a + b * b, a * b);
        let variances = squares - mean_squares;
        let covariance = product - mean_product;
        (2.0 * mean_product + C1) * (2.0 * covariance + C2) / ((mean_squares + C1) * (variances + C2))
    });
    Ok(map.sum() / map.len() as f64)
}

/// Gaussian-weighted means of all windows that lie inside the plane.
fn blur(plane: ArrayView2<f64>) -> Array2<f64> {
    let columns_done = blur_along(plane, Axis(0));
    blur_along(columns_done.view(), Axis(1))
}

fn blur_along(plane: ArrayView2<f64>, axis: Axis) -> Array2<f64> {
    let windows = plane.len_of(axis) + 1 - WINDOW;
    let mut shape = plane.raw_dim();
    shape[axis.index()] = windows;
    let mut sum = Array2::zeros(shape);
    for (offset, weight) in gaussian().into_iter().enumerate() {
        sum.scaled_add(weight, &plane.slice_axis(axis, Slice::from(offset..offset + windows)));
    }
    sum
}

/// A row of the window; its weights sum to 1.
fn gaussian() -> [f64; WINDOW] {
    let middle = (WINDOW / 2) as f64;
    let bell: [f64; WINDOW] = std::array::from_fn(|i| (-(i as f64 - middle).powi(2) / (2.0 * SIGMA * SIGMA)).exp());
    let sum: f64 = bell.iter().sum();
    bell.map(|weight| weight / sum)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{Resize, colour::tests::pattern, compare::tests::ramp_and_disturbed, imresize_u8};

    #[test]
    fn ssim_of_a_small_error_equals_the_reference() {
        let (ramp, disturbed) = ramp_and_disturbed();
        assert!((ssim(ramp.view(), disturbed.view(), 2).unwrap() - 0.995868135947).abs() < 1e-9);
    }

    #[test]
    fn ssim_of_lost_detail_equals_the_reference() {
        let hr = pattern(24, 24, 0).insert_axis(Axis(0));
        let sr = imresize_u8(imresize_u8(hr.view(), Resize::Down(2)).view(), Resize::Up(2));
        let [hr, sr] = [hr, sr].map(|planes| planes.index_axis_move(Axis(0), 0).mapv(f64::from));
        assert!((ssim(hr.view(), sr.view(), 2).unwrap() - 0.125598618249).abs() < 1e-9);
    }

    #[test]
    fn equal_planes_have_similarity_one() {
        let (ramp, _) = ramp_and_disturbed();
        assert!((ssim(ramp.view(), ramp.view(), 0).unwrap() - 1.0).abs() < 1e-12);
    }

    #[test]
    fn planes_smaller_than_a_window_are_refused() {
        let plane = Array2::zeros((14, 30));
        assert_eq!(ssim(plane.view(), plane.view(), 2), Err(CompareError::TooSmall { found: (14, 30), needed: 15 }));
    }
}
