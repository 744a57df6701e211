//! MATLAB's `imresize` with the bicubic kernel.
//!
//! An output sample `i` sits at `u = (i + 1/2) / r - 1/2` of the input, `r` the ratio, and is
//! `sum_j h(u - j) x_j / sum_j h(u - j)` with Keys' kernel (IEEE TASSP 1981), a = -1/2:
//!
//! ```text
//! cubic(t) = 3/2 |t|^3 - 5/2 |t|^2 + 1              |t| <= 1
//!          = -1/2 |t|^3 + 5/2 |t|^2 - 4 |t| + 2     |t| <= 2
//!          = 0                                      otherwise
//! ```
//!
//! `h = cubic` when enlarging and `h(t) = r cubic(r t)` when reducing (antialiasing). Outside the picture
//! the samples repeat in mirror order, the border sample twice. Columns are filtered before rows; between
//! the two and after them, u8 data is rounded half up and clamped.

use ndarray::{Array2, Array3, ArrayView2, ArrayView3, Axis, Zip};

use super::round_u8;

/// Ratio of the output's side to the input's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resize {
    /// Enlarge by this factor, at least 1.
    Up(usize),
    /// Reduce by this factor, at least 1; a remainder makes one more sample.
    Down(usize),
}

impl Resize {
    fn length(self, input: usize) -> usize {
        match self {
            Resize::Up(factor) => input * factor,
            Resize::Down(factor) => input.div_ceil(factor),
        }
    }

    fn ratio(self) -> f64 {
        match self {
            Resize::Up(factor) => factor as f64,
            Resize::Down(factor) => 1.0 / factor as f64,
        }
    }
}

/// Resizes a plane in floating point; nothing is rounded or clamped.
pub fn imresize(plane: ArrayView2<f64>, resize: Resize) -> Array2<f64> {
    let columns_done = filter(plane, Axis(0), resize);
    filter(columns_done.view(), Axis(1), resize)
}

/// Resizes every plane of a u8 picture, `[channel][row][column]`.
pub fn imresize_u8(picture: ArrayView3<u8>, resize: Resize) -> Array3<u8> {
    let (channels, rows, columns) = picture.dim();
    let mut output = Array3::zeros((channels, resize.length(rows), resize.length(columns)));
    for (from, mut to) in picture.outer_iter().zip(output.outer_iter_mut()) {
        let columns_done = filter(from.mapv(f64::from).view(), Axis(0), resize);
        let rounded = columns_done.mapv(|value| f64::from(round_u8(value)));
        let both_done = filter(rounded.view(), Axis(1), resize);
        Zip::from(&mut to).and(&both_done).for_each(|to, &value| *to = round_u8(value));
    }
    output
}

/// Resizes along one axis.
fn filter(plane: ArrayView2<f64>, axis: Axis, resize: Resize) -> Array2<f64> {
    let length = plane.len_of(axis);
    let mut shape = plane.raw_dim();
    shape[axis.index()] = resize.length(length);
    let mut output = Array2::zeros(shape);
    for (index, mut lane) in output.axis_iter_mut(axis).enumerate() {
        for tap in taps(index, length, resize) {
            lane.scaled_add(tap.weight, &plane.index_axis(axis, tap.source));
        }
    }
    output
}

struct Tap {
    source: usize,
    weight: f64,
}

/// The input samples that make output sample `index`, and their weights, which sum to 1.
fn taps(index: usize, length: usize, resize: Resize) -> Vec<Tap> {
    let ratio = resize.ratio();
    let stretch = ratio.min(1.0);
    let centre = (index as f64 + 0.5) / ratio - 0.5;
    let reach = 2.0 / stretch;
    let first = (centre - reach).floor() as i64;
    let last = (centre + reach).ceil() as i64;
    let mut taps: Vec<Tap> = (first..=last)
        .map(|j| Tap { source: mirror(j, length), weight: cubic(stretch * (centre - j as f64)) })
        .filter(|tap| tap.weight != 0.0)
        .collect();
    let sum: f64 = taps.iter().map(|tap| tap.weight).sum();
    for tap in &mut taps {
        tap.weight /= sum;
    }
    taps
}

