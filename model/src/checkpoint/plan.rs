//! Which tensors a described network needs, under which names and in which shapes.

use crate::description::{PlacedBinaryConv, PlacedConv, PlacedLayer, Threshold};

/// One tensor that a layer needs.
#[derive(Debug)]
pub(super) struct Need {
    /// Position of the layer.
    pub(super) layer: usize,
    /// Names that it may have, the first of them the most usual.
    pub(super) names: Vec<String>,
    pub(super) shape: Vec<usize>,
    /// Whether a checkpoint may lack it.
    pub(super) optional: bool,
}

/// Tensors of a full-precision convolution: weight, bias.
pub(super) fn conv(layer: usize, conv: &PlacedConv) -> [Need; 2] {
    let need = |suffix, shape| Need { layer, names: suffixed(&conv.tensors, suffix), shape, optional: false };
    [need("weight", vec![conv.output, conv.input, conv.kernel, conv.kernel]), need("bias", vec![conv.output])]
}

/// Tensors of a binary stage: weight, bias (optional), the four of its batch normalisation, threshold.
pub(super) struct Stage {
    pub(super) weight: Need,
    pub(super) bias: Need,
    pub(super) gamma: Need,
    pub(super) beta: Need,
    pub(super) mean: Need,
    pub(super) variance: Need,
    pub(super) threshold: Option<Need>,
}

impl Stage {
    pub(super) fn new(layer: usize, stage: &PlacedBinaryConv) -> Self {
        let (channels, kernel) = (stage.channels, stage.kernel);
        let need = |names, shape, optional| Need { layer, names, shape, optional };
        let norm = |suffix| need(suffixed(&stage.tensors.norm, suffix), vec![channels], false);
        Self {
            weight: need(suffixed(&stage.tensors.conv, "weight"), vec![channels, channels, kernel, kernel], false),
            bias: need(suffixed(&stage.tensors.conv, "bias"), vec![channels], true),
            gamma: norm("weight"),
            beta: norm("bias"),
            mean: norm("running_mean"),
            variance: norm("running_var"),
            threshold: (stage.threshold == Threshold::Channel)
                .then(|| need(stage.tensors.threshold.clone(), vec![channels], false)),
        }
    }

    pub(super) fn needs(self) -> Vec<Need> {
        let trained = [self.weight, self.bias, self.gamma, self.beta, self.mean, self.variance];
        trained.into_iter().chain(self.threshold).collect()
    }
}

/// Every tensor that the layers need.
pub(super) fn needs(layers: &[PlacedLayer]) -> Vec<Need> {
    let of_layer = |(position, layer): (usize, &PlacedLayer)| match layer {
        PlacedLayer::Conv(placed) => conv(position, placed).into(),
        PlacedLayer::BinaryConv(placed) => Stage::new(position, placed).needs(),
        PlacedLayer::LongSkip { .. } | PlacedLayer::PixelShuffle => Vec::new(),
    };
    layers.iter().enumerate().flat_map(of_layer).collect()
}

fn suffixed(prefixes: &[String], suffix: &str) -> Vec<String> {
    prefixes.iter().map(|prefix| format!("{prefix}.{suffix}")).collect()
}
