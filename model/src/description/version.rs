//! The lowest version of the compact checkpoint that holds a description.

use super::{Activation, Affine, AffineStep, BinaryConv, Conv, Description, Layer, Skip, Threshold};
use crate::integer::FORMAT_VERSION;

impl Description {
    /// The lowest format version in which a compact checkpoint of this network can be written.
    ///
    /// Version 1 has stages with thresholds, batch normalisation, the identity skip and one slope, convolutions without
    /// activations, and one pixel shuffle at the end.
    pub fn format_version(&self) -> u32 {
        let shuffles = self.layers.iter().filter(|layer| matches!(layer, Layer::PixelShuffle(_))).count();
        let first = self.divisor == 1.0
            && shuffles == 1
            && matches!(self.layers.last(), Some(Layer::PixelShuffle(_)))
            && self.layers.iter().all(is_of_version_1);
        if first { 1 } else { FORMAT_VERSION }
    }
}

fn is_of_version_1(layer: &Layer) -> bool {
    match layer {
        Layer::Conv(Conv { skip, activation, norm, .. }) => {
            *skip == Skip::None && activation.is_none() && norm.is_empty()
        }
        Layer::BinaryConv(stage) => is_stage_of_version_1(stage),
        Layer::LongSkip(_) => true,
        Layer::PixelShuffle(shuffle) => shuffle.scale.is_none(),
        Layer::Repeat(repeat) => {
            repeat.layers.iter().all(|layer| !matches!(layer, Layer::PixelShuffle(_)) && is_of_version_1(layer))
        }
    }
}

fn is_stage_of_version_1(stage: &BinaryConv) -> bool {
    matches!(stage.threshold, Threshold::Zero | Threshold::Channel)
        && stage.affine == Affine::Step(AffineStep::BatchNorm)
        && stage.factors.is_empty()
        && stage.branch.is_none()
        && stage.out.is_none()
        && stage.skip == Skip::Identity
        && !matches!(stage.activation, Some(Activation::Prelu))
}
