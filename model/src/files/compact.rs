//! The compact checkpoint: the description as text, body signs packed, everything else f32.
//!
//! Thresholds that are all zero are left out. Of a stage, `scale` and `offset` are the folded affine map.

use std::path::Path;

use ndarray::Array4;
use safetensors::Dtype;

use super::{
    CannotRead, FileError,
    container::{self, Blobs, Kind},
    read_with, write_atomically,
};
use crate::{
    description::{
        Activation, Description, Factor, PlacedAttention, PlacedBinaryConv, PlacedConv, PlacedLayer, PlacedSkip,
        Threshold,
    },
    float::{
        FloatActivation, FloatAttention, FloatBinaryConv, FloatBranch, FloatConv, FloatFactor, FloatLayer,
        FloatNetwork, FloatOperand,
    },
    integer::SignWeights,
};

/// The compact checkpoint of a network as bytes; the same network always gives the same bytes.
pub fn encode_compact(network: &FloatNetwork) -> Vec<u8> {
    let mut blobs = Blobs::default();
    for layer in &network.layers {
        match layer {
            FloatLayer::Conv(conv) => put_conv(&mut blobs, conv),
            FloatLayer::BinaryConv(stage) => put_stage(&mut blobs, stage),
            FloatLayer::Attention(attention) => {
                put_conv(&mut blobs, &attention.reduce);
                put_conv(&mut blobs, &attention.expand);
            }
            FloatLayer::LongSkip { .. } | FloatLayer::Concat { .. } | FloatLayer::PixelShuffle { .. } => {}
        }
    }
    let version = network.description.format_version();
    container::encode(Kind::CompactCheckpoint, version, &network.description, &blobs)
}

/// The network in a compact checkpoint.
///
/// # Errors
/// [`FileError`]: damaged, of another kind or version, or not what its description says.
pub fn decode_compact(bytes: &[u8]) -> Result<FloatNetwork, FileError> {
    let (version, description, mut blobs): (_, Description, _) = container::decode(Kind::CompactCheckpoint, bytes)?;
    container::require_version(version, description.format_version())?;
    let placed = description.expand()?;
    let layers = placed.iter().map(|layer| match layer {
        PlacedLayer::Conv(placed) => take_conv(&mut blobs, placed).map(FloatLayer::Conv),
        PlacedLayer::BinaryConv(placed) => take_stage(&mut blobs, placed).map(FloatLayer::BinaryConv),
        PlacedLayer::Concat { parts } => Ok(FloatLayer::Concat { parts: parts.clone() }),
        PlacedLayer::Attention(placed) => take_attention(&mut blobs, placed).map(FloatLayer::Attention),
        PlacedLayer::LongSkip { from } => Ok(FloatLayer::LongSkip { from: *from }),
        PlacedLayer::PixelShuffle { scale } => Ok(FloatLayer::PixelShuffle { scale: *scale }),
    });
    let layers = layers.collect::<Result<_, _>>()?;
    blobs.finish()?;
    Ok(FloatNetwork { description, layers })
}

/// Reads a compact checkpoint.
///
/// # Errors
/// [`CannotRead`] with the path and the reason.
pub fn read_compact(path: &Path) -> Result<FloatNetwork, CannotRead> {
    read_with(path, decode_compact)
}

/// Writes a compact checkpoint, whole or not at all.
///
/// # Errors
/// As the file system has them.
pub fn write_compact(path: &Path, network: &FloatNetwork) -> std::io::Result<()> {
    write_atomically(path, &encode_compact(network))
}

fn put_conv(blobs: &mut Blobs, conv: &FloatConv) {
    let weight = conv.weight.iter().map(|w| w.to_le_bytes());
    blobs.put(format!("{}.weight", conv.name), Dtype::F32, conv.weight.shape(), weight);
    put_f32(blobs, format!("{}.bias", conv.name), &conv.bias);
    put_slopes(blobs, format!("{}.slope", conv.name), conv.activation.as_ref());
}

