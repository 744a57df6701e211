//! Full-precision convolutions and activations.

use bsr_model::integer::{Activation, Conv, Prelu};

use super::{NetworkError, count, in_range};

/// Proves a full-precision convolution whose input channel `i` is at most `largest[i]` in magnitude.
pub(super) fn check_conv(conv: &Conv, largest: &[i64], activated: bool) -> Result<(), NetworkError> {
    let (outputs, inputs, height, width) = conv.weight.dim();
    check_kernel(&conv.name, height, width)?;
    in_range(&conv.name, "output channels", i64::try_from(outputs).unwrap_or(i64::MAX), 1..=i64::from(i32::MAX))?;
    count(&conv.name, "input channels", inputs, largest.len())?;
    count(&conv.name, "addends", conv.add.len(), outputs)?;
    in_range(&conv.name, "shift", conv.shift, 1..=31)?;
    for (channel, weights) in conv.weight.outer_iter().enumerate() {
        let weights = weights.indexed_iter().map(|((i, _, _), &w)| (w, largest[i]));
        check_sum(&conv.name, channel, weights, conv.add[channel], conv.shift)?;
    }
    match &conv.activation {
        Some(activation) if activated => check_activation(&conv.name, activation, outputs, 0),
        Some(_) => in_range(&conv.name, "activations", 1, 0..=0),
        None => Ok(()),
    }
}

/// Proves that a sum of `weight * input` stays within 32 bits with its addend; `terms` are weights and largest inputs.
pub(super) fn check_sum(
    layer: &str,
    channel: usize,
    terms: impl Iterator<Item = (i32, i64)>,
    add: i32,
    shift: u32,
) -> Result<(), NetworkError> {
    let mut bound = i64::from(add).abs() + (1 << (shift - 1));
    for (weight, largest) in terms {
        in_range(layer, "weight", weight, -32768..=32767)?;
        bound += i64::from(weight).abs() * largest;
    }
    if bound > i64::from(i32::MAX) {
        return Err(NetworkError::Accumulator { layer: layer.to_owned(), channel, bound });
    }
    Ok(())
}

/// Proves an activation of so many channels; one that rounds has a shift of at least 1.
pub(super) fn check_activation(
    layer: &str,
    activation: &Activation,
    channels: usize,
    least_shift: i64,
) -> Result<(), NetworkError> {
    if let Activation::Prelu(Prelu { slope, .. }) = activation {
        count(layer, "slopes", slope.len(), channels)?;
    }
    in_range(layer, "activation shift", activation.shift(), least_shift..=31)
}

pub(super) fn check_kernel(layer: &str, height: usize, width: usize) -> Result<(), NetworkError> {
    if height == width && height % 2 == 1 {
        return Ok(());
    }
    Err(NetworkError::Kernel { layer: layer.to_owned(), height, width })
}
