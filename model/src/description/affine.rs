//! How the dot product is scaled: steps in order, which import folds into one scale and one offset a channel.

use serde::{Deserialize, Serialize};

/// Affine map of the dot product, one an output channel: a step, or a list of steps in the order in which they apply.
///
/// A bias of the convolution comes where `bias` stands; in a list without it, after the leading `weight-mean` and `scale`
/// steps, as in `conv2d(x, scale * sign(w), bias)`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Affine {
    /// A single step.
    Step(AffineStep),
    /// Any number of steps.
    Steps(Vec<AffineStep>),
}

/// One step of an affine map, `y` being what came before it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AffineStep {
    /// Batch normalisation with its running statistics, under the patterns `norm` of the stage's tensors.
    BatchNorm,
    /// `y + bias`, the bias of the convolution where it has one.
    Bias,
    /// `y * mean |w_o|` over the weights of an output channel before binarization.
    WeightMean,
    /// `y * scale`: full names of a tensor of one value, or of one an output channel.
    Scale(Vec<String>),
    /// `y + offset`: full names of a tensor of one value, or of one an output channel.
    Offset(Vec<String>),
}

impl Affine {
    /// The steps in order.
    pub fn steps(&self) -> &[AffineStep] {
        match self {
            Affine::Step(step) => std::slice::from_ref(step),
            Affine::Steps(steps) => steps,
        }
    }

    /// Whether a batch normalisation is among the steps.
    pub(crate) fn has_norm(&self) -> bool {
        self.steps().contains(&AffineStep::BatchNorm)
    }
}
