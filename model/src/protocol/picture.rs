//! A picture in bytes.

use ndarray::{Array2, Array3, ArrayView2, Axis};

/// A grey (one channel) or RGB (three channels) picture, 8 bits a sample.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// `[channel][row][column]`.
    pixels: Array3<u8>,
}

/// An array whose number of channels is neither one nor three.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a picture has 1 or 3 channels, found {channels}")]
pub struct NotAPicture {
    /// Channels of the array.
    pub channels: usize,
}

impl Picture {
    /// A grey picture, `[row][column]`.
    pub fn grey(plane: Array2<u8>) -> Self {
        Self { pixels: plane.insert_axis(Axis(0)) }
    }

    /// Samples, `[channel][row][column]`.
    pub fn pixels(&self) -> &Array3<u8> {
        &self.pixels
    }

    /// 1 (grey) or 3 (RGB).
    pub fn channels(&self) -> usize {
        self.pixels.dim().0
    }

    /// Rows.
    pub fn height(&self) -> usize {
        self.pixels.dim().1
    }

    /// Columns.
    pub fn width(&self) -> usize {
        self.pixels.dim().2
    }

    /// One channel, `[row][column]`.
    ///
    /// # Panics
    /// If there is no such channel.
    pub fn plane(&self, channel: usize) -> ArrayView2<'_, u8> {
        self.pixels.index_axis(Axis(0), channel)
    }

    /// The planes R, G and B; `None` for a grey picture.
    pub fn rgb(&self) -> Option<[ArrayView2<'_, u8>; 3]> {
        (self.channels() == 3).then(|| [0, 1, 2].map(|channel| self.plane(channel)))
    }
}

impl TryFrom<Array3<u8>> for Picture {
    type Error = NotAPicture;

    /// Wraps `[channel][row][column]`.
    fn try_from(pixels: Array3<u8>) -> Result<Self, NotAPicture> {
        match pixels.dim().0 {
            1 | 3 => Ok(Self { pixels }),
            channels => Err(NotAPicture { channels }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_channels_are_no_picture() {
        assert_eq!(Picture::try_from(Array3::zeros((2, 1, 1))), Err(NotAPicture { channels: 2 }));
    }

    #[test]
    fn only_a_colour_picture_has_rgb_planes() {
        assert!(Picture::grey(Array2::zeros((1, 1))).rgb().is_none());
        let colour = Picture::try_from(ndarray::arr3(&[[[1]], [[2]], [[3]]])).unwrap();
        assert_eq!(colour.rgb().unwrap().map(|plane| plane[[0, 0]]), [1, 2, 3]);
    }
}
