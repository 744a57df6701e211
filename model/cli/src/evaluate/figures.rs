//! The figures of one picture, and their mean.

use bsr_model::protocol::{CompareError, Sample, Score};
use ndarray::Array2;

/// Super-resolved Y of one picture by each network.
pub(crate) struct SuperResolved {
    /// By the floating-point network, of the unrounded Y.
    pub(crate) float: Option<Array2<f64>>,
    /// By the floating-point network, of the u8 Y.
    pub(crate) float_u8: Option<Array2<f64>>,
    /// By the integer network, of the u8 Y.
    pub(crate) int: Array2<f64>,
}

/// Scores of one picture.
pub(crate) struct Figures {
    pub(crate) bicubic: Score,
    pub(crate) float: Option<Score>,
    pub(crate) float_u8: Option<Score>,
    pub(crate) int: Score,
}

impl Figures {
    pub(crate) fn new(sample: &Sample, sr: &SuperResolved) -> Result<Self, CompareError> {
        let score = |plane: &Option<Array2<f64>>| plane.as_ref().map(|plane| sample.score(plane.view())).transpose();
        Ok(Self {
            bicubic: sample.score_bicubic_classic()?,
            float: score(&sr.float)?,
            float_u8: score(&sr.float_u8)?,
            int: sample.score(sr.int.view())?,
        })
    }
}

/// The mean score, each picture counting once.
pub(crate) fn mean(scores: impl Iterator<Item = Score> + Clone) -> Score {
    let count = scores.clone().count() as f64;
    let average = |figure: fn(Score) -> f64| scores.clone().map(figure).sum::<f64>() / count;
    Score { psnr: average(|score| score.psnr), ssim: average(|score| score.ssim) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_picture_counts_once() {
        let scores = [Score { psnr: 30.0, ssim: 0.5 }, Score { psnr: 40.0, ssim: 1.0 }];
        assert_eq!(mean(scores.into_iter()), Score { psnr: 35.0, ssim: 0.75 });
    }
}
