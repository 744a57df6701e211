//! The layers of an integer network without their tensors: what the text of its file says.

use serde::{Deserialize, Serialize};

use crate::integer::{Activation, Enlarge, Gap, LeakyRelu, Prelu, Skip};

#[derive(Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub(super) enum Shape {
    Head(ConvShape),
    BinaryConv(StageShape),
    Conv(StreamConvShape),
    LongSkip,
    Concat { parts: Vec<usize> },
    Attention(AttentionShape),
    Tail(ConvShape),
    PictureTail(PictureTailShape),
    PixelShuffle { scale: usize },
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct ConvShape {
    pub(super) name: String,
    pub(super) out: usize,
    pub(super) r#in: usize,
    pub(super) kernel: usize,
    pub(super) shift: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) activation: Option<ActivationShape>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct StreamConvShape {
    pub(super) skip: Skip,
    pub(super) conv: ConvShape,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct AttentionShape {
    pub(super) name: String,
    #[serde(default, skip_serializing_if = "Gap::is_picture")]
    pub(super) gap: Gap,
    pub(super) skip: Skip,
    pub(super) reduce: ConvShape,
    pub(super) expand: ConvShape,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct PictureTailShape {
    pub(super) conv: ConvShape,
    pub(super) enlarge: Enlarge,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct StageShape {
    pub(super) name: String,
    pub(super) out: usize,
    pub(super) r#in: usize,
    pub(super) kernel: usize,
    pub(super) shift: u32,
    #[serde(default, skip_serializing_if = "is_identity")]
    pub(super) skip: Skip,
    #[serde(default, skip_serializing_if = "OperandShape::is_sign")]
    pub(super) operand: OperandShape,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) spatial: Option<FactorShape>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) channel: Option<FactorShape>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) branch: Option<ActivationShape>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) activation: Option<ActivationShape>,
}

fn is_identity(skip: &Skip) -> bool {
    *skip == Skip::Identity
}

#[derive(Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum OperandShape {
    #[default]
    Sign,
    LocalMean(usize),
    Mean(Gap),
    Stream,
}

impl OperandShape {
    fn is_sign(&self) -> bool {
        *self == OperandShape::Sign
    }
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct FactorShape {
    pub(super) add: i32,
    pub(super) shift: u32,
    #[serde(default, skip_serializing_if = "Gap::is_picture")]
    pub(super) gap: Gap,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct SigmoidShape {
    pub(super) values: usize,
}

/// A slope, or the shift of slopes that are in a tensor.
#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum ActivationShape {
    LeakyRelu(LeakyRelu),
    Prelu { prelu: u32 },
}

impl From<&Activation> for ActivationShape {
    fn from(activation: &Activation) -> Self {
        match activation {
            Activation::LeakyRelu(leaky) => ActivationShape::LeakyRelu(*leaky),
            Activation::Prelu(Prelu { shift, .. }) => ActivationShape::Prelu { prelu: *shift },
        }
    }
}
