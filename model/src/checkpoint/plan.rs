//! Which tensors a described network needs: their names, their shapes, and how large their values usually are.

use crate::description::{AffineStep, PlacedAttention, PlacedBinaryConv, PlacedConv, PlacedLayer, Threshold};

/// How far the stream of a usual network spreads, in grey levels.
const SPREAD: f32 = 30.0;

/// Usual slopes of a PReLU.
const SLOPES: (f32, f32) = (0.05, 0.4);

/// One tensor that a layer needs.
#[derive(Debug)]
pub(super) struct Need {
    /// Position of the layer.
    pub(super) layer: usize,
    /// Names that it may have, the first of them the most usual.
    pub(super) names: Vec<String>,
    pub(super) shape: Shape,
    /// Whether a checkpoint may lack it.
    pub(super) optional: bool,
    /// Smallest and largest of values that keep the stream at a usual size.
    pub(super) usual: (f32, f32),
}

/// What shape a tensor must have.
#[derive(Debug)]
pub(super) enum Shape {
    /// Exactly this one.
    Exact(Vec<usize>),
    /// `[O, I]` of a linear layer, or `[O, I, 1, 1]` of a 1x1 convolution.
    Linear(usize, usize),
    /// Any with so many values: `[C]`, `[C, 1, 1]` and `[1, C, 1, 1]` are one to us.
    Values(usize),
    /// One value, or so many.
    OneOr(usize),
    /// A number of values that divides this one: each is for as many neighbouring channels.
    Groups(usize),
}

impl Shape {
    pub(super) fn fits(&self, found: &[usize]) -> bool {
        let values = found.iter().product::<usize>();
        match self {
            Shape::Exact(shape) => shape == found,
            Shape::Linear(out, input) => found == [*out, *input] || found == [*out, *input, 1, 1],
            Shape::Values(count) => values == *count,
            Shape::OneOr(count) => values == 1 || values == *count,
            Shape::Groups(count) => values > 0 && count.is_multiple_of(values),
        }
    }

    /// The most usual shape that fits.
    pub(super) fn usual(&self) -> Vec<usize> {
        match self {
            Shape::Exact(shape) => shape.clone(),
            Shape::Linear(out, input) => vec![*out, *input, 1, 1],
            Shape::Values(count) | Shape::OneOr(count) | Shape::Groups(count) => vec![*count],
        }
    }
}

/// The four tensors of a batch normalisation.
pub(super) struct Norm {
    pub(super) gamma: Need,
    pub(super) beta: Need,
    pub(super) mean: Need,
    pub(super) variance: Need,
}

impl Norm {
    /// Of values with a spread, into the `unit` of the stream.
    fn new(layer: usize, prefixes: &[String], channels: usize, spread: f32, unit: f32) -> Self {
        let need = |suffix, usual| {
            let (names, shape) = (suffixed(prefixes, suffix), Shape::Exact(vec![channels]));
            Need { layer, names, shape, optional: false, usual }
        };
        Self {
            gamma: need("weight", (3.0 * unit, 7.0 * unit)),
            beta: need("bias", (-2.0 * unit, 2.0 * unit)),
            mean: need("running_mean", (-0.3 * spread, 0.3 * spread)),
            variance: need("running_var", (0.5 * spread * spread, 1.5 * spread * spread)),
        }
    }

    fn needs(self) -> [Need; 4] {
        [self.gamma, self.beta, self.mean, self.variance]
    }
}

/// Tensors of a full-precision convolution.
pub(super) struct Conv {
    pub(super) weight: Need,
    pub(super) bias: Need,
    pub(super) norm: Option<Norm>,
    pub(super) slope: Option<Need>,
}

impl Conv {
    pub(super) fn new(layer: usize, conv: &PlacedConv, unit: f32) -> Self {
        let norm = (!conv.norm.is_empty()).then(|| Norm::new(layer, &conv.norm, conv.output, SPREAD * unit, unit));
        let shape = Shape::Exact(vec![conv.output, conv.input, conv.kernel, conv.kernel]);
        let largest = 1.0 / ((conv.input * conv.kernel * conv.kernel) as f32).sqrt();
        let need = |suffix, shape, optional, largest: f32| Need {
            layer,
            names: suffixed(&conv.tensors, suffix),
            shape,
            optional,
            usual: (-largest, largest),
        };
        Self {
            weight: need("weight", shape, false, largest),
            bias: need("bias", Shape::Exact(vec![conv.output]), norm.is_some(), unit),
            norm,
            slope: named(layer, &conv.slope, Shape::Groups(conv.output), SLOPES),
        }
    }