fn put_stage(blobs: &mut Blobs, stage: &FloatBinaryConv) {
    let name = |what| format!("{}.{what}", stage.name);
    let weight = &stage.weight;
    let shape = sign_shape(weight.out_channels(), weight.in_channels(), weight.kernel());
    let words = weight.words().iter().map(|w| w.to_le_bytes());
    blobs.put(name("sign"), Dtype::U64, &shape, words);
    if let FloatOperand::Sign(threshold) = &stage.operand
        && threshold.iter().any(|&threshold| threshold != 0.0)
    {
        put_f32(blobs, name("threshold"), threshold);
    }
    put_f32(blobs, name("scale"), &stage.scale);
    put_f32(blobs, name("offset"), &stage.offset);
    for (factor, weight, bias) in
        [(&stage.spatial, "spatial-weight", "spatial-bias"), (&stage.channel, "channel-weight", "channel-bias")]
    {
        if let Some(factor) = factor {
            put_f32(blobs, name(weight), &factor.weight);
            put_f32(blobs, name(bias), &[factor.bias]);
        }
    }
    if let Some(FloatBranch { activation, offset }) = &stage.branch {
        put_slopes(blobs, name("branch-slope"), Some(activation));
        put_f32(blobs, name("branch-offset"), offset);
    }
    put_slopes(blobs, name("slope"), stage.activation.as_ref());
}

fn put_slopes(blobs: &mut Blobs, name: String, activation: Option<&FloatActivation>) {
    if let Some(FloatActivation::Prelu(slopes)) = activation {
        put_f32(blobs, name, slopes);
    }
}

fn put_f32(blobs: &mut Blobs, name: String, values: &[f32]) {
    blobs.put(name, Dtype::F32, &[values.len()], values.iter().map(|v| v.to_le_bytes()));
}

fn take_conv(blobs: &mut Blobs, placed: &PlacedConv) -> Result<FloatConv, FileError> {
    let shape = (placed.output, placed.input, placed.kernel, placed.kernel);
    let weight = take_f32(blobs, &format!("{}.weight", placed.name), &[shape.0, shape.1, shape.2, shape.3])?;
    let weight = Array4::from_shape_vec(shape, weight).expect("the shape was checked");
    let bias = take_f32(blobs, &format!("{}.bias", placed.name), &[placed.output])?;
    let slope = format!("{}.slope", placed.name);
    let activation = take_activation(blobs, &slope, placed.activation, placed.output)?;
    Ok(FloatConv { name: placed.name.clone(), weight, bias, skip: placed.skip.clone(), activation })
}

fn take_attention(blobs: &mut Blobs, placed: &PlacedAttention) -> Result<FloatAttention, FileError> {
    let PlacedAttention { name, channels, hidden, activation, skip, .. } = placed;
    let linear = |name: String, input, output, activation| PlacedConv {
        name,
        input,
        output,
        kernel: 1,
        skip: PlacedSkip::None,
        activation,
        tensors: Vec::new(),
        norm: Vec::new(),
        slope: Vec::new(),
    };
    Ok(FloatAttention {
        reduce: take_conv(blobs, &linear(format!("{name}.reduce"), *channels, *hidden, *activation))?,
        expand: take_conv(blobs, &linear(format!("{name}.expand"), *hidden, *channels, None))?,
        skip: skip.clone(),
        name: name.clone(),
    })
}

fn take_stage(blobs: &mut Blobs, placed: &PlacedBinaryConv) -> Result<FloatBinaryConv, FileError> {
    let (input, output) = (placed.input, placed.output);
    let name = |what| format!("{}.{what}", placed.name);
    let factor = |blobs: &mut Blobs, factor, what: &str, weights| match placed.factors.contains(&factor) {
        true => take_factor(blobs, &format!("{}.{what}", placed.name), weights).map(Some),
        false => Ok(None),
    };
    Ok(FloatBinaryConv {
        weight: take_signs(blobs, placed)?,
        operand: take_operand(blobs, placed)?,
        scale: take_f32(blobs, &name("scale"), &[output])?,
        offset: take_f32(blobs, &name("offset"), &[output])?,
        spatial: factor(blobs, Factor::Spatial, "spatial", input)?,
        channel: factor(blobs, Factor::Channel, "channel", 5)?,
        branch: take_branch(blobs, placed)?,
        skip: placed.skip.clone(),
        activation: take_activation(blobs, &name("slope"), placed.activation, output)?,
        name: placed.name.clone(),
    })
}

