//! BT.601 luma and colour in the studio range, and the colour of a super-resolved picture.
//!
//! ```text
//! Y  = 16 + (65.481 R + 128.553 G + 24.966 B) / 255     16..=235
//! Cb = 128 + (112 / 0.886) (B - L) / 255                L = 0.299 R + 0.587 G + 0.114 B = 255 (Y - 16) / 219
//! Cr = 128 + (112 / 0.701) (R - L) / 255
//! ```
//!
//! Everything here is f64; where a byte is wanted there is one rounding, `floor(v + 1/2)`.

use ndarray::{Array2, Array3, ArrayView2, Zip, stack};

use super::{Picture, Resize, imresize};

const RED: f64 = 0.299;
const GREEN: f64 = 0.587;
const BLUE: f64 = 0.114;
/// Grey levels of R, G or B that one level of `Y` spans.
const LUMA_SPAN: f64 = 255.0 / 219.0;
/// Grey levels of `B - L` that one level of `Cb` spans.
const CB_SPAN: f64 = 255.0 * (1.0 - BLUE) / 112.0;
/// Grey levels of `R - L` that one level of `Cr` spans.
const CR_SPAN: f64 = 255.0 * (1.0 - RED) / 112.0;

/// `floor(v + 1/2)`, clamped to a byte.
pub fn round_u8(value: f64) -> u8 {
    (value + 0.5).floor().clamp(0.0, 255.0) as u8
}

/// Y, unrounded; a grey picture is Y unchanged.
pub fn luma(picture: &Picture) -> Array2<f64> {
    match picture.rgb() {
        None => picture.plane(0).mapv(f64::from),
        Some([r, g, b]) => Zip::from(r).and(g).and(b).map_collect(|&r, &g, &b| {
            16.0 + (65.481 * f64::from(r) + 128.553 * f64::from(g) + 24.966 * f64::from(b)) / 255.0
        }),
    }
}

/// `floor(Y + 1/2)`; a grey picture is Y unchanged. This is what a Y network reads.
pub fn luma_u8(picture: &Picture) -> Array2<u8> {
    luma(picture).mapv(round_u8)
}

/// The super-resolved picture: Y from the network, chroma of `lr` enlarged by [`imresize`].
///
/// A grey `lr` gives a grey picture. `None` if `sr_luma` is not `scale` times the size of `lr`.
pub fn with_bicubic_chroma(lr: &Picture, sr_luma: ArrayView2<u8>, scale: usize) -> Option<Picture> {
    if sr_luma.dim() != (lr.height() * scale, lr.width() * scale) {
        return None;
    }
    let Some([cb, cr]) = chroma(lr) else {
        return Some(Picture::grey(sr_luma.to_owned()));
    };
    let cb = imresize(cb.view(), Resize::Up(scale));
    let cr = imresize(cr.view(), Resize::Up(scale));
    Some(to_rgb(sr_luma, &cb, &cr))
}

/// Cb and Cr of a colour picture, unrounded.
fn chroma(picture: &Picture) -> Option<[Array2<f64>; 2]> {
    let [r, g, b] = picture.rgb()?;
    let full_range = Zip::from(r)
        .and(g)
        .and(b)
        .map_collect(|&r, &g, &b| RED * f64::from(r) + GREEN * f64::from(g) + BLUE * f64::from(b));
    let cb = Zip::from(b).and(&full_range).map_collect(|&b, &l| 128.0 + (f64::from(b) - l) / CB_SPAN);
    let cr = Zip::from(r).and(&full_range).map_collect(|&r, &l| 128.0 + (f64::from(r) - l) / CR_SPAN);
    Some([cb, cr])
}

