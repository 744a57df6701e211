//! The view of a network that a streaming engine needs: head, stages, long skip, tail, pixel shuffle.

use super::{Activation, BinaryConv, Conv, IntegerNetwork, Layer, Operand, Skip};

/// A network that an engine streams: its parts, in order.
///
/// Its stages compare with thresholds, add their own input and have at most one slope: what an engine computes.
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
    /// A layer has a part that no engine computes.
    #[error("`{network}` does not stream: layer `{layer}` has {part}, {reason}")]
    Part {
        /// Name of the network.
        network: String,
        /// Name of the layer.
        layer: String,
        /// The part.
        part: &'static str,
        /// Why it is not computed.
        reason: &'static str,
        /// What one may do instead.
        options: &'static str,
    },
}

impl NotStreaming {
    /// What one may do instead, where that is known.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            NotStreaming::Order { .. } => None,
            NotStreaming::Part { options, .. } => Some(options),
        }
    }
}

const NOT_BUILT: &str = "which the engine does not compute yet";

impl IntegerNetwork {
    /// The network as head, binary stages, optional long skip, tail, pixel shuffle.
    ///
    /// # Errors
    /// [`NotStreaming`] names the first layer that is out of that order, or that has a part which no engine computes.
    pub fn streaming(&self) -> Result<Streaming<'_>, NotStreaming> {
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
        if let Some((layer, part, reason, options)) = self.layers.iter().find_map(unstreamed) {
            let (network, layer) = (self.name.clone(), layer.to_owned());
            return Err(NotStreaming::Part { network, layer, part, reason, options });
        }
        Ok(Streaming { head, stages: &self.layers[1..=body], long_skip, tail, scale })
    }
}

type Part<'a> = (&'a str, &'static str, &'static str, &'static str);

/// The first part of a layer that no engine computes: the layer's name, the part, the reason, the options.
fn unstreamed(layer: &Layer) -> Option<Part<'_>> {
    match layer {
        Layer::Head(conv) if conv.activation.is_some() => {
            Some((&conv.name, "an activation after the head", NOT_BUILT, "train it without one"))
        }
        Layer::BinaryConv(stage) => {
            unstreamed_part(stage).map(|(part, reason, options)| (stage.name.as_str(), part, reason, options))
        }
        _ => None,
    }
}

fn unstreamed_part(stage: &BinaryConv) -> Option<(&'static str, &'static str, &'static str)> {
    let whole = "which needs the whole picture before its first value";
    match stage.operand {
        Operand::Sign { .. } => {}
        Operand::LocalMean { .. } => {
            return Some(("local-mean thresholds", NOT_BUILT, "use channel thresholds: `threshold = \"channel\"`"));
        }
        Operand::Stream => return Some(("multi-bit operands", NOT_BUILT, "binarize the activations too")),
    }
    if stage.channel.is_some() {
        return Some(("a channel factor", whole, "drop it, or take its averages of a strip or of the previous frame"));
    }
    if stage.spatial.is_some() {
        return Some(("a spatial factor", NOT_BUILT, "train it without the factor: `factors = []`"));
    }
    if stage.branch.is_some() {
        return Some(("an activation before the skip", NOT_BUILT, "put a leaky ReLU after the skip"));
    }
    if stage.skip != Skip::Identity {
        return Some(("another skip than the identity", NOT_BUILT, "use `skip = \"identity\"`"));
    }
    match stage.activation {
        Some(Activation::Prelu(_)) => Some(("a slope a channel", NOT_BUILT, "use a leaky ReLU")),
        Some(Activation::LeakyRelu(_)) | None => None,
    }
}
