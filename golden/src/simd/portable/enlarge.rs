//! Enlarging a picture: along the rows, then along the columns, rounded once at the end.

use bsr_model::integer::{Enlarge, mirrored};
use ndarray::ArrayView3;

use super::grid::Grid;

/// The enlarged picture without a margin, in units of `2^-pixel_shift` grey levels.
pub(super) fn enlarge(lr: ArrayView3<u8>, enlarge: &Enlarge, pixel_shift: u32) -> Grid<i32> {
    let (channels, height, width) = lr.dim();
    let s = enlarge.scale;
    let read = |at: usize, tap: usize, size: usize| mirrored((at / s + tap).cast_signed() - 2, size);
    let mut wide = Grid::<i32>::new(channels, (height, width * s), 0);
    for (y, x) in (0..height).flat_map(|y| (0..width * s).map(move |x| (y, x))) {
        for (tap, &weight) in enlarge.weight[x % s].iter().enumerate() {
            let column = read(x, tap, width);
            let sums = wide.pixel_mut(y, x).iter_mut().enumerate();
            sums.for_each(|(c, sum)| *sum += weight * i32::from(lr[[c, y, column]]));
        }
    }
    let shift = 2 * Enlarge::WEIGHT_BITS - pixel_shift;
    let mut large = Grid::new(channels, (height * s, width * s), 0);
    let mut sums = vec![0i64; channels];
    for (y, x) in (0..height * s).flat_map(|y| (0..width * s).map(move |x| (y, x))) {
        sums.fill(1 << (shift - 1));
        for (tap, &weight) in enlarge.weight[y % s].iter().enumerate() {
            let values = wide.pixel(read(y, tap, height), x);
            sums.iter_mut().zip(values).for_each(|(sum, &value)| *sum += i64::from(weight) * i64::from(value));
        }
        let pixel = large.pixel_mut(y, x).iter_mut().zip(&sums);
        pixel.for_each(|(e, sum)| *e = (sum >> shift).clamp(0, 255 << pixel_shift) as i32);
    }
    large
}
