//! The lowest version of the file format that expresses a network.

use super::{Activation, BinaryConv, IntegerNetwork, Layer, Operand, Skip};

/// Newest version of the file format. A reader takes every version up to it; a writer takes the lowest that will do.
pub const FORMAT_VERSION: u32 = 2;

impl IntegerNetwork {
    /// The lowest format version that expresses the network.
    ///
    /// Version 1 has a head, binary stages with thresholds, one-slope activations and the identity skip, a long skip,
    /// a tail and a pixel shuffle after it.
    pub fn format_version(&self) -> u32 {
        let tail = self.layers.iter().position(|layer| matches!(layer, Layer::Tail(_)));
        let first = self.layers.iter().enumerate().all(|(position, layer)| match layer {
            Layer::Head(conv) | Layer::Tail(conv) => conv.activation.is_none(),
            Layer::BinaryConv(stage) => stage.is_of_version_1(),
            Layer::Conv(_) => false,
            Layer::LongSkip => true,
            Layer::PixelShuffle { .. } => tail.is_some_and(|tail| tail < position),
        });
        if first && self.sigmoid.is_none() { 1 } else { FORMAT_VERSION }
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
