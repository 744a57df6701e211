//! Affine maps folded into one scale and one offset a channel, in f64.

use super::{
    ImportError,
    import::Import,
    plan::{Norm, Step},
};

/// `y_c = scale_c * dot_c + offset_c`.
pub(super) struct Folded {
    pub(super) scale: Vec<f64>,
    pub(super) offset: Vec<f64>,
}

impl Folded {
    /// The identity, of so many channels.
    pub(super) fn identity(channels: usize) -> Self {
        Self { scale: vec![1.0; channels], offset: vec![0.0; channels] }
    }

    /// `y + offset`; an empty offset is none, a single one is for all channels.
    pub(super) fn add(&mut self, offset: &[f32]) {
        if !offset.is_empty() {
            self.each(|c, scale, old| (scale, old + f64::from(offset[c % offset.len()])));
        }
    }

    /// `y * scale`; a single scale is for all channels.
    pub(super) fn multiply(&mut self, scale: &[f64]) {
        self.each(|c, old, offset| (old * scale[c % scale.len()], offset * scale[c % scale.len()]));
    }

    fn each(&mut self, step: impl Fn(usize, f64, f64) -> (f64, f64)) {
        for (c, (scale, offset)) in self.scale.iter_mut().zip(&mut self.offset).enumerate() {
            (*scale, *offset) = step(c, *scale, *offset);
        }
    }

    /// The steps in order; the convolution's `bias` comes where it stands, else after the leading scales.
    pub(super) fn steps(
        import: &mut Import,
        eps: f64,
        steps: &[Step],
        bias: &[f32],
        weight_mean: impl Fn(usize) -> f64,
        channels: usize,
    ) -> Result<Self, ImportError> {
        let mut folded = Self::identity(channels);
        let placed = steps.iter().any(|step| matches!(step, Step::Bias));
        let mut bias = Some(bias);
        for step in steps {
            if matches!(step, Step::Bias) || !placed && matches!(step, Step::Offset(_) | Step::Norm(_)) {
                folded.add(bias.take().unwrap_or_default());
            }
            match step {
                Step::Bias => {}
                Step::WeightMean => folded.multiply(&(0..channels).map(&weight_mean).collect::<Vec<_>>()),
                Step::Scale(need) => {
                    let scale: Vec<f64> = import.required(need)?.1.iter().map(|&v| v.into()).collect();
                    folded.multiply(&scale);
                }
                Step::Offset(need) => folded.add(import.required(need)?.1),
                Step::Norm(norm) => folded.norm(import, eps, norm)?,
            }
        }
        folded.add(bias.take().unwrap_or_default());
        Ok(folded)
    }

    /// `gamma * (y - mean) / sqrt(variance + eps) + beta`.
    pub(super) fn norm(&mut self, import: &mut Import, eps: f64, norm: &Norm) -> Result<(), ImportError> {
        let (_, gamma) = import.required(&norm.gamma)?;
        let (beta, mean) = (import.required(&norm.beta)?.1, import.required(&norm.mean)?.1);
        let (tensor, variance) = import.required(&norm.variance)?;
        if let Some((index, &value)) = variance.iter().enumerate().find(|(_, value)| **value < 0.0) {
            let expected = "a variance of at least 0";
            return Err(ImportError::Value { tensor: tensor.into(), index, value, expected });
        }
        self.each(|c, scale, offset| {
            let factor = f64::from(gamma[c]) / (f64::from(variance[c]) + eps).sqrt();
            (factor * scale, f64::from(beta[c]) + factor * (offset - f64::from(mean[c])))
        });
        Ok(())
    }

    /// Refuses what f32 does not hold, naming a tensor of the layer.
    pub(super) fn in_f32(self, tensor: &str) -> Result<(Vec<f32>, Vec<f32>), ImportError> {
        let narrow = |values: Vec<f64>| -> Result<Vec<f32>, ImportError> {
            let narrow: Vec<f32> = values.into_iter().map(|v| v as f32).collect();
            match narrow.iter().enumerate().find(|(_, v)| !v.is_finite()) {
                Some((index, &value)) => {
                    let expected = "a factor that stays in the range of f32 when folded";
                    Err(ImportError::Value { tensor: tensor.into(), index, value, expected })
                }
                None => Ok(narrow),
            }
        };
        Ok((narrow(self.scale)?, narrow(self.offset)?))
    }
}
