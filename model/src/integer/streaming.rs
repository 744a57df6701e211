//! The view of a network that a streaming engine needs: head, stages, long skip, tail, pixel shuffle.

use super::{BinaryConv, Conv, IntegerNetwork, Layer};

/// A network that streams: its parts, in order.
#[derive(Clone, Copy, Debug)]
pub struct Streaming<'a> {
    /// Pixels to stream.
    pub head: &'a Conv,
    /// Binary stages; at least one.
    pub stages: &'a [Layer],
    /// Whether the head's output is added before the tail.
    pub long_skip: bool,
    /// Stream to pixels.
    pub tail: &'a Conv,
    /// Pixel-shuffle factor.
    pub scale: usize,
}

impl<'a> Streaming<'a> {
    /// The binary stages, in order.
    pub fn stages(&self) -> impl ExactSizeIterator<Item = &'a BinaryConv> + use<'a> {
        self.stages.iter().map(|layer| match layer {
            Layer::BinaryConv(stage) => stage,
            _ => unreachable!("only binary stages are kept in `stages`"),
        })
    }

    /// Channels of the stream.
    pub fn channels(&self) -> usize {
        self.head.weight.dim().0
    }
}

/// Why a network does not stream.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{network}` does not stream: layer {position} is {found}, expected {expected}")]
pub struct NotStreaming {
    /// Name of the network.
    pub network: String,
    /// Index of the offending layer.
    pub position: usize,
    /// What stands there.
    pub found: &'static str,
    /// What a streaming network has there.
    pub expected: &'static str,
}

impl IntegerNetwork {
    /// The network as head, binary stages, optional long skip, tail, pixel shuffle.
    ///
    /// # Errors
    /// [`NotStreaming`] names the first layer that is out of that order.
    pub fn streaming(&self) -> Result<Streaming<'_>, NotStreaming> {
        let refuse = |position: usize, expected| NotStreaming {
            network: self.name.clone(),
            position,
            found: self.layers.get(position).map_or("missing", Layer::kind),
            expected,
        };
        let Some(Layer::Head(head)) = self.layers.first() else {
            return Err(refuse(0, "a head"));
        };
        let body = self.layers[1..].iter().take_while(|layer| matches!(layer, Layer::BinaryConv(_))).count();
        if body == 0 {
            return Err(refuse(1, "a binary convolution"));
        }
        let mut at = 1 + body;
        let long_skip = matches!(self.layers.get(at), Some(Layer::LongSkip));
        at += usize::from(long_skip);
        let Some(Layer::Tail(tail)) = self.layers.get(at) else {
            return Err(refuse(at, "a tail"));
        };
        let Some(&Layer::PixelShuffle { scale }) = self.layers.get(at + 1) else {
            return Err(refuse(at + 1, "a pixel shuffle"));
        };
        if self.layers.len() != at + 2 {
            return Err(refuse(at + 2, "the end"));
        }
        Ok(Streaming { head, stages: &self.layers[1..=body], long_skip, tail, scale })
    }
}

impl Layer {
    /// The layer's kind in words.
    pub fn kind(&self) -> &'static str {
        match self {
            Layer::Head(_) => "a head",
            Layer::BinaryConv(_) => "a binary convolution",
            Layer::LongSkip => "a long skip",
            Layer::Tail(_) => "a tail",
            Layer::PixelShuffle { .. } => "a pixel shuffle",
        }
    }
}
