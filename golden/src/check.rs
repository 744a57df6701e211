//! The contract's ranges, proven for a whole network before it runs.
//!
//! After [`check_network`] no operator can panic, and every full-precision sum fits 32 bits:
//! `sum|w| * max|in| + |add| + 2^(shift-1) < 2^31`.

use std::ops::RangeInclusive;

use bsr_model::integer::{BinaryConv, Conv, IntegerNetwork, NotStreaming, SignWeights, Streaming};

/// Side of the largest kernel of a binary stage: its border classes stay a small table in every implementation.
pub const LARGEST_BINARY_KERNEL: usize = 7;

/// What is outside the contract in a network.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NetworkError {
    /// The layers stand in an order that is not known.
    #[error(transparent)]
    Order(#[from] NotStreaming),
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
    /// The tail's outputs do not fill whole pixels of the SR picture.
    #[error("`{layer}` has {outputs} outputs, expected a positive multiple of {scale}x{scale} for the pixel shuffle")]
    Shuffle {
        /// Name of the tail.
        layer: String,
        /// Output channels of the tail.
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
        /// `sum|w| * max|in| + |add| + 2^(shift-1)`.
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

/// Proves a network's order, shapes and ranges; gives its parts.
///
/// # Errors
/// [`NetworkError`] names the first layer that is outside the contract, and by what.
pub fn check_network(network: &IntegerNetwork) -> Result<Streaming<'_>, NetworkError> {
    let parts = network.streaming()?;
    let name = network.name.as_str();
    let bits = network.formats.stream_bits;
    in_range(name, "stream_bits", bits, 4..=24)?;
    in_range(name, "pixel_shift", network.input.pixel_shift, 0..=7)?;
    in_range(name, "scale", i64::try_from(parts.scale).unwrap_or(i64::MAX), 1..=4)?;
    for &mean in &network.input.mean {
        in_range(name, "mean", mean, -32768..=32767)?;
    }

    let white = 255i64 << network.input.pixel_shift;
    let largest_input: Vec<i64> =
        network.input.mean.iter().map(|&mean| i64::from(mean).abs().max((white - i64::from(mean)).abs())).collect();
    check_conv(parts.head, &largest_input)?;
    let channels = parts.channels();
    for stage in parts.stages() {
        check_stage(stage, channels, bits)?;
    }
    let largest_sum = 1i64 << (bits - 1 + u32::from(parts.long_skip));
    check_conv(parts.tail, &vec![largest_sum; channels])?;
    let (outputs, scale) = (parts.tail.weight.dim().0, parts.scale);
    if !outputs.is_multiple_of(scale * scale) {
        return Err(NetworkError::Shuffle { layer: parts.tail.name.clone(), outputs, scale });
    }
    Ok(parts)
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

/// Proves a full-precision convolution whose input channel `i` is at most `largest[i]` in magnitude.
fn check_conv(conv: &Conv, largest: &[i64]) -> Result<(), NetworkError> {
    let (outputs, inputs, height, width) = conv.weight.dim();
    check_kernel(&conv.name, height, width)?;
    in_range(&conv.name, "output channels", i64::try_from(outputs).unwrap_or(i64::MAX), 1..=i64::from(i32::MAX))?;
    count(&conv.name, "input channels", inputs, largest.len())?;
    count(&conv.name, "addends", conv.add.len(), outputs)?;
    in_range(&conv.name, "shift", conv.shift, 1..=31)?;
    for &weight in &conv.weight {
        in_range(&conv.name, "weight", weight, -32768..=32767)?;
    }
    for (channel, weights) in conv.weight.outer_iter().enumerate() {
        let reach: i64 = weights.indexed_iter().map(|((i, _, _), &w)| i64::from(w).abs() * largest[i]).sum();
        let bound = reach + i64::from(conv.add[channel]).abs() + (1 << (conv.shift - 1));
        if bound > i64::from(i32::MAX) {
            return Err(NetworkError::Accumulator { layer: conv.name.clone(), channel, bound });
        }
    }
    Ok(())
}

/// Proves a binary stage of a stream of `channels` channels of `bits` bits.
fn check_stage(stage: &BinaryConv, channels: usize, bits: u32) -> Result<(), NetworkError> {
    let name = stage.name.as_str();
    check_kernel(name, stage.weight.kernel(), stage.weight.kernel())?;
    let side = i64::try_from(stage.weight.kernel()).unwrap_or(i64::MAX);
    in_range(name, "kernel side", side, 1..=LARGEST_BINARY_KERNEL as i64)?;
    count(name, "input channels", stage.weight.in_channels(), channels)?;
    count(name, "output channels", stage.weight.out_channels(), channels)?;
    count(name, "thresholds", stage.threshold.len(), channels)?;
    count(name, "multipliers", stage.mul.len(), channels)?;
    count(name, "addends", stage.add.len(), channels)?;
    in_range(name, "shift", stage.shift, 1..=31)?;
    check_packing(name, &stage.weight)?;
    let end = 1i64 << (bits - 1);
    for &threshold in &stage.threshold {
        in_range(name, "threshold", threshold, -end..=end)?;
    }
    stage.activation.map_or(Ok(()), |activation| in_range(name, "activation shift", activation.shift, 0..=31))
}

/// Proves that deserialized weights are what [`SignWeights::from_words`] would have accepted.
fn check_packing(layer: &str, weight: &SignWeights) -> Result<(), NetworkError> {
    let (outputs, inputs, kernel) = (weight.out_channels(), weight.in_channels(), weight.kernel());
    if SignWeights::from_words(outputs, inputs, kernel, weight.words().to_vec()).is_some() {
        return Ok(());
    }
    let expected = outputs.saturating_mul(kernel).saturating_mul(kernel).saturating_mul(inputs.div_ceil(64));
    Err(NetworkError::Packing { layer: layer.to_owned(), words: weight.words().len(), expected })
}

fn check_kernel(layer: &str, height: usize, width: usize) -> Result<(), NetworkError> {
    if height == width && height % 2 == 1 {
        return Ok(());
    }
    Err(NetworkError::Kernel { layer: layer.to_owned(), height, width })
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
