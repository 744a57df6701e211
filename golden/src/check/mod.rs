//! The contract's ranges, proven for a whole network before it runs.
//!
//! After [`check_network`] no operator can panic, and every full-precision sum fits 32 bits:
//! `sum|w| * max|in| + |add| + 2^(shift-1) < 2^31`.

mod conv;
mod flow;
mod join;
mod stage;

use std::ops::RangeInclusive;

use bsr_model::integer::IntegerNetwork;

use flow::Flow;

/// Side of the largest kernel of a binary stage: its border classes stay a small table in every implementation.
pub const LARGEST_BINARY_KERNEL: usize = 7;

/// What is outside the contract in a network.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NetworkError {
    /// A layer stands where it has no meaning.
    #[error("layer {position} of `{network}` is {found}, expected {expected}")]
    Order {
        /// Name of the network.
        network: String,
        /// Index of the layer, or the number of layers where one is missing.
        position: usize,
        /// What stands there.
        found: &'static str,
        /// What may stand there.
        expected: &'static str,
    },
    /// What a layer adds to its result is not there, or has another shape.
    #[error("`{layer}` adds the output of layer {source_layer}, expected a stream of {channels} channels of its size")]
    Skip {
        /// Name of the layer.
        layer: String,
        /// Index of the layer that it adds.
        source_layer: usize,
        /// Its output channels.
        channels: usize,
    },
    /// A part of a concatenation is not there, or has another size.
    #[error("a concatenation has the output of layer {source_layer} as a part, expected streams of one size")]
    Part {
        /// Index of the layer.
        source_layer: usize,
    },
    /// A layer has a factor, and the network has no table of the sigmoid.
    #[error("`{layer}` has a factor, and the network has no table of the sigmoid")]
    NoSigmoid {
        /// Name of the layer.
        layer: String,
    },
    /// A number is outside its stated range.
    #[error("{what} of `{layer}` is {found}, expected {min}..={max}")]
    OutOfRange {
        /// Name of the layer, or of the network.
        layer: String,
        /// Which number.
        what: &'static str,
        /// Its value.
        found: i64,
        /// Smallest legal value.
        min: i64,
        /// Largest legal value.
        max: i64,
    },
    /// A tensor has a wrong number of elements along an axis.
    #[error("`{layer}` has {found} {what}, expected {expected}")]
    Count {
        /// Name of the layer, or of the network.
        layer: String,
        /// What was counted.
        what: &'static str,
        /// How many there are.
        found: usize,
        /// How many there should be.
        expected: usize,
    },
    /// A kernel is not square, or its side is even.
    #[error("the kernel of `{layer}` is {height}x{width}, expected an odd square")]
    Kernel {
        /// Name of the layer.
        layer: String,
        /// Rows of the kernel.
        height: usize,
        /// Columns of the kernel.
        width: usize,
    },
    /// Channels do not fill whole pixels of the larger picture.
    #[error("`{layer}` has {outputs} outputs, expected a positive multiple of {scale}x{scale} for the pixel shuffle")]
    Shuffle {
        /// Name of the layer before the shuffle.
        layer: String,
        /// Its output channels.
        outputs: usize,
        /// Pixel-shuffle factor.
        scale: usize,
    },
    /// The packed sign weights have a wrong number of words, or an unused bit is set.
    #[error(
        "the sign weights of `{layer}` are not well packed: {words} words, expected {expected} with every unused bit 0"
    )]
    Packing {
        /// Name of the layer.
        layer: String,
        /// Words that are there.
        words: usize,
        /// Words that the shape needs.
        expected: usize,
    },
    /// A sum could leave 32 bits.
    #[error("a sum of output channel {channel} of `{layer}` can reach {bound}, expected less than 2^31")]
    Accumulator {
        /// Name of the layer.
        layer: String,
        /// Output channel.
        channel: usize,
        /// `sum|w| * max|in| + |add| + 2^(shift-1)`; of a dot of the stream, its taps times the largest value.
        bound: i64,
    },
}

/// Why a picture does not suit a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PictureError {
    /// The picture has another number of channels than the network reads.
    #[error("the picture has {found} channels, the network reads {expected}")]
    Channels {
        /// Channels of the picture.
        found: usize,
        /// Channels that the network reads.
        expected: usize,
    },
    /// The picture has no pixel.
    #[error("the picture is {width}x{height}, expected at least 1x1")]
    Empty {
        /// Columns.
        width: usize,
        /// Rows.
        height: usize,
    },
}

/// Proves a network's order, shapes and ranges.
///
/// # Errors
/// [`NetworkError`] names the first layer that is outside the contract, and by what.
pub fn check_network(network: &IntegerNetwork) -> Result<(), NetworkError> {
    let name = network.name.as_str();
    in_range(name, "stream_bits", network.formats.stream_bits, 4..=24)?;
    in_range(name, "pixel_shift", network.input.pixel_shift, 0..=7)?;
    for &mean in &network.input.mean {
        in_range(name, "mean", mean, -32768..=32767)?;
    }
    if let Some(table) = &network.sigmoid
        && table.index_bits().is_none()
    {
        let (what, found) = ("values of the sigmoid", table.values.len());
        return Err(NetworkError::Count { layer: name.into(), what, found, expected: 1024 });
    }
    let mut flow = Flow::new(network);
    network.layers.iter().try_for_each(|layer| flow.pass(layer))?;
    flow.finish()
}

/// Proves that a picture of `(channels, height, width)` suits a network that reads `expected` channels.
///
/// # Errors
/// [`PictureError`] says what the picture has and what the network reads.
pub fn check_picture(expected: usize, (found, height, width): (usize, usize, usize)) -> Result<(), PictureError> {
    if found != expected {
        return Err(PictureError::Channels { found, expected });
    }
    if height == 0 || width == 0 {
        return Err(PictureError::Empty { width, height });
    }
    Ok(())
}

fn count(layer: &str, what: &'static str, found: usize, expected: usize) -> Result<(), NetworkError> {
    if found == expected {
        return Ok(());
    }
    Err(NetworkError::Count { layer: layer.to_owned(), what, found, expected })
}

fn in_range(
    layer: &str,
    what: &'static str,
    found: impl Into<i64>,
    legal: RangeInclusive<i64>,
) -> Result<(), NetworkError> {
    let found = found.into();
    if legal.contains(&found) {
        return Ok(());
    }
    Err(NetworkError::OutOfRange { layer: layer.to_owned(), what, found, min: *legal.start(), max: *legal.end() })
}
