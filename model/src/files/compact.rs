//! The compact checkpoint: the description as text, body signs packed, everything else f32.
//!
//! Thresholds that are all zero are left out.

use std::path::Path;

use ndarray::Array4;
use safetensors::Dtype;

use super::{
    CannotRead, FileError,
    container::{self, Blobs, Kind},
    read_with, write_atomically,
};
use crate::{
    description::{Activation, Description, PlacedBinaryConv, PlacedConv, PlacedLayer, Threshold},
    float::{FloatBinaryConv, FloatConv, FloatLayer, FloatNetwork},
    integer::SignWeights,
};

/// The compact checkpoint of a network as bytes; the same network always gives the same bytes.
pub fn encode_compact(network: &FloatNetwork) -> Vec<u8> {
    let mut blobs = Blobs::default();
    for layer in &network.layers {
        match layer {
            FloatLayer::Conv(conv) => put_conv(&mut blobs, conv),
            FloatLayer::BinaryConv(stage) => put_stage(&mut blobs, stage),
            FloatLayer::LongSkip { .. } | FloatLayer::PixelShuffle => {}
        }
    }
    container::encode(Kind::CompactCheckpoint, &network.description, &blobs)
}

/// The network in a compact checkpoint.
///
/// # Errors
/// [`FileError`]: damaged, of another kind or version, or not what its description says.
pub fn decode_compact(bytes: &[u8]) -> Result<FloatNetwork, FileError> {
    let (description, mut blobs): (Description, _) = container::decode(Kind::CompactCheckpoint, bytes)?;
    let placed = description.expand()?;
    let layers = placed.iter().map(|layer| match layer {
        PlacedLayer::Conv(placed) => take_conv(&mut blobs, placed).map(FloatLayer::Conv),
        PlacedLayer::BinaryConv(placed) => take_stage(&mut blobs, placed).map(FloatLayer::BinaryConv),
        PlacedLayer::LongSkip { from } => Ok(FloatLayer::LongSkip { from: *from }),
        PlacedLayer::PixelShuffle => Ok(FloatLayer::PixelShuffle),
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
    put_channels(blobs, format!("{}.bias", conv.name), &conv.bias);
}

fn put_stage(blobs: &mut Blobs, stage: &FloatBinaryConv) {
    let shape = sign_shape(stage.weight.out_channels(), stage.weight.kernel());
    let words = stage.weight.words().iter().map(|w| w.to_le_bytes());
    blobs.put(format!("{}.sign", stage.name), Dtype::U64, &shape, words);
    if stage.threshold.iter().any(|&threshold| threshold != 0.0) {
        put_channels(blobs, format!("{}.threshold", stage.name), &stage.threshold);
    }
    put_channels(blobs, format!("{}.scale", stage.name), &stage.scale);
    put_channels(blobs, format!("{}.offset", stage.name), &stage.offset);
}

fn put_channels(blobs: &mut Blobs, name: String, values: &[f32]) {
    blobs.put(name, Dtype::F32, &[values.len()], values.iter().map(|v| v.to_le_bytes()));
}

fn take_conv(blobs: &mut Blobs, placed: &PlacedConv) -> Result<FloatConv, FileError> {
    let shape = (placed.output, placed.input, placed.kernel, placed.kernel);
    let weight = take_f32(blobs, &format!("{}.weight", placed.name), &[shape.0, shape.1, shape.2, shape.3])?;
    let weight = Array4::from_shape_vec(shape, weight).expect("the shape was checked");
    let bias = take_f32(blobs, &format!("{}.bias", placed.name), &[placed.output])?;
    Ok(FloatConv { name: placed.name.clone(), weight, bias })
}

fn take_stage(blobs: &mut Blobs, placed: &PlacedBinaryConv) -> Result<FloatBinaryConv, FileError> {
    let (channels, kernel) = (placed.channels, placed.kernel);
    let name = format!("{}.sign", placed.name);
    let words = blobs.take(&name, Dtype::U64, &sign_shape(channels, kernel))?;
    let words = words.into_iter().map(u64::from_le_bytes).collect();
    let weight = SignWeights::from_words(channels, channels, kernel, words).ok_or_else(|| FileError::Value {
        name,
        found: "bits beyond the input channels".into(),
        expected: "0 in unused bits",
    })?;
    let threshold = format!("{}.threshold", placed.name);
    let threshold = match placed.threshold {
        Threshold::Channel if blobs.has(&threshold) => take_f32(blobs, &threshold, &[channels])?,
        Threshold::Channel | Threshold::Zero => vec![0.0; channels],
    };
    let mut channels = |what| take_f32(blobs, &format!("{}.{what}", placed.name), &[channels]);
    Ok(FloatBinaryConv {
        weight,
        threshold,
        scale: channels("scale")?,
        offset: channels("offset")?,
        leaky_relu: placed.activation.map(|Activation::LeakyRelu(slope)| slope),
        name: placed.name.clone(),
    })
}

fn take_f32(blobs: &mut Blobs, name: &str, shape: &[usize]) -> Result<Vec<f32>, FileError> {
    let values: Vec<f32> = blobs.take(name, Dtype::F32, shape)?.into_iter().map(f32::from_le_bytes).collect();
    match values.iter().find(|v| !v.is_finite()) {
        Some(v) => Err(FileError::Value { name: name.into(), found: v.to_string(), expected: "finite numbers" }),
        None => Ok(values),
    }
}

/// `[out][ky][kx][word]` of a stage with as many input as output channels.
fn sign_shape(channels: usize, kernel: usize) -> [usize; 4] {
    [channels, kernel, kernel, channels.div_ceil(64)]
}
