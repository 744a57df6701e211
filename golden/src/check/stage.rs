//! Binary stages.

use bsr_model::integer::{BinaryConv, Operand, SignWeights};

use super::{
    LARGEST_BINARY_KERNEL, NetworkError,
    conv::{check_activation, check_kernel, check_sum},
    count,
    flow::Flow,
    in_range,
    join::check_gap,
};

/// Proves a binary stage that reads the stream.
pub(super) fn check_stage(flow: &Flow, stage: &BinaryConv) -> Result<(), NetworkError> {
    let name = stage.name.as_str();
    let (inputs, outputs, side) = (stage.weight.in_channels(), stage.weight.out_channels(), stage.weight.kernel());
    check_kernel(name, side, side)?;
    let side = i64::try_from(side).unwrap_or(i64::MAX);
    in_range(name, "kernel side", side, 1..=LARGEST_BINARY_KERNEL as i64)?;
    count(name, "input channels", inputs, flow.channels())?;
    in_range(name, "output channels", i64::try_from(outputs).unwrap_or(i64::MAX), 1..=i64::from(i32::MAX))?;
    count(name, "multipliers", stage.mul.len(), outputs)?;
    count(name, "addends", stage.add.len(), outputs)?;
    in_range(name, "shift", stage.shift, 1..=31)?;
    check_packing(name, &stage.weight)?;
    check_operand(flow, stage)?;
    check_factors(flow, stage)?;
    if let Some(branch) = &stage.branch {
        check_activation(name, &branch.activation, outputs, 1)?;
        count(name, "offsets", branch.offset.len(), outputs)?;
        let slopes = branch.activation.slopes().iter();
        slopes.copied().try_for_each(|slope| in_range(name, "slope before the skip", slope, -65535..=65535))?;
        let offsets = branch.offset.iter();
        offsets.copied().try_for_each(|offset| in_range(name, "offset", offset, -(1 << 24)..=1 << 24))?;
    }
    stage.activation.as_ref().map_or(Ok(()), |activation| check_activation(name, activation, outputs, 0))
}

fn check_operand(flow: &Flow, stage: &BinaryConv) -> Result<(), NetworkError> {
    let name = stage.name.as_str();
    let end = 1i64 << (flow.network.formats.stream_bits - 1);
    match &stage.operand {
        Operand::Sign { threshold } => {
            count(name, "thresholds", threshold.len(), stage.weight.in_channels())?;
            threshold.iter().try_for_each(|&threshold| in_range(name, "threshold", threshold, -end..=end))
        }
        Operand::LocalMean { kernel } => {
            check_kernel(name, *kernel, *kernel)?;
            in_range(name, "side of the local mean", i64::try_from(*kernel).unwrap_or(i64::MAX), 3..=7)
        }
        Operand::Mean(gap) => check_gap(name, *gap),
        Operand::Stream => {
            let taps = i64::try_from(stage.weight.in_channels() * stage.weight.kernel().pow(2)).unwrap_or(i64::MAX);
            let bound = taps.saturating_mul(end);
            if bound > i64::from(i32::MAX) {
                return Err(NetworkError::Accumulator { layer: name.into(), channel: 0, bound });
            }
            Ok(())
        }
    }
}

fn check_factors(flow: &Flow, stage: &BinaryConv) -> Result<(), NetworkError> {
    let name = stage.name.as_str();
    let end = 1i64 << (flow.network.formats.stream_bits - 1);
    let missing = (stage.spatial.is_some() || stage.channel.is_some()) && flow.network.sigmoid.is_none();
    if missing {
        return Err(NetworkError::NoSigmoid { layer: name.into() });
    }
    if let Some(factor) = &stage.spatial {
        count(name, "weights of the spatial factor", factor.weight.len(), stage.weight.in_channels())?;
        in_range(name, "shift", factor.shift, 1..=31)?;
        check_sum(name, 0, factor.weight.iter().map(|&w| (w, end)), factor.add, factor.shift)?;
    }
    if let Some(factor) = &stage.channel {
        check_gap(name, factor.gap)?;
        count(name, "output channels", stage.weight.out_channels(), stage.weight.in_channels())?;
        in_range(name, "shift", factor.shift, 1..=31)?;
        check_sum(name, 0, factor.weight.iter().map(|&w| (w, end)), factor.add, factor.shift)?;
    }
    Ok(())
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
