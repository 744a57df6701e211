//! Import of a binary stage.

use ndarray::{ArrayView4, Axis};

use super::{
    ImportError, ImportWarning,
    fold::Folded,
    import::{Import, activation},
    plan::{self, Factor},
};
use crate::{
    description::{Description, PlacedBinaryConv, Threshold},
    float::{FloatActivation, FloatBinaryConv, FloatBranch, FloatFactor, FloatOperand},
    integer::SignWeights,
};

impl<'a> Import<'a> {
    /// In grey levels: thresholds and offsets grow by the divisor, weights of the factors shrink by it, and a scale
    /// grows where it multiplies signs.
    pub(super) fn binary_conv(
        &mut self,
        description: &Description,
        position: usize,
        placed: &PlacedBinaryConv,
    ) -> Result<FloatBinaryConv, ImportError> {
        let divisor = description.divisor;
        let needs = plan::Stage::new(position, placed, 1.0);
        let (tensor, latent) = self.required(&needs.weight)?;
        let shape = (placed.output, placed.input, placed.kernel, placed.kernel);
        let latent = ArrayView4::from_shape(shape, latent).expect("the shape was checked");
        let weight = self.signs(tensor, latent);
        let bias = self.take(&needs.bias)?.map_or(&[][..], |(_, values)| values);
        let weight_mean = |oc: usize| {
            let weights = latent.index_axis(Axis(0), oc);
            weights.iter().map(|&w| f64::from(w).abs()).sum::<f64>() / weights.len() as f64
        };
        let mut folded = Folded::steps(self, description.bn_eps, &needs.affine, bias, weight_mean, placed.output)?;
        let of_signs = placed.threshold != Threshold::None;
        folded.scale.iter_mut().for_each(|v| *v *= if of_signs { divisor } else { 1.0 });
        folded.offset.iter_mut().for_each(|v| *v *= divisor);
        let (scale, offset) = folded.in_f32(tensor)?;
        let grey = |values: &[f32]| values.iter().map(|&v| (f64::from(v) * divisor) as f32).collect::<Vec<_>>();
        let operand = match (placed.threshold, &needs.threshold) {
            (Threshold::Channel, Some(need)) => FloatOperand::Sign(grey(self.required(need)?.1)),
            (Threshold::Shift, Some(need)) => {
                FloatOperand::Sign(grey(self.required(need)?.1).iter().map(|shift| -shift).collect())
            }
            (Threshold::Mean, _) => FloatOperand::Mean,
            (Threshold::Zero | Threshold::Channel | Threshold::Shift, _) => FloatOperand::Sign(vec![0.0; placed.input]),
            (Threshold::LocalMean(kernel), _) => FloatOperand::LocalMean(kernel),
            (Threshold::None, _) => FloatOperand::Stream,
        };
        let spatial = self.factor(divisor, needs.spatial.as_ref())?;
        let channel = self.factor(divisor, needs.channel.as_ref())?;
        let branch_activation = activation(self, placed.branch, needs.branch_slope.as_ref(), placed.output)?;
        let branch_offset = match &needs.branch_offset {
            Some(need) => Some(grey(&broadcast(self.required(need)?.1, placed.output))),
            None => None,
        };
        let branch = (branch_activation.is_some() || branch_offset.is_some()).then(|| FloatBranch {
            activation: branch_activation.unwrap_or(FloatActivation::LeakyRelu(1.0)),
            offset: branch_offset.unwrap_or_else(|| vec![0.0; placed.output]),
        });
        Ok(FloatBinaryConv {
            name: placed.name.clone(),
            weight,
            operand,
            scale,
            offset,
            spatial,
            channel,
            branch,
            skip: placed.skip.clone(),
            activation: activation(self, placed.activation, needs.slope.as_ref(), placed.output)?,
        })
    }

    fn signs(&mut self, tensor: &str, latent: ArrayView4<f32>) -> SignWeights {
        let count = latent.iter().filter(|&&w| w == 0.0).count();
        if count > 0 {
            self.warnings.push(ImportWarning::ZeroSigns { tensor: tensor.into(), count });
        }
        let (outputs, inputs, kernel, _) = latent.dim();
        SignWeights::from_fn(outputs, inputs, kernel, |oc, ic, ky, kx| latent[[oc, ic, ky, kx]] >= 0.0)
    }

    fn factor(&mut self, divisor: f64, needs: Option<&Factor>) -> Result<Option<FloatFactor>, ImportError> {
        let Some(needs) = needs else { return Ok(None) };
        let weight = self.required(&needs.weight)?.1.iter().map(|&w| (f64::from(w) / divisor) as f32).collect();
        let bias = self.take(&needs.bias)?.map_or(0.0, |(_, values)| values[0]);
        Ok(Some(FloatFactor { weight, bias }))
    }
}

/// One value for each channel, from values of which each is for as many neighbouring channels.
pub(super) fn broadcast(values: &[f32], channels: usize) -> Vec<f32> {
    (0..channels).map(|c| values[c * values.len() / channels]).collect()
}
