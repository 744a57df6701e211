//! The lowest version of the compact checkpoint that holds a description.

use super::{Activation, Affine, AffineStep, BinaryConv, Conv, Description, Layer, Size, Skip, Threshold};
use crate::integer::Gap;

impl Description {
    /// The lowest format version in which a compact checkpoint of this network can be written.
    ///
    /// Version 1 has stages with thresholds, batch normalisation, the identity skip and one slope, convolutions without
    /// activations, and one pixel shuffle at the end. Version 2 has all but what brings several layers together, averages
    /// that are not of the whole picture, enlarged pictures, and sizes that are products.
    pub fn format_version(&self) -> u32 {
        let shuffles = self.layers.iter().filter(|layer| matches!(layer, Layer::PixelShuffle(_))).count();
        let first = self.divisor == 1.0
            && shuffles == 1
            && matches!(self.layers.last(), Some(Layer::PixelShuffle(_)))
            && self.layers.iter().all(is_of_version_1);
        let whole = self.enlarge.is_none() && self.gap == Gap::Picture;
        match whole && self.layers.iter().all(is_of_version_2) {
            true if first => 1,
            true => 2,
            false => 3,
        }
    }
}

fn is_of_version_2(layer: &Layer) -> bool {
    let number = |size: &Option<Size>| !matches!(size, Some(Size::Product(_)));
    match layer {
        Layer::Conv(conv) => number(&conv.out) && is_skip_of_version_2(&conv.skip),
        Layer::BinaryConv(stage) => {
            number(&stage.out)
                && is_skip_of_version_2(&stage.skip)
                && !matches!(stage.threshold, Threshold::Shift | Threshold::Mean)
        }
        Layer::Concat(_) | Layer::Attention(_) => false,
        Layer::LongSkip(_) | Layer::PixelShuffle(_) => true,
        Layer::Repeat(repeat) => repeat.first == 0 && repeat.layers.iter().all(is_of_version_2),
    }
}

fn is_skip_of_version_2(skip: &Skip) -> bool {
    !matches!(skip, Skip::Sum(_) | Skip::Enlarged(_))
}

fn is_of_version_1(layer: &Layer) -> bool {
    match layer {
        Layer::Conv(Conv { skip, activation, norm, .. }) => {
            *skip == Skip::None && activation.is_none() && norm.is_empty()
        }
        Layer::BinaryConv(stage) => is_stage_of_version_1(stage),
        Layer::LongSkip(_) => true,
        Layer::Concat(_) | Layer::Attention(_) => false,
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
