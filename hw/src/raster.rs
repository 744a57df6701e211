//! Pictures as an engine reads and writes them: rows of bytes, those of a pixel's colours together.

use ndarray::{Array2, Array3, ArrayView2, ArrayView3};

/// `[colour][row][column]` as `[row][colours * column + colour]`.
pub fn raster(planes: ArrayView3<u8>) -> Array2<u8> {
    let (colours, height, width) = planes.dim();
    Array2::from_shape_fn((height, colours * width), |(row, byte)| planes[[byte % colours, row, byte / colours]])
}

/// The picture of so many colours whose raster this is, `[colour][row][column]`; bytes beyond the last whole pixel of a row
/// are left out.
pub fn planes(raster: ArrayView2<u8>, colours: usize) -> Array3<u8> {
    let (height, bytes) = raster.dim();
    let size = (colours, height, bytes / colours);
    Array3::from_shape_fn(size, |(colour, row, column)| raster[[row, colours * column + colour]])
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::arr3;

    #[test]
    fn red_green_and_blue_of_a_pixel_follow_one_another() {
        let picture = arr3(&[[[1, 2], [3, 4]], [[11, 12], [13, 14]], [[21, 22], [23, 24]]]);
        let bytes = raster(picture.view());
        assert_eq!(bytes.row(0).to_vec(), [1, 11, 21, 2, 12, 22]);
        assert_eq!(planes(bytes.view(), 3), picture);
    }
}
