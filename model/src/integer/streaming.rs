//! The view of a network that a streaming engine needs: head, stages, long skip, tail, pixel shuffle.

use super::{Activation, BinaryConv, Conv, Gap, IntegerNetwork, Layer, Operand, Skip};

/// A network that an engine streams: its parts, in order.
///
/// Its stages compare with thresholds, add their own input, and have at most one slope after it; before it they may have
/// factors of pixels, slopes and offsets of channels. That is what an engine computes.
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

const WHOLE: &str = "which needs the whole picture before its first value";

const WITHOUT_GAP: &str = "leave it out: `--drop channel-rescale`; take its averages of a strip: `--gap strip`; or of the \
                           frame before: `--gap previous-frame`; each is a network of its own";

const WITHOUT_MEAN: &str = "use channel thresholds: `threshold = \"channel\"`; take the means of a strip: `--gap strip`; or \
                            of the frame before: `--gap previous-frame`";

const NOT_BUILT: &str = "which the engine does not compute yet";

impl IntegerNetwork {
    /// The network as head, binary stages, optional long skip, tail, pixel shuffle.
    ///
    /// # Errors
    /// [`NotStreaming`] names the first layer that is out of that order, or that has a part which no engine computes.
    pub fn streaming(&self) -> Result<Streaming<'_>, NotStreaming> {
        if let Some((layer, part, reason, options)) = self.unstreamed() {
            let (network, layer) = (self.name.clone(), layer.to_owned());
            return Err(NotStreaming::Part { network, layer, part, reason, options });
        }
        self.in_order()
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
        Ok(Streaming { head, stages: &self.layers[1..=body], long_skip, tail, scale })
    }

    /// The network as an engine runs it: [`streaming`](Self::streaming), on luma, with kernels of 3x3, in its stages of 1x1 too.
    ///
    /// # Errors
    /// [`NotStreaming`] names the first layer that is out of order, or that has a part which no engine computes.
    pub fn engine_form(&self) -> Result<Streaming<'_>, NotStreaming> {
        let parts = self.streaming()?;
        let refuse = |layer: &str, part, options| NotStreaming::Part {
            network: self.name.clone(),
            layer: layer.into(),
            part,
            reason: NOT_BUILT,
            options,
        };
        if self.input.mean.len() != 1 {
            return Err(refuse(&parts.head.name, "three colours as its input", "train it on luma: `colour = \"y\"`"));
        }
        if let Some(conv) = [parts.head, parts.tail].into_iter().find(|conv| conv.weight.dim().2 != 3) {
            return Err(refuse(&conv.name, "a kernel that is not 3x3", "use `kernel = 3`"));
        }
        if let Some(stage) = parts.stages().find(|stage| ![1, 3].contains(&stage.weight.kernel())) {
            return Err(refuse(
                &stage.name,
                "a kernel that is neither 3x3 nor 1x1",
                "use `kernel = 3` or `kernel = 1`",
            ));
        }
        Ok(parts)
    }

    /// The first part that no engine computes, a part that needs the whole picture before any other.
    fn unstreamed(&self) -> Option<Part<'_>> {
        let whole = self.layers.iter().find_map(waiting);
        let enlarged = self.input.enlarge.is_some().then_some((
            "head",
            "an enlarged picture as its input",
            NOT_BUILT,
            "use a network that enlarges at its end",
        ));
        whole.or(enlarged).or_else(|| self.layers.iter().find_map(unstreamed))
    }
}

type Part<'a> = (&'a str, &'static str, &'static str, &'static str);

/// A part of a layer that waits for the whole picture: the layer's name, the part, the reason, the options.
fn waiting(layer: &Layer) -> Option<Part<'_>> {
    let reason = |gap: Gap| match gap {
        Gap::Picture => WHOLE,
        Gap::Strip(_) => "which needs a whole strip before its first value, and the engine has no rows for that",
        Gap::PreviousFrame => "which the engine does not compute yet",
    };
    match layer {
        Layer::Attention(attention) => {
            Some((&attention.name, "an attention over the channels", reason(attention.gap), WITHOUT_GAP))
        }
        Layer::BinaryConv(BinaryConv { name, channel: Some(factor), .. }) => {
            Some((name, "a channel factor", reason(factor.gap), WITHOUT_GAP))
        }
        Layer::BinaryConv(BinaryConv { name, operand: Operand::Mean(gap), .. }) => {
            Some((name, "thresholds that are means of channels", reason(*gap), WITHOUT_MEAN))
        }
        _ => None,
    }
}

/// The first part of a layer that no engine computes: the layer's name, the part, the reason, the options.
fn unstreamed(layer: &Layer) -> Option<Part<'_>> {
    match layer {
        Layer::Head(conv) if conv.activation.is_some() => {
            Some((&conv.name, "an activation after the head", NOT_BUILT, "train it without one"))
        }
        Layer::Conv(stream) => {
            let options = "use the long skip and a tail alone after the stages";
            Some((&stream.conv.name, "a full-precision convolution of the stream", NOT_BUILT, options))
        }
        Layer::Concat { .. } => Some(("concat", "a concatenation", NOT_BUILT, "use stages in a row")),
        Layer::PictureTail(tail) => {
            Some((&tail.conv.name, "the enlarged picture to add", NOT_BUILT, "use a long skip from the head"))
        }
        Layer::BinaryConv(stage) => {
            unstreamed_part(stage).map(|(part, reason, options)| (stage.name.as_str(), part, reason, options))
        }
        _ => None,
    }
}

fn unstreamed_part(stage: &BinaryConv) -> Option<(&'static str, &'static str, &'static str)> {
    match stage.operand {
        Operand::Sign { .. } | Operand::Mean(_) => {}
        Operand::LocalMean { .. } => {
            return Some(("local-mean thresholds", NOT_BUILT, "use channel thresholds: `threshold = \"channel\"`"));
        }
        Operand::Stream => return Some(("multi-bit operands", NOT_BUILT, "binarize the activations too")),
    }
    if stage.skip != Skip::Identity {
        return Some(("another skip than the identity", NOT_BUILT, "use `skip = \"identity\"`"));
    }
    match stage.activation {
        Some(Activation::Prelu(_)) => Some(("a slope a channel", NOT_BUILT, "use a leaky ReLU")),
        Some(Activation::LeakyRelu(_)) | None => None,
    }
}