    fn needs(self) -> impl Iterator<Item = Need> {
        let norm = self.norm.into_iter().flat_map(Norm::needs);
        [self.weight, self.bias].into_iter().chain(norm).chain(self.slope)
    }
}

/// Weights and, optionally, a bias of a factor.
pub(super) struct Factor {
    pub(super) weight: Need,
    pub(super) bias: Need,
}

impl Factor {
    fn new(layer: usize, prefixes: &[String], weights: usize, unit: f32) -> Option<Self> {
        let largest = 2.0 / (SPREAD * unit * (weights as f32).sqrt());
        let need = |suffix, values, optional, largest: f32| Need {
            layer,
            names: suffixed(prefixes, suffix),
            shape: Shape::Values(values),
            optional,
            usual: (-largest, largest),
        };
        let factor = || Self { weight: need("weight", weights, false, largest), bias: need("bias", 1, true, 1.0) };
        (!prefixes.is_empty()).then(factor)
    }

    fn needs(self) -> [Need; 2] {
        [self.weight, self.bias]
    }
}

/// Tensors of a binary stage.
pub(super) struct Stage {
    pub(super) weight: Need,
    pub(super) bias: Need,
    /// One group a step of the affine map.
    pub(super) affine: Vec<Step>,
    pub(super) threshold: Option<Need>,
    pub(super) spatial: Option<Factor>,
    pub(super) channel: Option<Factor>,
    pub(super) branch_slope: Option<Need>,
    pub(super) branch_offset: Option<Need>,
    pub(super) slope: Option<Need>,
}

/// A step of an affine map with the tensors that it needs.
pub(super) enum Step {
    Bias,
    WeightMean,
    Scale(Need),
    Offset(Need),
    Norm(Box<Norm>),
}

impl Step {
    fn needs(self) -> Vec<Need> {
        match self {
            Step::Bias | Step::WeightMean => Vec::new(),
            Step::Scale(need) | Step::Offset(need) => vec![need],
            Step::Norm(norm) => norm.needs().into(),
        }
    }
}

impl Stage {
    /// `unit` is a grey level in the units in which the network was trained.
    pub(super) fn new(layer: usize, stage: &PlacedBinaryConv, unit: f32) -> Self {
        let (input, output, kernel, tensors) = (stage.input, stage.output, stage.kernel, &stage.tensors);
        let taps = ((input * kernel * kernel) as f32).sqrt();
        let need = |suffix, shape, optional, largest: f32| {
            let names = suffixed(&tensors.conv, suffix);
            Need { layer, names, shape: Shape::Exact(shape), optional, usual: (-largest, largest) }
        };
        let offsets = (-2.0 * unit, 2.0 * unit);
        Self {
            weight: need("weight", vec![output, input, kernel, kernel], false, 2.0 / taps),
            bias: need("bias", vec![output], true, 0.1 * taps),
            affine: Self::affine(layer, stage, taps, unit),
            threshold: named(layer, &tensors.threshold, Shape::Values(input), offsets),
            spatial: Factor::new(layer, &tensors.spatial, input, unit),
            channel: Factor::new(layer, &tensors.channel, 5, unit),
            branch_slope: named(layer, &tensors.branch_slope, Shape::Groups(output), SLOPES),
            branch_offset: named(layer, &tensors.branch_offset, Shape::OneOr(output), offsets),
            slope: named(layer, &tensors.slope, Shape::Groups(output), SLOPES),
        }
    }

