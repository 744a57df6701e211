//! What no engine computes: what may be used instead, and what it would take.

use super::{Activation, BinaryConv, Gap, IntegerNetwork, Layer, Operand, Skip};
use std::fmt;

/// A part of a network that no engine computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Attention over the channels.
    Attention,
    /// A channel factor of a stage.
    ChannelFactor,
    /// Thresholds that are means of channels.
    MeanThreshold,
    /// An enlarged picture as the head's input.
    Enlarged,
    /// An activation after the head.
    HeadActivation,
    /// A full-precision convolution between head and tail.
    StreamConv,
    /// Concatenation of layers.
    Concatenation,
    /// The enlarged picture added to the tail's output.
    EnlargedSkip,
    /// Local means as thresholds.
    LocalMean,
    /// Binary weights on a stream that is not binarized.
    MultiBit,
    /// A stage that adds something else than its input, or nothing.
    Skip,
    /// An activation with a slope a channel after the skip.
    Slopes,
    /// A kernel of the head or the tail that is not 3x3.
    Kernel,
    /// A kernel of a stage that is neither 3x3 nor 1x1.
    StageKernel,
}

impl Part {
    /// Every part.
    pub const ALL: [Self; 14] = [
        Self::Attention,
        Self::ChannelFactor,
        Self::MeanThreshold,
        Self::Enlarged,
        Self::HeadActivation,
        Self::StreamConv,
        Self::Concatenation,
        Self::EnlargedSkip,
        Self::LocalMean,
        Self::MultiBit,
        Self::Skip,
        Self::Slopes,
        Self::Kernel,
        Self::StageKernel,
    ];

    /// What one may do instead.
    pub fn options(self) -> &'static str {
        match self {
            Self::Attention | Self::ChannelFactor => {
                "leave it out: `--drop channel-rescale`; take its averages of a strip: `--gap strip`; or of the frame \
                 before: `--gap previous-frame`; each is a network of its own"
            }
            Self::MeanThreshold => {
                "use channel thresholds: `threshold = \"channel\"`; take the means of a strip: `--gap strip`; or of the \
                 frame before: `--gap previous-frame`"
            }
            Self::Enlarged => "use a network that enlarges at its end",
            Self::HeadActivation => "train it without one",
            Self::StreamConv => "use the long skip and a tail alone after the stages",
            Self::Concatenation => "use stages in a row",
            Self::EnlargedSkip => "use a long skip from the head",
            Self::LocalMean => "use channel thresholds: `threshold = \"channel\"`",
            Self::MultiBit => "binarize the activations too",
            Self::Skip => "use `skip = \"identity\"`",
            Self::Slopes => "use a leaky ReLU",
            Self::Kernel => "use `kernel = 3`",
            Self::StageKernel => "use `kernel = 3` or `kernel = 1`",
        }
    }

    /// What the part would take in the default engine: 32 lanes of one pixel, 64 channels, 32 stages, 11 stream bits and
    /// rows of 64 pixels.
    pub fn price(self) -> &'static str {
        match self {
            Self::Attention | Self::ChannelFactor | Self::MeanThreshold => {
                "the whole picture before the first value: 41 MB a layer for a frame of 640 x 360 written and read, where a \
                 frame now moves 30 MB in all"
            }
            Self::Enlarged => {
                "every stage at the size of the SR picture: `scale^2` times the cycles, and rows `scale` times as long"
            }
            Self::HeadActivation => "an adder or two a head lane: 0.1 K LUT",
            Self::StreamConv => {
                "36,864 multiplications a pixel, 13 times those of head and tail together at x2: 576 DSP48E1 for a pixel \
                 every 64 cycles, and three more rows of the stream"
            }
            Self::Concatenation => {
                "stages of as many inputs as are joined, up to 576 in RDN: nine passes over the inputs with sums kept \
                 between them, and the signs of all layers of a block, nine times the sign store"
            }
            Self::EnlargedSkip => {
                "16 multiplications an SR pixel, of LR rows that the input ring holds anyway: two DSP48E1"
            }
            Self::LocalMean => {
                "sums of nine values: about 90 LUT a lane and pixel, 2.9 K LUT; three rows of the stream a stage in place \
                 of one: 64 more rows of 64 pixels and channels, 80 BRAM36; two more columns a pass in a strip's spill"
            }
            Self::MultiBit => {
                "sums of 576 values of 11 bits: about 7.5 K LUT a lane and pixel in place of 0.5 K, so that two lanes fill \
                 the device at a sixteenth of the rate"
            }
            Self::Skip => {
                "for a repeat skip in front of other stages, a stream of `64 scale^2` channels from there on: passes and rows \
                 `scale^2` times as long; for another layer's output, its rows kept until then: 45 K bits a row of 64 pixels"
            }
            Self::Slopes => {
                "a multiplier a lane and pixel: 32 DSP48E1; 16 bits more a stage and channel in the records: 1 BRAM36"
            }
            Self::Kernel => {
                "at `k` x `k`, `k^2 / 9` times the multipliers of head or tail, 36 and 64 DSP48E1 at 3x3, or their cycles; `k` \
                 rows of their input in place of three"
            }
            Self::StageKernel => {
                "at `k` x `k`, `k^2 / 9` times the popcounts, 15.9 K LUT at 3x3, or cycles of the stages; `k` rows of signs \
                 a boundary in place of three"
            }
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(match self {
            Self::Attention => "an attention over the channels",
            Self::ChannelFactor => "a channel factor",
            Self::MeanThreshold => "thresholds that are means of channels",
            Self::Enlarged => "an enlarged picture as its input",
            Self::HeadActivation => "an activation after the head",
            Self::StreamConv => "a full-precision convolution of the stream",
            Self::Concatenation => "a concatenation",
            Self::EnlargedSkip => "the enlarged picture to add",
            Self::LocalMean => "local-mean thresholds",
            Self::MultiBit => "multi-bit operands",
            Self::Skip => "another skip than the identity",
            Self::Slopes => "a slope a channel",
            Self::Kernel => "a kernel that is not 3x3",
            Self::StageKernel => "a kernel that is neither 3x3 nor 1x1",
        })
    }
}

