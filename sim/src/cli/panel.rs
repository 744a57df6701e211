//! LR, bicubic, SR and HR side by side in one picture.

use bsr_model::protocol::Picture;
use ndarray::{Array3, ArrayView3, s};

/// White pixels around each picture.
const GAP: usize = 6;
/// Picture pixels a pixel of a letter.
const DOT: usize = 2;
/// Height of a line of text.
const LINE: usize = 5 * DOT;

/// Letters of the labels, 3 x 5, a row a digit, the left column the highest bit.
const LETTERS: [(char, [u8; 5]); 8] = [
    ('B', [6, 5, 6, 5, 6]),
    ('C', [3, 4, 4, 4, 3]),
    ('H', [5, 5, 7, 5, 5]),
    ('I', [7, 2, 2, 2, 7]),
    ('L', [4, 4, 4, 4, 7]),
    ('R', [6, 5, 6, 5, 5]),
    ('S', [3, 4, 2, 1, 6]),
    ('U', [5, 5, 5, 5, 7]),
];

/// Puts labelled pictures of one size in a row; grey ones become RGB.
pub(crate) fn side_by_side(pictures: &[(&str, &Picture)]) -> Picture {
    let (height, width) = pictures.first().map_or((0, 0), |(_, picture)| (picture.height(), picture.width()));
    let size = (3, height + LINE + 3 * GAP, pictures.len() * (width + GAP) + GAP);
    let mut panel = Array3::from_elem(size, u8::MAX);
    for (index, (label, picture)) in pictures.iter().enumerate() {
        let left = GAP + index * (width + GAP);
        write(&mut panel, label, left);
        let top = LINE + 2 * GAP;
        panel.slice_mut(s![.., top..top + height, left..left + width]).assign(&rgb(picture));
    }
    Picture::try_from(panel).expect("a panel has three channels")
}

/// Each pixel `scale` times each way.
pub(crate) fn nearest(picture: &Picture, scale: usize) -> Picture {
    let (channels, height, width) = picture.pixels().dim();
    let enlarged = Array3::from_shape_fn((channels, height * scale, width * scale), |(channel, row, column)| {
        picture.pixels()[[channel, row / scale, column / scale]]
    });
    Picture::try_from(enlarged).expect("enlarging keeps the number of channels")
}

/// The three channels, of which a grey picture has only the first.
fn rgb(picture: &Picture) -> ArrayView3<'_, u8> {
    let size = (3, picture.height(), picture.width());
    picture.pixels().broadcast(size).expect("a picture has one channel or three")
}

fn write(panel: &mut Array3<u8>, text: &str, left: usize) {
    for (index, char) in text.chars().enumerate() {
        let Some((_, rows)) = LETTERS.iter().find(|(letter, _)| *letter == char) else { continue };
        for (row, column) in (0..LINE).flat_map(|row| (0..3 * DOT).map(move |column| (row, column))) {
            let x = left + index * 4 * DOT + column;
            if rows[row / DOT] >> (2 - column / DOT) & 1 == 1 && x < panel.dim().2 {
                panel.slice_mut(s![.., GAP + row, x]).fill(0);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::Array2;

    #[test]
    fn pictures_stand_beside_each_other_unchanged() {
        let (black, grey) = (Picture::grey(Array2::zeros((4, 5))), Picture::grey(Array2::from_elem((4, 5), 9)));
        let panel = side_by_side(&[("LR", &black), ("SR", &grey)]);
        assert_eq!((panel.height(), panel.width()), (4 + LINE + 3 * GAP, 2 * 5 + 3 * GAP));
        let top = LINE + 2 * GAP;
        for (left, value) in [(GAP, 0), (2 * GAP + 5, 9)] {
            assert!(panel.pixels().slice(s![.., top..top + 4, left..left + 5]).iter().all(|&pixel| pixel == value));
        }
    }

    #[test]
    fn nearest_repeats_each_pixel() {
        let picture = Picture::grey(ndarray::arr2(&[[1, 2]]));
        assert_eq!(nearest(&picture, 2).plane(0), ndarray::arr2(&[[1, 1, 2, 2], [1, 1, 2, 2]]));
    }
}
