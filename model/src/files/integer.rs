//! The integer network as a file: topology and formats as text, integers as tensors.

use std::path::Path;

use ndarray::Array4;
use safetensors::Dtype;
use serde::{Deserialize, Serialize};

use super::{
    CannotRead, FileError,
    container::{self, Blobs, Kind},
    read_with, write_atomically,
};
use crate::integer::{
    BinaryConv, Conv, Formats, InputFormat, IntegerNetwork, InvalidNetwork, Layer, LeakyRelu, SignWeights,
};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Topology {
    name: String,
    formats: Formats,
    input: InputFormat,
    layers: Vec<Shape>,
}

/// A layer without its tensors.
#[derive(Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
enum Shape {
    Head(ConvShape),
    BinaryConv(StageShape),
    LongSkip,
    Tail(ConvShape),
    PixelShuffle { scale: usize },
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct ConvShape {
    name: String,
    out: usize,
    r#in: usize,
    kernel: usize,
    shift: u32,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct StageShape {
    name: String,
    out: usize,
    r#in: usize,
    kernel: usize,
    shift: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    activation: Option<LeakyRelu>,
}

/// The file of an integer network as bytes; the same network always gives the same bytes.
///
/// # Errors
/// [`InvalidNetwork`]: what could not be read back is not written.
pub fn encode_integer(network: &IntegerNetwork) -> Result<Vec<u8>, InvalidNetwork> {
    network.validate()?;
    let mut blobs = Blobs::default();
    let layers = network.layers.iter().map(|layer| match layer {
        Layer::Head(conv) => Shape::Head(put_conv(&mut blobs, conv)),
        Layer::BinaryConv(stage) => Shape::BinaryConv(put_stage(&mut blobs, stage)),
        Layer::LongSkip => Shape::LongSkip,
        Layer::Tail(conv) => Shape::Tail(put_conv(&mut blobs, conv)),
        Layer::PixelShuffle { scale } => Shape::PixelShuffle { scale: *scale },
    });
    let layers = layers.collect();
    let topology =
        Topology { name: network.name.clone(), formats: network.formats, input: network.input.clone(), layers };
    Ok(container::encode(Kind::IntegerNetwork, topology, &blobs))
}

/// The integer network in a file.
///
/// # Errors
/// [`FileError`]: damaged, of another kind or version, or not a network that could run.
pub fn decode_integer(bytes: &[u8]) -> Result<IntegerNetwork, FileError> {
    let (topology, mut blobs): (Topology, _) = container::decode(Kind::IntegerNetwork, bytes)?;
    let layers = topology.layers.into_iter().map(|shape| {
        Ok(match shape {
            Shape::Head(shape) => Layer::Head(take_conv(&mut blobs, shape)?),
            Shape::BinaryConv(shape) => Layer::BinaryConv(take_stage(&mut blobs, shape)?),
            Shape::LongSkip => Layer::LongSkip,
            Shape::Tail(shape) => Layer::Tail(take_conv(&mut blobs, shape)?),
            Shape::PixelShuffle { scale } => Layer::PixelShuffle { scale },
        })
    });
    let layers = layers.collect::<Result<_, FileError>>()?;
    blobs.finish()?;
    let network = IntegerNetwork { name: topology.name, formats: topology.formats, input: topology.input, layers };
    network.validate()?;
    Ok(network)
}

/// Reads an integer network.
///
/// # Errors
/// [`CannotRead`] with the path and the reason.
pub fn read_integer(path: &Path) -> Result<IntegerNetwork, CannotRead> {
    read_with(path, decode_integer)
}

/// Writes an integer network, whole or not at all.
///
/// # Errors
/// As the file system has them; a network that is not valid is `InvalidInput`.
pub fn write_integer(path: &Path, network: &IntegerNetwork) -> std::io::Result<()> {
    let bytes =
        encode_integer(network).map_err(|error| std::io::Error::new(std::io::ErrorKind::InvalidInput, error))?;
    write_atomically(path, &bytes)
}

fn put_conv(blobs: &mut Blobs, conv: &Conv) -> ConvShape {
    let (out, r#in, kernel, _) = conv.weight.dim();
    let weight = conv.weight.iter().map(|&w| (w as i16).to_le_bytes());
    blobs.put(format!("{}.weight", conv.name), Dtype::I16, conv.weight.shape(), weight);
    put_i32(blobs, format!("{}.add", conv.name), &conv.add);
    ConvShape { name: conv.name.clone(), out, r#in, kernel, shift: conv.shift }
}

fn put_stage(blobs: &mut Blobs, stage: &BinaryConv) -> StageShape {
    let weight = &stage.weight;
    let (out, r#in, kernel) = (weight.out_channels(), weight.in_channels(), weight.kernel());
    let words = weight.words().iter().map(|w| w.to_le_bytes());
    blobs.put(format!("{}.sign", stage.name), Dtype::U64, &[out, kernel, kernel, r#in.div_ceil(64)], words);
    put_i32(blobs, format!("{}.threshold", stage.name), &stage.threshold);
    blobs.put(format!("{}.mul", stage.name), Dtype::I16, &[out], stage.mul.iter().map(|m| m.to_le_bytes()));
    put_i32(blobs, format!("{}.add", stage.name), &stage.add);
    StageShape { name: stage.name.clone(), out, r#in, kernel, shift: stage.shift, activation: stage.activation }
}

fn put_i32(blobs: &mut Blobs, name: String, values: &[i32]) {
    blobs.put(name, Dtype::I32, &[values.len()], values.iter().map(|v| v.to_le_bytes()));
}

fn take_conv(blobs: &mut Blobs, shape: ConvShape) -> Result<Conv, FileError> {
    let ConvShape { name, out, r#in, kernel, shift } = shape;
    let weight = blobs.take(&format!("{name}.weight"), Dtype::I16, &[out, r#in, kernel, kernel])?;
    let weight = weight.into_iter().map(|bytes| i16::from_le_bytes(bytes).into()).collect();
    let weight = Array4::from_shape_vec((out, r#in, kernel, kernel), weight).map_err(|error| FileError::Value {
        name: name.clone(),
        found: error.to_string(),
        expected: "extents that an array can have",
    })?;
    let add = take_i32(blobs, &format!("{name}.add"), out)?;
    Ok(Conv { name, weight, add, shift })
}

fn take_stage(blobs: &mut Blobs, shape: StageShape) -> Result<BinaryConv, FileError> {
    let StageShape { name, out, r#in, kernel, shift, activation } = shape;
    let sign = format!("{name}.sign");
    let words = blobs.take(&sign, Dtype::U64, &[out, kernel, kernel, r#in.div_ceil(64)])?;
    let words = words.into_iter().map(u64::from_le_bytes).collect();
    let weight = SignWeights::from_words(out, r#in, kernel, words).ok_or_else(|| FileError::Value {
        name: sign,
        found: "bits beyond the input channels".into(),
        expected: "0 in unused bits",
    })?;
    let threshold = take_i32(blobs, &format!("{name}.threshold"), r#in)?;
    let mul = blobs.take(&format!("{name}.mul"), Dtype::I16, &[out])?.into_iter().map(i16::from_le_bytes).collect();
    let add = take_i32(blobs, &format!("{name}.add"), out)?;
    Ok(BinaryConv { name, weight, threshold, mul, add, shift, activation })
}

fn take_i32(blobs: &mut Blobs, name: &str, len: usize) -> Result<Vec<i32>, FileError> {
    Ok(blobs.take(name, Dtype::I32, &[len])?.into_iter().map(i32::from_le_bytes).collect())
}
