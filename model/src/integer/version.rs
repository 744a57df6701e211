//! The lowest version of the file format that expresses a network.

use super::{Activation, BinaryConv, Gap, IntegerNetwork, Layer, Operand, Skip};

/// Newest version of the file format. A reader takes every version up to it; a writer takes the lowest that will do.
pub const FORMAT_VERSION: u32 = 3;

impl IntegerNetwork {
    /// The lowest format version that expresses the network.
    ///
    /// Version 1 has a head, binary stages with thresholds, one-slope activations and the identity skip, a long skip,
    /// a tail and a pixel shuffle after it. Version 2 has all but concatenations, attentions, skips of several terms,
    /// averages as thresholds or of less than the picture, and enlarged pictures.
    pub fn format_version(&self) -> u32 {
        let tail = self.layers.iter().position(|layer| matches!(layer, Layer::Tail(_)));
        let first = self.layers.iter().enumerate().all(|(position, layer)| match layer {
            Layer::Head(conv) | Layer::Tail(conv) => conv.activation.is_none(),
            Layer::BinaryConv(stage) => stage.is_of_version_1(),
            Layer::Conv(_) | Layer::Concat { .. } | Layer::Attention(_) | Layer::PictureTail(_) => false,
            Layer::LongSkip => true,
            Layer::PixelShuffle { .. } => tail.is_some_and(|tail| tail < position),
        });
        match self.input.enlarge.is_none() && self.layers.iter().all(is_of_version_2) {
            true if first && self.sigmoid.is_none() => 1,
            true => 2,
            false => FORMAT_VERSION,
        }
    }
}

fn is_of_version_2(layer: &Layer) -> bool {
    match layer {
        Layer::BinaryConv(stage) => {
            !matches!(stage.operand, Operand::Mean(_))
                && !matches!(stage.skip, Skip::Sum(_))
                && stage.channel.as_ref().is_none_or(|factor| factor.gap == Gap::Picture)
        }
        Layer::Conv(stream) => !matches!(stream.skip, Skip::Sum(_)),
        Layer::Concat { .. } | Layer::Attention(_) | Layer::PictureTail(_) => false,
        Layer::Head(_) | Layer::LongSkip | Layer::Tail(_) | Layer::PixelShuffle { .. } => true,
    }
}

impl BinaryConv {
    fn is_of_version_1(&self) -> bool {
        matches!(self.operand, Operand::Sign { .. })
            && self.spatial.is_none()
            && self.channel.is_none()
            && self.branch.is_none()
            && self.skip == Skip::Identity
            && !matches!(self.activation, Some(Activation::Prelu(_)))
    }
}