/// Index of a sample beyond the ends: `.. 1 0 | 0 1 .. n-1 | n-1 n-2 ..`, with period `2n`.
fn mirror(j: i64, length: usize) -> usize {
    let period = 2 * length as i64;
    let j = j.rem_euclid(period);
    j.min(period - 1 - j) as usize
}

fn cubic(t: f64) -> f64 {
    let t = t.abs();
    if t <= 1.0 {
        (1.5 * t - 2.5) * t * t + 1.0
    } else if t <= 2.0 {
        ((-0.5 * t + 2.5) * t - 4.0) * t + 2.0
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use ndarray::{array, aview2};

    use super::*;
    use crate::protocol::colour::tests::pattern;

    fn resized_u8(rows: usize, columns: usize, resize: Resize) -> Array2<u8> {
        imresize_u8(pattern(rows, columns, 0).insert_axis(Axis(0)).view(), resize).index_axis_move(Axis(0), 0)
    }

    fn assert_close(left: &Array2<f64>, right: &Array2<f64>, tolerance: f64) {
        assert_eq!(left.dim(), right.dim());
        let worst = (left - right).iter().fold(0.0, |worst: f64, difference| worst.max(difference.abs()));
        assert!(worst <= tolerance, "worst difference {worst}");
    }

    #[test]
    fn u8_halving_rounds_after_each_pass() {
        let expected = array![[4, 28, 80, 149], [40, 103, 167, 98], [126, 137, 116, 99]];
        assert_eq!(resized_u8(6, 8, Resize::Down(2)), expected);
    }

    #[test]
    fn u8_reduction_by_three_and_four_equals_the_reference() {
        assert_eq!(resized_u8(6, 9, Resize::Down(3)), array![[16, 89, 154], [112, 132, 115]]);
        assert_eq!(resized_u8(8, 8, Resize::Down(4)), array![[44, 120], [137, 122]]);
    }

    #[test]
    fn u8_doubling_equals_the_reference() {
        let expected =
            array![[0, 0, 1, 4, 8, 11], [1, 2, 3, 8, 14, 17], [3, 6, 10, 16, 24, 28], [4, 7, 13, 20, 30, 35]];
        assert_eq!(resized_u8(2, 3, Resize::Up(2)), expected);
    }

    #[test]
    fn floating_point_halving_is_not_rounded() {
        let expected = array![
            [3.8188323974609375, 27.867446899414062, 80.28489685058594, 148.56788635253906],
            [40.154296875, 102.943359375, 167.517578125, 98.197265625],
            [125.81788635253906, 137.17942810058594, 115.89479064941406, 98.75633239746094],
        ];
        assert_close(&imresize(pattern(6, 8, 0).mapv(f64::from).view(), Resize::Down(2)), &expected, 1e-12);
    }

    #[test]
    fn floating_point_tripling_overshoots_without_a_clamp() {
        let tripled = imresize(pattern(2, 2, 0).mapv(f64::from).view(), Resize::Up(3));
        let first_two_rows = array![
            [-0.802469136, -0.555555556, 0.102880658, 1.008230453, 1.666666667, 1.913580247],
            [-0.333333333, 0.0, 0.888888889, 2.111111111, 3.0, 3.333333333],
        ];
        assert_close(&tripled.slice(ndarray::s![..2, ..]).to_owned(), &first_two_rows, 1e-9);
    }

    #[test]
    fn a_length_that_is_no_multiple_keeps_its_remainder() {
        assert_eq!(resized_u8(5, 7, Resize::Down(2)).dim(), (3, 4));
    }

    #[test]
    fn a_single_pixel_fills_every_size() {
        for resize in [Resize::Up(4), Resize::Down(4)] {
            let output = imresize(aview2(&[[93.0]]), resize);
            assert!(output.iter().all(|&value| (value - 93.0).abs() < 1e-12));
        }
    }

    #[test]
    fn samples_beyond_the_border_repeat_in_mirror_order() {
        let sources: Vec<usize> = (-4..8).map(|j| mirror(j, 3)).collect();
        assert_eq!(sources, [2, 2, 1, 0, 0, 1, 2, 2, 1, 0, 0, 1]);
    }
}
