//! What an engine can run.

use super::lanes::{affine_addend, branch_slope, is_pointwise};
use crate::geometry::{BRANCH_SHIFT, BRANCH_SLOPE_BITS, SIGMOID_INDEX_BITS};
use crate::{EngineConfig, Geometry};
use bsr_model::integer::{BinaryConv, Branch, Conv, IntegerNetwork, NotStreaming, Streaming};

/// Why a network does not run on an engine.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LimitError {
    /// The network is not head, stages, long skip, tail, shuffle.
    #[error(transparent)]
    NotStreaming(NotStreaming),
    /// A size of the network is not the engine's, or beyond it.
    #[error("`{network}` has {what} {found}, the engine {allowed}")]
    Size {
        /// Name of the network.
        network: String,
        /// What is too large or different.
        what: &'static str,
        /// The network's.
        found: i64,
        /// The engine's.
        allowed: String,
    },
    /// A layer has a size or a constant that the engine does not run.
    #[error("layer `{layer}` has {what} {found}, the engine {allowed}")]
    Layer {
        /// Name of the layer.
        layer: String,
        /// What it is.
        what: &'static str,
        /// The layer's.
        found: String,
        /// The engine's.
        allowed: String,
    },
}

/// Checks every limit.
pub(super) fn check(config: &EngineConfig, network: &IntegerNetwork, view: &Streaming) -> Result<(), LimitError> {
    let size = |what, found: usize, ok: bool, allowed: String| {
        let error = LimitError::Size { network: network.name.clone(), what, found: found as i64, allowed };
        if ok { Ok(()) } else { Err(error) }
    };
    let channels = view.channels();
    size("channels", channels, channels <= config.channels, format!("has {}", config.channels))?;
    let stages = view.stages.len();
    size("stages", stages, stages <= config.max_stages, format!("has room for {}", config.max_stages))?;
    size("scale", view.scale, view.scale == config.scale, format!("is made for {}", config.scale))?;
    let bits = network.formats.stream_bits;
    size("stream bits", bits as usize, bits == config.stream_bits, format!("is made for {}", config.stream_bits))?;
    let colours = view.head.weight.dim().1;
    size("colours", colours, colours == config.colours, format!("is made for {}", config.colours))?;
    let source = |upsampler: bool| if upsampler { "a binary upsampler" } else { "the stream" };
    if view.upsampler != config.upsampler {
        let (found, allowed) = (source(view.upsampler), format!("has it from {}", source(config.upsampler)));
        return Err(layer(&view.tail.name, "its input from", found, &allowed));
    }
    let (outputs, allowed) =
        (view.tail.weight.dim().0, config.colours * if view.upsampler { 1 } else { view.scale * view.scale });
    size("output channels", outputs, outputs == allowed, format!("writes {allowed}"))?;
    let g = Geometry::new(config);
    let (k, most) = (network.input.pixel_shift as usize, (1 << g.pixel_shift_bits()) - 1);
    size("pixel shift", k, k <= most, format!("has up to {most}"))?;
    let means = &network.input.mean;
    size("means", means.len(), means.len() == colours, format!("has one a colour, {colours}"))?;
    if let Some(mean) = means.iter().find(|mean| !(0..1 << g.mean_bits()).contains(*mean)) {
        let allowed = format!("has 0 to {}", (1 << g.mean_bits()) - 1);
        return Err(LimitError::Size { network: network.name.clone(), what: "mean", found: (*mean).into(), allowed });
    }
    let table = network.sigmoid.as_ref().map_or(0, |table| table.values.len());
    size("values of the sigmoid", table, table <= 1 << SIGMOID_INDEX_BITS, format!("has {}", 1 << SIGMOID_INDEX_BITS))?;
    for conv in [view.head, view.tail] {
        check_conv(conv)?;
    }
    for (index, stage) in view.stages().enumerate() {
        let last = index + 1 == stages;
        check_stage(config, stage, channels, if last { g.phases() * channels } else { channels })?;
    }
    Ok(())
}