fn take_signs(blobs: &mut Blobs, placed: &PlacedBinaryConv) -> Result<SignWeights, FileError> {
    let (input, output, kernel) = (placed.input, placed.output, placed.kernel);
    let name = format!("{}.sign", placed.name);
    let words = blobs.take(&name, Dtype::U64, &sign_shape(output, input, kernel))?;
    let words = words.into_iter().map(u64::from_le_bytes).collect();
    SignWeights::from_words(output, input, kernel, words).ok_or_else(|| FileError::Value {
        name,
        found: "bits beyond the input channels".into(),
        expected: "0 in unused bits",
    })
}

fn take_operand(blobs: &mut Blobs, placed: &PlacedBinaryConv) -> Result<FloatOperand, FileError> {
    let threshold = format!("{}.threshold", placed.name);
    Ok(match placed.threshold {
        Threshold::Channel | Threshold::Shift if blobs.has(&threshold) => {
            FloatOperand::Sign(take_f32(blobs, &threshold, &[placed.input])?)
        }
        Threshold::Mean => FloatOperand::Mean,
        Threshold::Channel | Threshold::Shift | Threshold::Zero => FloatOperand::Sign(vec![0.0; placed.input]),
        Threshold::LocalMean(kernel) => FloatOperand::LocalMean(kernel),
        Threshold::None => FloatOperand::Stream,
    })
}

fn take_factor(blobs: &mut Blobs, name: &str, weights: usize) -> Result<FloatFactor, FileError> {
    let weight = take_f32(blobs, &format!("{name}-weight"), &[weights])?;
    let bias = take_f32(blobs, &format!("{name}-bias"), &[1])?[0];
    Ok(FloatFactor { weight, bias })
}

fn take_branch(blobs: &mut Blobs, placed: &PlacedBinaryConv) -> Result<Option<FloatBranch>, FileError> {
    if placed.branch.is_none() && placed.tensors.branch_offset.is_empty() {
        return Ok(None);
    }
    let slope = format!("{}.branch-slope", placed.name);
    let activation = take_activation(blobs, &slope, placed.branch, placed.output)?;
    let offset = take_f32(blobs, &format!("{}.branch-offset", placed.name), &[placed.output])?;
    Ok(Some(FloatBranch { activation: activation.unwrap_or(FloatActivation::LeakyRelu(1.0)), offset }))
}

fn take_activation(
    blobs: &mut Blobs,
    slope: &str,
    activation: Option<Activation>,
    channels: usize,
) -> Result<Option<FloatActivation>, FileError> {
    Ok(match activation {
        Some(Activation::LeakyRelu(slope)) => Some(FloatActivation::LeakyRelu(slope)),
        Some(Activation::Prelu) => Some(FloatActivation::Prelu(take_f32(blobs, slope, &[channels])?)),
        None => None,
    })
}

fn take_f32(blobs: &mut Blobs, name: &str, shape: &[usize]) -> Result<Vec<f32>, FileError> {
    let values: Vec<f32> = blobs.take(name, Dtype::F32, shape)?.into_iter().map(f32::from_le_bytes).collect();
    match values.iter().find(|v| !v.is_finite()) {
        Some(v) => Err(FileError::Value { name: name.into(), found: v.to_string(), expected: "finite numbers" }),
        None => Ok(values),
    }
}

/// `[out][ky][kx][word]`.
fn sign_shape(output: usize, input: usize, kernel: usize) -> [usize; 4] {
    [output, kernel, kernel, input.div_ceil(64)]
}