    /// The steps of the affine map; `taps` is the square root of their number.
    fn affine(layer: usize, stage: &PlacedBinaryConv, taps: f32, unit: f32) -> Vec<Step> {
        let of_signs = stage.threshold != Threshold::None;
        let mut spread = if of_signs { taps } else { taps * SPREAD * unit };
        let target = if of_signs { 5.0 * unit } else { SPREAD * unit };
        let param = |names: &[String], usual| named(layer, names, Shape::OneOr(stage.output), usual);
        let step = |step: &AffineStep| {
            Some(match step {
                AffineStep::Bias => Step::Bias,
                AffineStep::WeightMean => {
                    spread /= taps;
                    Step::WeightMean
                }
                AffineStep::Scale(names) => {
                    let scale = target / spread;
                    spread = target;
                    Step::Scale(param(names, (0.5 * scale, 1.5 * scale))?)
                }
                AffineStep::Offset(names) => Step::Offset(param(names, (-0.3 * spread, 0.3 * spread))?),
                AffineStep::BatchNorm => {
                    let norm = Norm::new(layer, &stage.tensors.norm, stage.output, spread, unit);
                    spread = 5.0 * unit;
                    Step::Norm(Box::new(norm))
                }
            })
        };
        stage.affine.steps().iter().filter_map(step).collect()
    }

    fn needs(self) -> impl Iterator<Item = Need> {
        let affine = self.affine.into_iter().flat_map(Step::needs);
        let factors = self.spatial.into_iter().chain(self.channel).flat_map(Factor::needs);
        let rest = [self.threshold, self.branch_slope, self.branch_offset, self.slope];
        [self.weight, self.bias].into_iter().chain(affine).chain(factors).chain(rest.into_iter().flatten())
    }
}

/// Tensors of an attention.
pub(super) struct Attention {
    pub(super) reduce: [Need; 2],
    pub(super) expand: [Need; 2],
    pub(super) slope: Option<Need>,
}

impl Attention {
    /// `unit` is a grey level in the units in which the network was trained.
    pub(super) fn new(layer: usize, attention: &PlacedAttention, unit: f32) -> Self {
        let PlacedAttention { channels, hidden, tensors, .. } = attention;
        let linear = |prefixes: &[String], (out, input): (usize, usize), weight: f32, bias: f32| {
            let need = |suffix, shape, optional, largest: f32| {
                let names = suffixed(prefixes, suffix);
                Need { layer, names, shape, optional, usual: (-largest, largest) }
            };
            [
                need("weight", Shape::Linear(out, input), false, weight),
                need("bias", Shape::Exact(vec![out]), true, bias),
            ]
        };
        let root = |inputs: usize| (inputs as f32).sqrt();
        Self {
            reduce: linear(&tensors.reduce, (*hidden, *channels), 2.0 / root(*channels), unit),
            expand: linear(&tensors.expand, (*channels, *hidden), 4.0 / (SPREAD * unit * root(*hidden)), 1.0),
            slope: named(layer, &tensors.slope, Shape::Groups(*hidden), SLOPES),
        }
    }

    fn needs(self) -> impl Iterator<Item = Need> {
        self.reduce.into_iter().chain(self.expand).chain(self.slope)
    }
}

/// Every tensor that the layers need; `unit` is a grey level in the units in which the network was trained.
pub(super) fn needs(layers: &[PlacedLayer], unit: f32) -> Vec<Need> {
    let of_layer = |(position, layer): (usize, &PlacedLayer)| -> Vec<Need> {
        match layer {
            PlacedLayer::Conv(placed) => Conv::new(position, placed, unit).needs().collect(),
            PlacedLayer::BinaryConv(placed) => Stage::new(position, placed, unit).needs().collect(),
            PlacedLayer::Attention(placed) => Attention::new(position, placed, unit).needs().collect(),
            PlacedLayer::LongSkip { .. } | PlacedLayer::Concat { .. } | PlacedLayer::PixelShuffle { .. } => Vec::new(),
        }
    };
    layers.iter().enumerate().flat_map(of_layer).collect()
}

/// A tensor by its full name, where there is any.
fn named(layer: usize, names: &[String], shape: Shape, usual: (f32, f32)) -> Option<Need> {
    (!names.is_empty()).then(|| Need { layer, names: names.into(), shape, optional: false, usual })
}

fn suffixed(prefixes: &[String], suffix: &str) -> Vec<String> {
    prefixes.iter().map(|prefix| format!("{prefix}.{suffix}")).collect()
}