fn check_conv(conv: &Conv) -> Result<(), LimitError> {
    let (_, _, height, width) = conv.weight.dim();
    if (height, width) != (3, 3) {
        return Err(layer(&conv.name, "kernel", format!("{height}x{width}"), "has 3x3"));
    }
    if let Some(w) = conv.weight.iter().find(|w| i16::try_from(**w).is_err()) {
        return Err(layer(&conv.name, "weight", w, "has 16 bits"));
    }
    if !(1..=31).contains(&conv.shift) {
        return Err(layer(&conv.name, "shift", conv.shift, "has 1 to 31"));
    }
    Ok(())
}

fn check_stage(config: &EngineConfig, stage: &BinaryConv, channels: usize, outputs: usize) -> Result<(), LimitError> {
    let name = &stage.name;
    let shape = (stage.weight.out_channels(), stage.weight.in_channels(), stage.weight.kernel());
    if (shape.0, shape.1) != (outputs, channels) || ![1, 3].contains(&shape.2) {
        let allowed = format!("runs 3x3 and 1x1 convolutions of {channels} to {outputs} channels here");
        return Err(layer(name, "shape", format!("{shape:?}"), &allowed));
    }
    if is_pointwise(stage) && !config.pointwise {
        return Err(layer(name, "a kernel", "1x1", "is made for 3x3"));
    }
    let least = config.affine_shift.saturating_sub(2).max(1);
    if !(least..=config.affine_shift).contains(&stage.shift) {
        let allowed = format!("has {least} to {}", config.affine_shift);
        return Err(layer(name, "affine shift", stage.shift, &allowed));
    }
    if let Some(branch) = &stage.branch {
        check_branch(config, stage, branch)?;
    }
    if stage.spatial.is_some() && !config.spatial {
        return Err(layer(name, "a factor,", "one a pixel", "is made without"));
    }
    if stage.branch.is_some() || stage.spatial.is_some() {
        check_addends(config, stage, channels)?;
    }
    match stage.leaky_relu() {
        Some(found) if found != config.activation => {
            let ours = config.activation;
            let allowed = format!("is made for {} / 2^{}", ours.slope, ours.shift);
            Err(layer(name, "slope", format!("{} / 2^{}", found.slope, found.shift), &allowed))
        }
        _ => Ok(()),
    }
}

/// What a branch asks for: a multiplier, and slopes of its width.
fn check_branch(config: &EngineConfig, stage: &BinaryConv, branch: &Branch) -> Result<(), LimitError> {
    let name = &stage.name;
    if !config.branch {
        return Err(layer(name, "a branch,", "an activation or an offset before the skip", "is made without"));
    }
    let shift = branch.activation.shift();
    if shift as usize > BRANCH_SHIFT {
        return Err(layer(name, "the shift of a slope", shift, &format!("has up to {BRANCH_SHIFT}")));
    }
    let most = 1 << (BRANCH_SLOPE_BITS - 1);
    for oc in 0..stage.weight.out_channels() {
        if branch_slope(branch, oc).abs() >= most {
            let found = format!("{} / 2^{shift}", branch.activation.of_channel(oc).slope);
            let allowed = format!("has slopes below {}", most >> BRANCH_SHIFT);
            return Err(layer(name, "slope", found, &allowed));
        }
    }
    Ok(())
}

/// A sum of the affine that saturates without a factor and a branch need not saturate behind them, so that none may leave
/// its bits.
fn check_addends(config: &EngineConfig, stage: &BinaryConv, channels: usize) -> Result<(), LimitError> {
    let g = Geometry::new(config);
    let limit = g.addend_limit();
    let mut addends = (0..stage.mul.len()).map(|oc| affine_addend(&g, channels, stage, oc));
    addends.find(|addend| addend.abs() > limit).map_or(Ok(()), |addend| {
        let allowed = format!("has up to {limit} before a factor or a branch");
        Err(layer(&stage.name, "addend, shifted up,", addend, &allowed))
    })
}

fn layer(name: &str, what: &'static str, found: impl ToString, allowed: &str) -> LimitError {
    LimitError::Layer { layer: name.into(), what, found: found.to_string(), allowed: allowed.into() }
}
