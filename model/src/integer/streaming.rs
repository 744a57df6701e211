//! The view of a network that a streaming engine needs: head, stages, long skip, tail, pixel shuffle.

use super::obstacle::{Obstacle, obstacles};
use super::{BinaryConv, Conv, IntegerNetwork, Layer, Skip};

/// A network that an engine streams: its parts, in order.
///
/// Its stages compare with thresholds, add their own input, and have at most one slope after it; before it they may have
/// factors of pixels, slopes and offsets of channels. That is what an engine computes. With a binary upsampler the last
/// stage makes `scale^2` times the channels, on top of its input repeated, and the shuffle comes before the tail.
#[derive(Clone, Copy, Debug)]
pub struct Streaming<'a> {
    /// Pixels to stream.
    pub head: &'a Conv,
    /// Binary stages; at least one.
    pub stages: &'a [Layer],
    /// Whether the head's output is added before the tail; with an upsampler, in the stage before that.
    pub long_skip: bool,
    /// Whether the last stage is a binary upsampler.
    pub upsampler: bool,
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

/// Why an engine does not stream a network.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotStreaming {
    /// The layers stand in another order.
    #[error("`{network}` does not stream: layer {position} is {found}, expected {expected}")]
    Order {
        /// Name of the network.
        network: String,
        /// Index of the offending layer.
        position: usize,
        /// What stands there.
        found: &'static str,
        /// What a streaming network has there.
        expected: &'static str,
    },
    /// Layers have parts that no engine computes.
    #[error("`{network}` does not stream: {}, {}", .obstacles[0], .obstacles[0].reason())]
    Parts {
        /// Name of the network.
        network: String,
        /// The parts, at least one, each with the first layer that has it.
        obstacles: Vec<Obstacle>,
    },
}

impl NotStreaming {
    /// What one may do instead of the first part, where that is known.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            NotStreaming::Order { .. } => None,
            NotStreaming::Parts { obstacles, .. } => obstacles.first().map(|obstacle| obstacle.part.options()),
        }
    }

    /// What each part would take in an engine, a line each; empty where that is not known.
    pub fn prices(&self) -> Vec<String> {
        match self {
            NotStreaming::Order { .. } => vec![],
            NotStreaming::Parts { obstacles, .. } => {
                obstacles.iter().map(|obstacle| format!("{obstacle}: {}", obstacle.part.price())).collect()
            }
        }
    }
}

impl IntegerNetwork {
    /// The network as an engine runs it: head, binary stages, optional long skip, tail, pixel shuffle, with parts that an
    /// engine computes.
    ///
    /// # Errors
    /// [`NotStreaming`] names all parts which no engine computes, or the first layer that is out of that order.
    pub fn streaming(&self) -> Result<Streaming<'_>, NotStreaming> {
        let obstacles = obstacles(self);
        if !obstacles.is_empty() {
            return Err(NotStreaming::Parts { network: self.name.clone(), obstacles });
        }
        self.upsampler().map_or_else(|| self.in_order(), Ok)
    }

    /// The same view of a network in that order, whatever the parts of its layers are.
    ///
    /// # Errors
    /// [`NotStreaming::Order`] names the first layer that is out of the order.
    pub fn in_order(&self) -> Result<Streaming<'_>, NotStreaming> {
        let refuse = |position: usize, expected| NotStreaming::Order {
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
        Ok(Streaming { head, stages: &self.layers[1..=body], long_skip, upsampler: false, tail, scale })
    }

    /// The network as head, binary stages, binary upsampler, pixel shuffle, tail, where that is its form. There is a stage
    /// before the one to which the head's output may be added.
    pub(super) fn upsampler(&self) -> Option<Streaming<'_>> {
        let [Layer::Head(head), stages @ .., Layer::PixelShuffle { scale }, Layer::Tail(tail)] = &self.layers[..]
        else {
            return None;
        };
        let [_, .., Layer::BinaryConv(anchor), Layer::BinaryConv(last)] = stages else { return None };
        let long_skip = is_anchored(&anchor.skip);
        let fits = last.skip == Skip::Repeat && (long_skip || anchor.skip == Skip::Identity);
        let binary = stages.iter().all(|layer| matches!(layer, Layer::BinaryConv(_)));
        (fits && binary).then_some(Streaming { head, stages, long_skip, upsampler: true, tail, scale: *scale })
    }
}

/// Whether a stage adds its input and the head's output.
fn is_anchored(skip: &Skip) -> bool {
    let Skip::Sum(terms) = skip else { return false };
    matches!(terms[..], [Skip::Identity, Skip::From(0)] | [Skip::From(0), Skip::Identity])
}
