//! The integer network as a file: topology and formats as text, integers as tensors.

use std::path::Path;

use ndarray::Array4;
use safetensors::Dtype;
use serde::{Deserialize, Serialize};

use super::{
    CannotRead, FileError,
    container::{self, Blobs, Kind},
    read_with,
    shape::{
        ActivationShape, AttentionShape, ConvShape, FactorShape, OperandShape, PictureTailShape, Shape, SigmoidShape,
        StageShape, StreamConvShape,
    },
    write_atomically,
};
use crate::integer::{
    Activation, Attention, BinaryConv, Branch, ChannelFactor, Conv, Formats, Gap, InputFormat, IntegerNetwork,
    InvalidNetwork, Layer, Operand, PictureTail, Prelu, SigmoidTable, SignWeights, SpatialFactor, StreamConv,
};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Topology {
    name: String,
    formats: Formats,
    input: InputFormat,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sigmoid: Option<SigmoidShape>,
    layers: Vec<Shape>,
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
        Layer::Conv(StreamConv { conv, skip }) => {
            Shape::Conv(StreamConvShape { skip: skip.clone(), conv: put_conv(&mut blobs, conv) })
        }
        Layer::LongSkip => Shape::LongSkip,
        Layer::Concat { parts } => Shape::Concat { parts: parts.clone() },
        Layer::Attention(attention) => Shape::Attention(put_attention(&mut blobs, attention)),
        Layer::PictureTail(PictureTail { conv, enlarge }) => {
            Shape::PictureTail(PictureTailShape { conv: put_conv(&mut blobs, conv), enlarge: enlarge.clone() })
        }
        Layer::Tail(conv) => Shape::Tail(put_conv(&mut blobs, conv)),
        Layer::PixelShuffle { scale } => Shape::PixelShuffle { scale: *scale },
    });
    let layers = layers.collect();
    let sigmoid = network.sigmoid.as_ref().map(|table| put_sigmoid(&mut blobs, table));
    let (name, formats, input) = (network.name.clone(), network.formats, network.input.clone());
    let topology = Topology { name, formats, input, sigmoid, layers };
    Ok(container::encode(Kind::IntegerNetwork, network.format_version(), topology, &blobs))
}

