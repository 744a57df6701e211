//! One row a layer or tensor.

use bsr_model::{
    checkpoint::Tensors,
    float::{FloatActivation, FloatLayer, FloatNetwork},
    integer::{Activation, BinaryConv, Conv, IntegerNetwork, Layer, Operand, PictureTail, Skip, StreamConv},
};
use ndarray::Array4;
use serde::Serialize;

use crate::{failure::Failure, output};

/// A layer or a tensor.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct Row {
    name: String,
    holds: &'static str,
    /// `[out, in, ky, kx]` of a convolution's weights; a tensor's own shape.
    shape: Vec<usize>,
    /// What else there is to say.
    notes: String,
}

pub(crate) fn of_integer(network: &IntegerNetwork) -> Vec<Row> {
    network.layers.iter().map(of_integer_layer).collect()
}

fn of_integer_layer(layer: &Layer) -> Row {
    match layer {
        Layer::Head(conv) => row(&conv.name, "head", shape(&conv.weight), conv_notes(conv)),
        Layer::Conv(StreamConv { conv, skip }) => {
            row(&conv.name, "conv", shape(&conv.weight), format!("{}{}", conv_notes(conv), skip_notes(skip)))
        }
        Layer::Tail(conv) => row(&conv.name, "tail", shape(&conv.weight), conv_notes(conv)),
        Layer::BinaryConv(stage) => {
            let weight = &stage.weight;
            let notes = format!("shift {}{}", stage.shift, stage_notes(stage));
            let shape = vec![weight.out_channels(), weight.in_channels(), weight.kernel(), weight.kernel()];
            row(&stage.name, "binary conv", shape, notes)
        }
        Layer::Concat { parts } => row("concat", "concatenation", vec![], format!("layers {parts:?}")),
        Layer::Attention(attention) => {
            let (hidden, channels, ..) = attention.reduce.weight.dim();
            let slope = slope_notes(attention.reduce.activation.as_ref());
            let notes = format!("averages over the {}{slope}{}", attention.gap, skip_notes(&attention.skip));
            row(&attention.name, "attention", vec![channels, hidden], notes)
        }
        Layer::PictureTail(PictureTail { conv, .. }) => {
            let notes = format!("{}, adds the enlarged picture", conv_notes(conv));
            row(&conv.name, "tail", shape(&conv.weight), notes)
        }
        Layer::LongSkip => row("long-skip", "long skip", vec![], String::new()),
        Layer::PixelShuffle { scale } => row("pixel-shuffle", "pixel shuffle", vec![], format!("x{scale}")),
    }
}

fn conv_notes(conv: &Conv) -> String {
    format!("shift {}{}", conv.shift, slope_notes(conv.activation.as_ref()))
}

/// What a stage has beyond thresholds and the identity skip.
fn stage_notes(stage: &BinaryConv) -> String {
    let operand = match stage.operand {
        Operand::Sign { .. } => String::new(),
        Operand::LocalMean { kernel } => format!(", local mean {kernel} x {kernel}"),
        Operand::Mean(gap) => format!(", mean over the {gap}"),
        Operand::Stream => ", multi-bit operand".into(),
    };
    let spatial = if stage.spatial.is_some() { ", spatial factor" } else { "" };
    let channel = if stage.channel.is_some() { ", channel factor" } else { "" };
    let branch =
        stage.branch.as_ref().map(|branch| format!("{} before the skip", slope_notes(Some(&branch.activation))));
    let skip = if stage.skip == Skip::Identity { String::new() } else { skip_notes(&stage.skip) };
    let slope = slope_notes(stage.activation.as_ref());
    format!("{operand}{spatial}{channel}{}{skip}{slope}", branch.unwrap_or_default())
}

fn skip_notes(skip: &Skip) -> String {
    match skip {
        Skip::Identity => ", adds its input".into(),
        Skip::None => ", no skip".into(),
        Skip::From(position) => format!(", adds layer {position}"),
        Skip::Repeat => ", adds its input repeated".into(),
        Skip::Sum(terms) => terms.iter().map(skip_notes).collect(),
    }
}

fn slope_notes(activation: Option<&Activation>) -> String {
    match activation {
        Some(Activation::LeakyRelu(leaky)) => format!(", slope {} / 2^{}", leaky.slope, leaky.shift),
        Some(Activation::Prelu(prelu)) => format!(", {} slopes / 2^{}", prelu.slope.len(), prelu.shift),
        None => String::new(),
    }
}

pub(crate) fn of_float(network: &FloatNetwork) -> Vec<Row> {
    network.layers.iter().map(of_float_layer).collect()
}

fn of_float_layer(layer: &FloatLayer) -> Row {
    let name = layer.name();
    match layer {
        FloatLayer::Conv(conv) => row(name, "conv", shape(&conv.weight), String::new()),
        FloatLayer::BinaryConv(stage) => {
            let weight = &stage.weight;
            let shape = vec![weight.out_channels(), weight.in_channels(), weight.kernel(), weight.kernel()];
            let slope = match &stage.activation {
                Some(FloatActivation::LeakyRelu(slope)) => format!("slope {slope}"),
                Some(FloatActivation::Prelu(slopes)) => format!("{} slopes", slopes.len()),
                None => String::new(),
            };
            row(name, "binary conv", shape, slope)
        }
        FloatLayer::Concat { parts } => row(name, "concatenation", vec![], format!("layers {parts:?}")),
        FloatLayer::Attention(attention) => {
            let (hidden, channels, ..) = attention.reduce.weight.dim();
            row(name, "attention", vec![channels, hidden], String::new())
        }
        FloatLayer::LongSkip { from } => row(name, "long skip", vec![], format!("from layer {from}")),
        FloatLayer::PixelShuffle { scale } => row(name, "pixel shuffle", vec![], format!("x{scale}")),
    }
}

pub(crate) fn of_tensors(tensors: &Tensors) -> Vec<Row> {
    tensors.0.iter().map(|(name, tensor)| row(name, "tensor", tensor.shape.clone(), String::new())).collect()
}

fn row(name: &str, holds: &'static str, shape: Vec<usize>, notes: String) -> Row {
    Row { name: name.to_owned(), holds, shape, notes }
}

fn shape<T>(weight: &Array4<T>) -> Vec<usize> {
    weight.shape().to_vec()
}

pub(crate) fn print(rows: &[Row]) -> Result<(), Failure> {
    let width = rows.iter().map(|row| row.name.len()).max().unwrap_or(0);
    for Row { name, holds, shape, notes } in rows {
        let shape = shape.iter().map(ToString::to_string).collect::<Vec<_>>().join(" x ");
        output::line(format!("{name:<width$}  {holds:<13}  {shape:<16}  {notes}").trim_end())?;
    }
    Ok(())
}