/// A part and the layer that has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Obstacle {
    /// Name of the layer.
    pub layer: String,
    /// The part.
    pub part: Part,
    /// Over what the averages are taken that it waits for.
    gap: Option<Gap>,
}

impl Obstacle {
    /// Why the part is not computed.
    pub fn reason(&self) -> &'static str {
        match self.gap {
            Some(Gap::Picture) => "which needs the whole picture before its first value",
            Some(Gap::Strip(_)) => {
                "which needs a whole strip before its first value, and the engine has no rows for that"
            }
            Some(Gap::PreviousFrame) | None => "which the engine does not compute yet",
        }
    }
}

impl fmt::Display for Obstacle {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "layer `{}` has {}", self.layer, self.part)
    }
}

/// Every part of the network that no engine computes, each with the first layer that has it; what waits for
/// averages comes first.
pub(super) fn obstacles(network: &IntegerNetwork) -> Vec<Obstacle> {
    // The skips of the last two stages make a binary upsampler.
    let upsamples =
        if network.upsampler().is_some() { network.layers.len() - 4..network.layers.len() - 2 } else { 0..0 };
    let computed = |position: usize, part: Part| part == Part::Skip && upsamples.contains(&position);
    let of_layers = network.layers.iter().enumerate().flat_map(|(position, layer)| {
        parts_of(layer).into_iter().filter(move |(_, part, _)| !computed(position, *part))
    });
    let enlarged = network.input.enlarge.as_ref().map(|_| ("head", Part::Enlarged, None));
    let mut all: Vec<Obstacle> = vec![];
    for (layer, part, gap) in enlarged.into_iter().chain(of_layers) {
        if all.iter().all(|known| known.part != part) {
            all.push(Obstacle { layer: layer.to_owned(), part, gap });
        }
    }
    all.sort_by_key(|obstacle| obstacle.gap.is_none());
    all
}

type Found<'a> = (&'a str, Part, Option<Gap>);

fn parts_of(layer: &Layer) -> Vec<Found<'_>> {
    let kernel = |kernel: usize| (kernel != 3).then_some(Part::Kernel);
    match layer {
        Layer::Attention(attention) => vec![(&attention.name, Part::Attention, Some(attention.gap))],
        Layer::Head(conv) => {
            let activation = conv.activation.as_ref().map(|_| Part::HeadActivation);
            activation.into_iter().chain(kernel(conv.weight.dim().2)).map(|part| (&*conv.name, part, None)).collect()
        }
        Layer::Tail(conv) => kernel(conv.weight.dim().2).into_iter().map(|part| (&*conv.name, part, None)).collect(),
        Layer::Conv(stream) => vec![(&stream.conv.name, Part::StreamConv, None)],
        Layer::Concat { .. } => vec![("concat", Part::Concatenation, None)],
        Layer::PictureTail(tail) => vec![(&tail.conv.name, Part::EnlargedSkip, None)],
        Layer::BinaryConv(stage) => parts_of_stage(stage),
        _ => vec![],
    }
}

fn parts_of_stage(stage: &BinaryConv) -> Vec<Found<'_>> {
    let mut parts = vec![];
    let mut found = |part, gap| parts.push((&*stage.name, part, gap));
    if let Some(factor) = &stage.channel {
        found(Part::ChannelFactor, Some(factor.gap));
    }
    match stage.operand {
        Operand::Sign { .. } => {}
        Operand::Mean(gap) => found(Part::MeanThreshold, Some(gap)),
        Operand::LocalMean { .. } => found(Part::LocalMean, None),
        Operand::Stream => found(Part::MultiBit, None),
    }
    if stage.skip != Skip::Identity {
        found(Part::Skip, None);
    }
    if matches!(stage.activation, Some(Activation::Prelu(_))) {
        found(Part::Slopes, None);
    }
    if ![1, 3].contains(&stage.weight.kernel()) {
        found(Part::StageKernel, None);
    }
    parts
}
