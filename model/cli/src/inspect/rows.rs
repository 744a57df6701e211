//! One row a layer or tensor.

use bsr_model::{
    checkpoint::Tensors,
    float::{FloatLayer, FloatNetwork},
    integer::{IntegerNetwork, Layer},
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
        Layer::Head(conv) => row(&conv.name, "head", shape(&conv.weight), format!("shift {}", conv.shift)),
        Layer::Tail(conv) => row(&conv.name, "tail", shape(&conv.weight), format!("shift {}", conv.shift)),
        Layer::BinaryConv(stage) => {
            let weight = &stage.weight;
            let activation = stage.activation.map(|a| format!(", slope {} / 2^{}", a.slope, a.shift));
            let notes = format!("shift {}{}", stage.shift, activation.unwrap_or_default());
            let shape = vec![weight.out_channels(), weight.in_channels(), weight.kernel(), weight.kernel()];
            row(&stage.name, "binary conv", shape, notes)
        }
        Layer::LongSkip => row("long-skip", "long skip", vec![], String::new()),
        Layer::PixelShuffle { scale } => row("pixel-shuffle", "pixel shuffle", vec![], format!("x{scale}")),
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
            row(name, "binary conv", shape, stage.leaky_relu.map(|slope| format!("slope {slope}")).unwrap_or_default())
        }
        FloatLayer::LongSkip { from } => row(name, "long skip", vec![], format!("from layer {from}")),
        FloatLayer::PixelShuffle => row(name, "pixel shuffle", vec![], String::new()),
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
