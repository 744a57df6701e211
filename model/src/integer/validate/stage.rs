//! Binary stages.

use super::{
    Checked,
    conv::{validate_activation, validate_gap, validate_kernel, validate_shift, validate_weights},
    flow::Flow,
    require,
};
use crate::integer::{BinaryConv, Branch, ChannelFactor, Operand, SpatialFactor};

pub(super) fn validate_stage(flow: &Flow, stage: &BinaryConv) -> Checked {
    let name = &stage.name;
    let (out, input) = (stage.weight.out_channels(), stage.weight.in_channels());
    require(input == flow.now.channels, name, "number of input channels", input, flow.now.channels)?;
    require(out > 0, name, "number of output channels", out, "at least 1")?;
    flow.skip(name, &stage.skip, out)?;
    validate_kernel(name, stage.weight.kernel())?;
    validate_shift(name, stage.shift)?;
    for (what, len) in [("mul", stage.mul.len()), ("add", stage.add.len())] {
        require(len == out, name, "number of a channel's parameters", format!("{len} {what}"), out)?;
    }
    validate_operand(flow, stage)?;
    if let Some(factor) = &stage.spatial {
        validate_spatial(flow, name, factor, input)?;
    }
    if let Some(factor) = &stage.channel {
        require(input == out, name, "number of output channels beside a channel factor", out, input)?;
        validate_channel(flow, name, factor)?;
    }
    if let Some(Branch { activation, offset }) = &stage.branch {
        validate_activation(name, activation, out, 1)?;
        require(offset.len() == out, name, "number of offsets", offset.len(), out)?;
        let wide = offset.iter().find(|offset| offset.unsigned_abs() >= 1 << 24);
        require(wide.is_none(), name, "offset", format!("{wide:?}"), "24 bits")?;
    }
    match &stage.activation {
        Some(activation) => validate_activation(name, activation, out, 0),
        None => Ok(()),
    }
}

fn validate_operand(flow: &Flow, stage: &BinaryConv) -> Checked {
    let (name, formats) = (&stage.name, flow.network.formats);
    let input = stage.weight.in_channels();
    match &stage.operand {
        Operand::Sign { threshold } => {
            let found = format!("{} thresholds", threshold.len());
            require(threshold.len() == input, name, "number of a channel's parameters", found, input)?;
            let range = formats.min()..=-formats.min();
            let outside = threshold.iter().find(|t| !range.contains(t)).copied().unwrap_or(0);
            require(range.contains(&outside), name, "threshold", outside, format!("{range:?}"))
        }
        Operand::LocalMean { kernel } => {
            require(matches!(kernel, 3 | 5 | 7), name, "kernel of the local mean", kernel, "3, 5 or 7")
        }
        Operand::Mean(gap) => validate_gap(name, *gap),
        Operand::Stream => {
            let taps = (input * stage.weight.kernel().pow(2)) as i64;
            let largest = taps.saturating_mul(-i64::from(formats.min()));
            require(largest < 1 << 31, name, "largest dot", largest, "less than 2^31")
        }
    }
}

fn validate_spatial(flow: &Flow, name: &str, factor: &SpatialFactor, channels: usize) -> Checked {
    let SpatialFactor { weight, add, shift } = factor;
    require(weight.len() == channels, name, "number of weights of the spatial factor", weight.len(), channels)?;
    validate_factor(flow, name, weight, *add, *shift)
}

fn validate_channel(flow: &Flow, name: &str, factor: &ChannelFactor) -> Checked {
    validate_gap(name, factor.gap)?;
    validate_factor(flow, name, &factor.weight, factor.add, factor.shift)
}

fn validate_factor(flow: &Flow, name: &str, weight: &[i32], add: i32, shift: u32) -> Checked {
    require(flow.network.sigmoid.is_some(), name, "sigmoid table of the network", "missing", "there for a factor")?;
    validate_shift(name, shift)?;
    validate_weights(name, weight.iter())?;
    let reach: i64 = weight.iter().map(|&w| i64::from(w).abs()).sum();
    let largest = reach * -i64::from(flow.network.formats.min()) + i64::from(add).abs() + (1 << (shift - 1));
    require(largest < 1 << 31, name, "largest sum of a factor", largest, "less than 2^31")
}
