//! A small network and a checkpoint for it.

use bsr_model::{
    checkpoint::{Tensor, Tensors, import},
    description::Description,
    float::FloatNetwork,
    integer::IntegerNetwork,
    lower::{LoweringOptions, calibration_pictures, lower},
};

/// Two blocks of three channels.
pub(crate) const TOML: &str = r#"
name = "small"
method = "e2fif"
backbone = "srresnet"
scale = 2
channels = 3
colour = "y"
mean = [127.5]
bn-eps = 1e-5
ignored-tensors = ["sub_mean.*", "*.num_batches_tracked"]

[[layers]]
kind = "conv"
name = "head"
kernel = 3
tensors = ["head.0.conv1.0", "head"]

[[layers]]
kind = "repeat"
times = 2

[[layers.layers]]
kind = "binary-conv"
name = "body.{}.conv1"
kernel = 3
threshold = "zero"
affine = "batch-norm"
skip = "identity"
activation = { leaky-relu = 0.1 }
tensors = { conv = ["body.{}.conv1.0"], norm = ["body.{}.conv1.1"] }

[[layers]]
kind = "long-skip"
from = "head"

[[layers]]
kind = "conv"
name = "tail"
kernel = 3
out = 4
tensors = ["tail.0"]

[[layers]]
kind = "pixel-shuffle"
"#;

pub(crate) fn description() -> Description {
    Description::from_toml(TOML).unwrap()
}

/// Values spread over -0.5..0.5, different in every tensor.
pub(crate) fn tensor(shape: &[usize], seed: usize) -> Tensor {
    let value = |i: usize| ((i * 37 + seed * 101 + 11) % 97) as f32 / 97.0 - 0.48;
    Tensor { shape: shape.into(), values: (0..shape.iter().product()).map(value).collect() }
}

/// A checkpoint of [`description`] under the official names.
pub(crate) fn tensors() -> Tensors {
    let mut tensors = Tensors::default();
    let mut put = |name: &str, shape: &[usize]| {
        let seed = tensors.0.len();
        tensors.0.insert(name.to_owned(), tensor(shape, seed));
    };
    put("head.0.conv1.0.weight", &[3, 1, 3, 3]);
    put("head.0.conv1.0.bias", &[3]);
    for block in 0..2 {
        put(&format!("body.{block}.conv1.0.weight"), &[3, 3, 3, 3]);
        for part in ["weight", "bias", "running_mean", "running_var"] {
            put(&format!("body.{block}.conv1.1.{part}"), &[3]);
        }
    }
    put("tail.0.weight", &[4, 3, 3, 3]);
    put("tail.0.bias", &[4]);
    for (name, tensor) in &mut tensors.0 {
        if name.ends_with("running_var") {
            tensor.values.iter_mut().for_each(|v| *v = v.abs() + 0.5);
        }
    }
    tensors
}

pub(crate) fn float_network() -> FloatNetwork {
    import(&description(), &tensors()).unwrap().network
}

pub(crate) fn integer_network() -> IntegerNetwork {
    lower(&float_network(), &calibration_pictures(1), &LoweringOptions::default()).unwrap().network
}
