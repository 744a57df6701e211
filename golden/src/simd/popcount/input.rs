//! Pixels as the head reads them: centred, with a margin of zeros, so that no tap has a border case.

use bsr_model::integer::InputFormat;
use ndarray::ArrayView3;

use super::{lanes::pair, map::Size};

/// Centred pixels of all colours, `[colour][row][column]`.
pub(super) struct Input {
    /// Columns, margins included, and one more: taps are read in pairs.
    stride: usize,
    rows: usize,
    cells: Vec<i16>,
}

impl Input {
    /// `in = (pixel << k) - mean_c`, which fits 16 bits, with a margin of `radius`.
    pub(super) fn new(lr: ArrayView3<u8>, format: &InputFormat, size: Size, radius: usize) -> Self {
        let (stride, rows) = (size.pitch() + 2 * radius + 1, size.height + 2 * radius);
        let mut cells = vec![0; lr.dim().0 * rows * stride];
        for ((colour, plane), mean) in lr.outer_iter().enumerate().zip(&format.mean) {
            let centred: [i16; 256] = std::array::from_fn(|pixel| {
                let value = ((pixel as i32) << format.pixel_shift) - mean;
                i16::try_from(value).expect("the largest input was checked to fit 16 bits")
            });
            for (y, row) in plane.outer_iter().enumerate() {
                let start = (colour * rows + radius + y) * stride + radius;
                for (cell, &pixel) in cells[start..start + size.width].iter_mut().zip(row) {
                    *cell = centred[usize::from(pixel)];
                }
            }
        }
        Self { stride, rows, cells }
    }

    /// Index of a tap, `(colour, ky, kx)`, of the pixel in row 0, column 0.
    pub(super) fn index(&self, (colour, ky, kx): (usize, usize, usize)) -> usize {
        (colour * self.rows + ky) * self.stride + kx
    }

    /// The pair at an index, for a pixel.
    pub(super) fn pair(&self, index: usize, y: usize, x: usize) -> i32 {
        let cells = &self.cells[index + y * self.stride + x..];
        pair(cells[0], cells[1])
    }
}
