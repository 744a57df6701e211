//! Binary convolution stages.

use serde::{Deserialize, Serialize};

use super::{
    Activation, Affine, AffineStep, DescriptionError, PlacedBinaryConv, PlacedSkip, Size, Skip, expand::layer_error,
    names::alternatives,
};

/// Binary convolution stage:
/// `v = activation(branch(affine(dot(sign(x - threshold), sign(w))) * factors) + skip)`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct BinaryConv {
    /// Name in the network.
    pub name: String,
    /// Side of the square kernel, odd.
    pub kernel: usize,
    /// Output channels; those of its input where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub out: Option<Size>,
    /// What the input is compared with.
    pub threshold: Threshold,
    /// What scales the dot product.
    pub affine: Affine,
    /// Data-dependent factors of the scaled dot product.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub factors: Vec<Factor>,
    /// Applied before the skip.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub branch: Option<Activation>,
    /// What is added to it.
    pub skip: Skip,
    /// Applied after the skip.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activation: Option<Activation>,
    /// Where its tensors are found.
    pub tensors: BinaryTensors,
}

/// Threshold of the sign: `s = +1` where `x >= threshold`, else `-1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Threshold {
    /// 0 for every channel.
    Zero,
    /// One trained value an input channel.
    Channel,
    /// One trained value an input channel, which is added to the input: the threshold is its negative.
    Shift,
    /// The mean of the valid values around, of the same channel, in a neighbourhood of this side (3, 5 or 7).
    LocalMean(usize),
    /// The mean of the channel over the picture.
    Mean,
    /// No sign is taken: the weights are binary, the stream is not.
    None,
}

impl Threshold {
    /// Whether a checkpoint has a tensor for it.
    pub(crate) fn is_trained(self) -> bool {
        matches!(self, Threshold::Channel | Threshold::Shift)
    }
}

/// A factor of a stage's scaled dot product, computed from the stage's full-precision input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Factor {
    /// One a pixel: `sigmoid(conv1x1(x))` (SCALES, spatial re-scaling).
    Spatial,
    /// One a channel: `sigmoid(conv1d(GAP(x)))` with five weights over the channels (SCALES, channel re-scaling).
    Channel,
}

/// Patterns of the tensors of a binary stage; of each list, the first that a checkpoint has is taken.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct BinaryTensors {
    /// `P` of `P.weight` and, where the convolution has one, `P.bias`.
    pub conv: Vec<String>,
    /// `P` of `P.weight`, `P.bias`, `P.running_mean` and `P.running_var`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub norm: Vec<String>,
    /// Full name of a trained threshold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub threshold: Vec<String>,
    /// `P` of `P.weight` (1, C, 1, 1) and, where there is one, `P.bias` (1) of the spatial factor.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub spatial: Vec<String>,
    /// `P` of `P.weight` (1, 1, 5) and, where there is one, `P.bias` (1) of the channel factor.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub channel: Vec<String>,
    /// Full name of the slopes of a PReLU before the skip.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub branch_slope: Vec<String>,
    /// Full name of what is added after the activation before the skip.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub branch_offset: Vec<String>,
    /// Full name of the slopes of a PReLU after the skip.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub slope: Vec<String>,
}

impl BinaryConv {
    /// The stage in its place, with the names of its tensors resolved; those that it needs must be given.
    pub(super) fn place(
        &self,
        name: String,
        (input, output): (usize, usize),
        skip: PlacedSkip,
        indices: &[usize],
    ) -> Result<PlacedBinaryConv, DescriptionError> {
        let used = |used: bool, patterns: &[String]| match used {
            true => alternatives(&name, patterns, indices),
            false => Ok(Vec::new()),
        };
        if let Threshold::LocalMean(kernel) = self.threshold
            && !matches!(kernel, 3 | 5 | 7)
        {
            return Err(layer_error(&name, format!("has a local mean of {kernel}x{kernel}"), "3, 5 or 7"));
        }
        if self.factors.contains(&Factor::Channel) && input != output {
            let found = format!("has a channel factor and {input} channels in, {output} out");
            return Err(layer_error(&name, found, "as many out as in"));
        }
        let steps = self.affine.steps().iter().map(|step| {
            Ok(match step {
                AffineStep::Scale(names) => AffineStep::Scale(alternatives(&name, names, indices)?),
                AffineStep::Offset(names) => AffineStep::Offset(alternatives(&name, names, indices)?),
                step => step.clone(),
            })
        });
        let steps = steps.collect::<Result<_, DescriptionError>>()?;
        let prelu = |activation: Option<Activation>| activation == Some(Activation::Prelu);
        let given = &self.tensors;
        let tensors = BinaryTensors {
            conv: alternatives(&name, &given.conv, indices)?,
            norm: used(self.affine.has_norm(), &given.norm)?,
            threshold: used(self.threshold.is_trained(), &given.threshold)?,
            spatial: used(self.factors.contains(&Factor::Spatial), &given.spatial)?,
            channel: used(self.factors.contains(&Factor::Channel), &given.channel)?,
            branch_slope: used(prelu(self.branch), &given.branch_slope)?,
            branch_offset: used(!given.branch_offset.is_empty(), &given.branch_offset)?,
            slope: used(prelu(self.activation), &given.slope)?,
        };
        Ok(PlacedBinaryConv {
            input,
            output,
            kernel: self.kernel,
            threshold: self.threshold,
            affine: Affine::Steps(steps),
            factors: self.factors.clone(),
            branch: self.branch,
            skip,
            activation: self.activation,
            tensors,
            name,
        })
    }
}
