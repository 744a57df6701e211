//! One picture under the protocol: its LR, what a network reads, and the score of what it writes.

use ndarray::{Array2, ArrayView2};

use super::{CompareError, Picture, Resize, imresize, imresize_u8, luma, luma_u8, modcrop, psnr, round_u8, ssim};

/// Name of the variant of network rows: LR is the u8 RGB picture resized, and Y is taken from LR.
pub const NETWORKS: &str =
    "networks (LR is the u8 RGB picture by imresize, Y of that; SR rounded to u8, HR Y unrounded)";

/// Name of the variant of bicubic rows: rounded Y of HR resized in floating point, both ways.
pub const CLASSIC: &str = "classic (rounded HR Y by imresize in f64, down and up; SR rounded to u8)";

/// An HR picture cropped to the scale, and its LR picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    hr: Picture,
    lr: Picture,
    scale: usize,
}

/// PSNR and SSIM on Y.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Score {
    /// dB.
    pub psnr: f64,
    /// At most 1.
    pub ssim: f64,
}

/// Why a picture gives no sample.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SampleError {
    /// No scale to reduce by.
    #[error("the scale is 0, expected at least 1")]
    NoScale,
    /// Smaller than one LR pixel.
    #[error("{height} x {width} (rows, columns) is smaller than one pixel at scale {scale}")]
    TooSmall {
        /// Rows of the picture.
        height: usize,
        /// Columns of the picture.
        width: usize,
        /// HR pixels an LR pixel.
        scale: usize,
    },
}

impl Sample {
    /// Crops `hr` to a multiple of `scale` and makes its LR picture (variant [`NETWORKS`]).
    ///
    /// # Errors
    /// [`SampleError`] if not even one LR pixel results.
    pub fn new(hr: &Picture, scale: usize) -> Result<Self, SampleError> {
        if scale == 0 {
            return Err(SampleError::NoScale);
        }
        let (height, width) = (hr.height(), hr.width());
        if height < scale || width < scale {
            return Err(SampleError::TooSmall { height, width, scale });
        }
        let hr = modcrop(hr, scale);
        let lr = imresize_u8(hr.pixels().view(), Resize::Down(scale));
        let lr = Picture::try_from(lr).expect("resizing keeps the number of channels");
        Ok(Self { hr, lr, scale })
    }

    /// The cropped HR picture.
    pub fn hr(&self) -> &Picture {
        &self.hr
    }

    /// The LR picture.
    pub fn lr(&self) -> &Picture {
        &self.lr
    }

    /// HR pixels an LR pixel, each way.
    pub fn scale(&self) -> usize {
        self.scale
    }

    /// Y of LR, unrounded: what the papers' networks read.
    pub fn lr_luma(&self) -> Array2<f64> {
        luma(&self.lr)
    }

    /// Y of LR, rounded: what an integer network reads.
    pub fn lr_luma_u8(&self) -> Array2<u8> {
        luma_u8(&self.lr)
    }

    /// Scores a super-resolved Y, rounded to bytes first, against the unrounded Y of HR.
    ///
    /// # Errors
    /// [`CompareError`] if `sr` has not the size of HR, or HR is too small for a window of SSIM.
    pub fn score(&self, sr: ArrayView2<f64>) -> Result<Score, CompareError> {
        compare(&sr.mapv(|value| f64::from(round_u8(value))), &luma(&self.hr), self.scale)
    }

    /// Scores bicubic interpolation by the variant [`CLASSIC`].
    ///
    /// # Errors
    /// [`CompareError`] if HR is too small for a window of SSIM.
    pub fn score_bicubic_classic(&self) -> Result<Score, CompareError> {
        let hr = luma_u8(&self.hr).mapv(f64::from);
        let lr = imresize(hr.view(), Resize::Down(self.scale));
        let sr = imresize(lr.view(), Resize::Up(self.scale)).mapv(|value| f64::from(round_u8(value)));
        compare(&sr, &hr, self.scale)
    }

    /// The LR picture enlarged by bicubic interpolation, in u8.
    pub fn bicubic(&self) -> Picture {
        let sr = imresize_u8(self.lr.pixels().view(), Resize::Up(self.scale));
        Picture::try_from(sr).expect("resizing keeps the number of channels")
    }
}

fn compare(sr: &Array2<f64>, hr: &Array2<f64>, scale: usize) -> Result<Score, CompareError> {
    Ok(Score { psnr: psnr(sr.view(), hr.view(), scale)?, ssim: ssim(sr.view(), hr.view(), scale)? })
}

#[cfg(test)]
mod tests {
    use ndarray::{Array3, Axis, stack};

    use super::*;
    use crate::protocol::colour::tests::pattern;

    fn smooth(rows: usize, columns: usize) -> Picture {
        let level =
            |c: usize, y: usize, x: usize| 128.0 + 90.0 * ((x + 2 * c) as f64 / 3.0).sin() * (y as f64 / 4.0).cos();
        Picture::try_from(Array3::from_shape_fn((3, rows, columns), |(c, y, x)| round_u8(level(c, y, x)))).unwrap()
    }

    #[test]
    fn lr_is_the_cropped_picture_reduced() {
        let sample = Sample::new(&smooth(33, 41), 4).unwrap();
        assert_eq!((sample.hr().height(), sample.hr().width()), (32, 40));
        assert_eq!((sample.lr().height(), sample.lr().width()), (8, 10));
        assert_eq!(sample.lr_luma().mapv(round_u8), sample.lr_luma_u8());
    }

    #[test]
    fn perfect_sr_is_limited_only_by_its_rounding() {
        let sample = Sample::new(&smooth(32, 40), 2).unwrap();
        let score = sample.score(luma(sample.hr()).view()).unwrap();
        assert!(score.psnr > 58.0 && score.psnr.is_finite());
        assert!(score.ssim > 0.99);
    }

    #[test]
    fn classic_and_network_bicubic_are_two_figures() {
        let sample = Sample::new(&smooth(32, 40), 2).unwrap();
        let classic = sample.score_bicubic_classic().unwrap();
        let networks = sample.score(luma(&sample.bicubic()).view()).unwrap();
        assert!((classic.psnr - networks.psnr).abs() > 1e-3);
        assert!((classic.psnr - networks.psnr).abs() < 1.0);
    }

    #[test]
    fn sr_of_the_wrong_size_is_refused() {
        let sample = Sample::new(&Picture::grey(pattern(32, 32, 0)), 2).unwrap();
        let sr = Array2::zeros((32, 30));
        assert_eq!(sample.score(sr.view()), Err(CompareError::Sizes { left: (32, 30), right: (32, 32) }));
    }

    #[test]
    fn a_picture_below_one_lr_pixel_is_refused() {
        let planes = stack(Axis(0), &[pattern(2, 9, 0).view()]).unwrap();
        let picture = Picture::try_from(planes).unwrap();
        assert_eq!(Sample::new(&picture, 3), Err(SampleError::TooSmall { height: 2, width: 9, scale: 3 }));
    }
}
