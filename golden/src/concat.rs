//! Concatenation: the channels of earlier outputs, one output after the other.

use ndarray::{Array3, ArrayView3};

/// `[c_0][y][x], [c_1][y][x], ..` into `[c_0 + c_1 + ..][y][x]`; there is at least one, and all have one size.
pub fn concat(parts: &[ArrayView3<i32>]) -> Array3<i32> {
    let (_, height, width) = parts[0].dim();
    let channels = parts.iter().map(|part| part.dim().0).sum();
    let mut whole = Array3::zeros((channels, height, width));
    let mut start = 0;
    for part in parts {
        for ((c, y, x), &value) in part.indexed_iter() {
            whole[[start + c, y, x]] = value;
        }
        start += part.dim().0;
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::arr3;

    #[test]
    fn channels_keep_their_order() {
        let (two, one) = (arr3(&[[[1, 2]], [[3, 4]]]), arr3(&[[[5, 6]]]));
        assert_eq!(concat(&[one.view(), two.view(), one.view()]), arr3(&[[[5, 6]], [[1, 2]], [[3, 4]], [[5, 6]]]));
    }
}
