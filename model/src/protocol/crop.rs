//! Cropping: to a multiple of the scale, and off the border before a comparison.

use ndarray::{ArrayView2, s};

use super::Picture;

/// Crops the right and the bottom so that both sides are multiples of `scale`.
///
/// A side shorter than `scale` becomes 0.
///
/// # Panics
/// If `scale` is 0.
pub fn modcrop(picture: &Picture, scale: usize) -> Picture {
    let height = picture.height() - picture.height() % scale;
    let width = picture.width() - picture.width() % scale;
    Picture::try_from(picture.pixels().slice(s![.., ..height, ..width]).to_owned())
        .expect("a crop keeps the number of channels")
}

/// The plane without a border of `shave` pixels; `None` if nothing is left.
pub(super) fn shave(plane: ArrayView2<f64>, shave: usize) -> Option<ArrayView2<f64>> {
    let (height, width) = plane.dim();
    let (bottom, right) = (height.checked_sub(shave)?, width.checked_sub(shave)?);
    (bottom > shave && right > shave).then(|| plane.slice_move(s![shave..bottom, shave..right]))
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use super::*;

    #[test]
    fn modcrop_drops_the_remainder_at_the_right_and_the_bottom() {
        let picture = Picture::grey(Array2::from_shape_fn((5, 7), |(y, x)| (10 * y + x) as u8));
        let cropped = modcrop(&picture, 3);
        assert_eq!((cropped.height(), cropped.width()), (3, 6));
        assert_eq!(cropped.plane(0)[[2, 5]], 25);
    }

    #[test]
    fn shave_keeps_the_middle() {
        let plane = Array2::from_shape_fn((5, 6), |(y, x)| (10 * y + x) as f64);
        assert_eq!(shave(plane.view(), 2).unwrap(), ndarray::aview2(&[[22.0, 23.0]]));
        assert_eq!(shave(plane.view(), 3), None);
    }
}