fn to_rgb(luma: ArrayView2<u8>, cb: &Array2<f64>, cr: &Array2<f64>) -> Picture {
    let full_range = luma.mapv(|y| (f64::from(y) - 16.0) * LUMA_SPAN);
    let r = Zip::from(&full_range).and(cr).map_collect(|&l, &cr| l + (cr - 128.0) * CR_SPAN);
    let b = Zip::from(&full_range).and(cb).map_collect(|&l, &cb| l + (cb - 128.0) * CB_SPAN);
    let g = Zip::from(&full_range).and(&r).and(&b).map_collect(|&l, &r, &b| (l - RED * r - BLUE * b) / GREEN);
    let planes: Array3<f64> =
        stack(ndarray::Axis(0), &[r.view(), g.view(), b.view()]).expect("the three planes have the shape of the luma");
    Picture::try_from(planes.mapv(round_u8)).expect("three planes make a picture")
}

#[cfg(test)]
pub(super) mod tests {
    use ndarray::Axis;

    use super::*;

    /// Deterministic detail in every byte value.
    pub(in crate::protocol) fn pattern(rows: usize, columns: usize, seed: usize) -> Array2<u8> {
        Array2::from_shape_fn((rows, columns), |(y, x)| ((x * x * 3 + y * 7 * x + y * y * 5 + seed * 31) % 256) as u8)
    }

    fn colour(rows: usize, columns: usize) -> Picture {
        let planes: Vec<_> = (0..3).map(|seed| pattern(rows, columns, seed)).collect();
        let views: Vec<_> = planes.iter().map(|plane| plane.view()).collect();
        Picture::try_from(stack(Axis(0), &views).unwrap()).unwrap()
    }

    #[test]
    fn luma_equals_the_reference() {
        let expected = [37.69817647058824, 40.27464705882353, 41.992294117647056, 50.58052941176471];
        for (found, expected) in luma(&colour(2, 2)).iter().zip(expected) {
            assert!((found - expected).abs() < 1e-12);
        }
        assert_eq!(luma_u8(&colour(2, 2)).as_slice().unwrap(), [38, 40, 42, 51]);
    }

    #[test]
    fn luma_spans_the_studio_range() {
        for (level, expected) in [(0, 16.0), (255, 235.0)] {
            let picture = Picture::try_from(Array3::from_elem((3, 1, 1), level)).unwrap();
            assert!((luma(&picture)[[0, 0]] - expected).abs() < 1e-12);
        }
    }

    #[test]
    fn a_grey_picture_is_its_own_luma() {
        let picture = Picture::grey(pattern(3, 5, 0));
        assert_eq!(luma_u8(&picture), pattern(3, 5, 0));
    }

    #[test]
    fn rounding_is_half_up_and_clamped() {
        assert_eq!([-3.0, 0.49, 0.5, 254.5, 300.0].map(round_u8), [0, 0, 1, 255, 255]);
    }

    #[test]
    fn at_scale_one_only_the_rounding_of_luma_changes_a_colour() {
        let picture = colour(9, 7);
        let back = with_bicubic_chroma(&picture, luma_u8(&picture).view(), 1).unwrap();
        let worst = Zip::from(picture.pixels()).and(back.pixels()).fold(0, |worst, &a, &b| worst.max(a.abs_diff(b)));
        assert_eq!(worst, 1);
    }

    #[test]
    fn a_primary_has_the_published_chroma() {
        let red = Picture::try_from(ndarray::arr3(&[[[255]], [[0]], [[0]]])).unwrap();
        let [cb, cr] = chroma(&red).unwrap();
        assert!((cb[[0, 0]] - (128.0 - 37.797)).abs() < 1e-3);
        assert!((cr[[0, 0]] - 240.0).abs() < 1e-9);
    }

    #[test]
    fn a_grey_lr_gives_a_grey_sr() {
        let sr = pattern(4, 6, 1);
        let picture = with_bicubic_chroma(&Picture::grey(pattern(2, 3, 0)), sr.view(), 2).unwrap();
        assert_eq!(picture, Picture::grey(sr));
    }

    #[test]
    fn luma_of_another_size_is_refused() {
        assert_eq!(with_bicubic_chroma(&colour(2, 2), pattern(4, 5, 0).view(), 2), None);
    }
}