/// The integer network in a file.
///
/// # Errors
/// [`FileError`]: damaged, of another kind or version, or not a network that could run.
pub fn decode_integer(bytes: &[u8]) -> Result<IntegerNetwork, FileError> {
    let (version, topology, mut blobs): (_, Topology, _) = container::decode(Kind::IntegerNetwork, bytes)?;
    let layers = topology.layers.into_iter().map(|shape| {
        Ok(match shape {
            Shape::Head(shape) => Layer::Head(take_conv(&mut blobs, shape)?),
            Shape::BinaryConv(shape) => Layer::BinaryConv(take_stage(&mut blobs, shape)?),
            Shape::Conv(StreamConvShape { skip, conv }) => {
                Layer::Conv(StreamConv { conv: take_conv(&mut blobs, conv)?, skip })
            }
            Shape::LongSkip => Layer::LongSkip,
            Shape::Concat { parts } => Layer::Concat { parts },
            Shape::Attention(AttentionShape { name, gap, skip, reduce, expand }) => {
                let (reduce, expand) = (take_conv(&mut blobs, reduce)?, take_conv(&mut blobs, expand)?);
                Layer::Attention(Attention { name, gap, reduce, expand, skip })
            }
            Shape::PictureTail(PictureTailShape { conv, enlarge }) => {
                Layer::PictureTail(PictureTail { conv: take_conv(&mut blobs, conv)?, enlarge })
            }
            Shape::Tail(shape) => Layer::Tail(take_conv(&mut blobs, shape)?),
            Shape::PixelShuffle { scale } => Layer::PixelShuffle { scale },
        })
    });
    let layers = layers.collect::<Result<_, FileError>>()?;
    let sigmoid = topology.sigmoid.map(|shape| take_sigmoid(&mut blobs, shape)).transpose()?;
    blobs.finish()?;
    let Topology { name, formats, input, .. } = topology;
    let network = IntegerNetwork { name, formats, input, sigmoid, layers };
    network.validate()?;
    container::require_version(version, network.format_version())?;
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

/// Name of the sigmoid's table: no layer's tensor is called so, because theirs have a dot.
const SIGMOID: &str = "sigmoid";

fn put_sigmoid(blobs: &mut Blobs, table: &SigmoidTable) -> SigmoidShape {
    let values = table.values.iter().map(|value| value.to_le_bytes());
    blobs.put(SIGMOID.into(), Dtype::U16, &[table.values.len()], values);
    SigmoidShape { values: table.values.len() }
}

fn put_conv(blobs: &mut Blobs, conv: &Conv) -> ConvShape {
    let (out, r#in, kernel, _) = conv.weight.dim();
    put_i16(blobs, format!("{}.weight", conv.name), conv.weight.shape(), conv.weight.iter());
    put_i32(blobs, format!("{}.add", conv.name), &conv.add);
    let activation = put_activation(blobs, format!("{}.slope", conv.name), conv.activation.as_ref());
    ConvShape { name: conv.name.clone(), out, r#in, kernel, shift: conv.shift, activation }
}

fn put_attention(blobs: &mut Blobs, attention: &Attention) -> AttentionShape {
    let (reduce, expand) = (put_conv(blobs, &attention.reduce), put_conv(blobs, &attention.expand));
    AttentionShape { name: attention.name.clone(), gap: attention.gap, skip: attention.skip.clone(), reduce, expand }
}

fn put_stage(blobs: &mut Blobs, stage: &BinaryConv) -> StageShape {
    let (weight, name) = (&stage.weight, |what| format!("{}.{what}", stage.name));
    let (out, r#in, kernel) = (weight.out_channels(), weight.in_channels(), weight.kernel());
    let words = weight.words().iter().map(|w| w.to_le_bytes());
    blobs.put(name("sign"), Dtype::U64, &[out, kernel, kernel, r#in.div_ceil(64)], words);
    let operand = match &stage.operand {
        Operand::Sign { threshold } => {
            put_i32(blobs, name("threshold"), threshold);
            OperandShape::Sign
        }
        Operand::LocalMean { kernel } => OperandShape::LocalMean(*kernel),
        Operand::Mean(gap) => OperandShape::Mean(*gap),
        Operand::Stream => OperandShape::Stream,
    };
    blobs.put(name("mul"), Dtype::I16, &[out], stage.mul.iter().map(|m| m.to_le_bytes()));
    put_i32(blobs, name("add"), &stage.add);
    let spatial = stage.spatial.as_ref().map(|SpatialFactor { weight, add, shift }| {
        put_i16(blobs, name("spatial-weight"), &[weight.len()], weight.iter());
        FactorShape { add: *add, shift: *shift, gap: Gap::Picture }
    });
    let channel = stage.channel.as_ref().map(|ChannelFactor { weight, add, shift, gap }| {
        put_i16(blobs, name("channel-weight"), &[weight.len()], weight.iter());
        FactorShape { add: *add, shift: *shift, gap: *gap }
    });
    let branch = stage.branch.as_ref().and_then(|Branch { activation, offset }| {
        put_i32(blobs, name("branch-offset"), offset);
        put_activation(blobs, name("branch-slope"), Some(activation))
    });
    let activation = put_activation(blobs, name("slope"), stage.activation.as_ref());
    let (name, shift, skip) = (stage.name.clone(), stage.shift, stage.skip.clone());
    StageShape { name, out, r#in, kernel, shift, skip, operand, spatial, channel, branch, activation }
}

fn put_activation(blobs: &mut Blobs, slope: String, activation: Option<&Activation>) -> Option<ActivationShape> {
    if let Some(Activation::Prelu(prelu)) = activation {
        put_i32(blobs, slope, &prelu.slope);
    }
    activation.map(ActivationShape::from)
}

fn put_i16<'a>(blobs: &mut Blobs, name: String, shape: &[usize], values: impl Iterator<Item = &'a i32>) {
    blobs.put(name, Dtype::I16, shape, values.map(|&w| (w as i16).to_le_bytes()));
}

fn put_i32(blobs: &mut Blobs, name: String, values: &[i32]) {
    blobs.put(name, Dtype::I32, &[values.len()], values.iter().map(|v| v.to_le_bytes()));
}

fn take_sigmoid(blobs: &mut Blobs, shape: SigmoidShape) -> Result<SigmoidTable, FileError> {
    let values = blobs.take(SIGMOID, Dtype::U16, &[shape.values])?;
    Ok(SigmoidTable { values: values.into_iter().map(u16::from_le_bytes).collect() })
}

fn take_conv(blobs: &mut Blobs, shape: ConvShape) -> Result<Conv, FileError> {
    let ConvShape { name, out, r#in, kernel, shift, activation } = shape;
    let weight = take_i16(blobs, &format!("{name}.weight"), &[out, r#in, kernel, kernel])?;
    let weight = Array4::from_shape_vec((out, r#in, kernel, kernel), weight).map_err(|error| FileError::Value {
        name: name.clone(),
        found: error.to_string(),
        expected: "extents that an array can have",
    })?;
    let add = take_i32(blobs, &format!("{name}.add"), out)?;
    let activation = take_activation(blobs, &format!("{name}.slope"), activation, out)?;
    Ok(Conv { name, weight, add, shift, activation })
}

fn take_stage(blobs: &mut Blobs, shape: StageShape) -> Result<BinaryConv, FileError> {
    let StageShape { name, out, r#in, kernel, shift, skip, operand, spatial, channel, branch, activation } = shape;
    let of = |what: &str| format!("{name}.{what}");
    let words = blobs.take(&of("sign"), Dtype::U64, &[out, kernel, kernel, r#in.div_ceil(64)])?;
    let words = words.into_iter().map(u64::from_le_bytes).collect();
    let weight = SignWeights::from_words(out, r#in, kernel, words).ok_or_else(|| FileError::Value {
        name: of("sign"),
        found: "bits beyond the input channels".into(),
        expected: "0 in unused bits",
    })?;
    let operand = match operand {
        OperandShape::Sign => Operand::Sign { threshold: take_i32(blobs, &of("threshold"), r#in)? },
        OperandShape::LocalMean(kernel) => Operand::LocalMean { kernel },
        OperandShape::Mean(gap) => Operand::Mean(gap),
        OperandShape::Stream => Operand::Stream,
    };
    let mul = blobs.take(&of("mul"), Dtype::I16, &[out])?.into_iter().map(i16::from_le_bytes).collect();
    let add = take_i32(blobs, &of("add"), out)?;
    let spatial = match spatial {
        Some(FactorShape { add, shift, .. }) => {
            Some(SpatialFactor { weight: take_i16(blobs, &of("spatial-weight"), &[r#in])?, add, shift })
        }
        None => None,
    };
    let channel = match channel {
        Some(FactorShape { add, shift, gap }) => {
            let weight = take_i16(blobs, &of("channel-weight"), &[5])?;
            Some(ChannelFactor { weight: weight.try_into().expect("the shape was checked"), add, shift, gap })
        }
        None => None,
    };
    let branch = match take_activation(blobs, &of("branch-slope"), branch, out)? {
        Some(activation) => Some(Branch { activation, offset: take_i32(blobs, &of("branch-offset"), out)? }),
        None => None,
    };
    let activation = take_activation(blobs, &of("slope"), activation, out)?;
    Ok(BinaryConv { weight, operand, mul, add, shift, spatial, channel, branch, skip, activation, name })
}

fn take_activation(
    blobs: &mut Blobs,
    slope: &str,
    shape: Option<ActivationShape>,
    channels: usize,
) -> Result<Option<Activation>, FileError> {
    Ok(match shape {
        Some(ActivationShape::LeakyRelu(leaky)) => Some(Activation::LeakyRelu(leaky)),
        Some(ActivationShape::Prelu { prelu: shift }) => {
            Some(Activation::Prelu(Prelu { slope: take_i32(blobs, slope, channels)?, shift }))
        }
        None => None,
    })
}

fn take_i16(blobs: &mut Blobs, name: &str, shape: &[usize]) -> Result<Vec<i32>, FileError> {
    Ok(blobs.take(name, Dtype::I16, shape)?.into_iter().map(|bytes| i16::from_le_bytes(bytes).into()).collect())
}

fn take_i32(blobs: &mut Blobs, name: &str, len: usize) -> Result<Vec<i32>, FileError> {
    Ok(blobs.take(name, Dtype::I32, &[len])?.into_iter().map(i32::from_le_bytes).collect())
}
