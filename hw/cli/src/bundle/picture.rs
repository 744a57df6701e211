//! The small picture of the vectors.

use ndarray::Array3;

/// Columns, where the strip is as wide.
pub(super) const WIDTH: usize = 16;
/// Rows.
pub(super) const HEIGHT: usize = 10;

/// A bright disc with a sharp edge on a slanted ramp, over a fine grid: flat parts, edges, texture, both extremes. The
/// colours are mirrored against each other. `[colour][row][column]`.
pub(super) fn draw(colours: usize, width: usize, height: usize) -> Array3<u8> {
    Array3::from_shape_fn((colours, height, width), |(colour, y, x)| {
        let (x, y) = (if colour == 1 { width - 1 - x } else { x }, if colour == 2 { height - 1 - y } else { y });
        let (right, down) = (2 * x as i64 - width as i64, 2 * y as i64 - height as i64);
        let ramp = 24 + 9 * x as i64 + 5 * y as i64;
        let grid = if (x + 2 * y) % 5 == 0 { 40 } else { 0 };
        let disc = if right * right + down * down < 60 { 255 - ramp / 4 } else { ramp - grid };
        disc.clamp(0, 255) as u8
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_picture_has_edges_and_a_wide_range() {
        let picture = draw(1, WIDTH, HEIGHT);
        let (low, high) = (picture.iter().min().unwrap(), picture.iter().max().unwrap());
        assert!(high - low > 180);
        assert!(picture.windows((1, 1, 2)).into_iter().any(|pair| pair[[0, 0, 0]].abs_diff(pair[[0, 0, 1]]) > 80));
    }
}
