//! What a network costs: parameters, and operations for an SR picture of 1280 x 720.
//!
//! | count | is |
//! |---|---|
//! | `params_binary` | weights of which the sign alone is kept |
//! | `params_float` | every other number that inference needs: weights and biases of full-precision convolutions, and of a stage one scale and one offset an output (batch normalisation and biases are folded), thresholds, slopes, factors |
//! | `ops_binary` | multiply-accumulates of binary weights with signs |
//! | `ops_float` | multiply-accumulates in full precision, those of binary weights with multi-bit operands among them; one more a value for each affine map, factor, skip and activation; 25 a value of an enlarged picture |
//! | `ops_paper` | `ops_float + ops_binary / 64`: 64 binary operations take one instruction, as Bi-Real Net and its followers count |
//!
//! A multiply-accumulate is one operation; papers that count its two halves have twice as many.

use crate::description::{
    Activation, Affine, AffineStep, Description, DescriptionError, Factor, PlacedAttention, PlacedBinaryConv,
    PlacedConv, PlacedLayer, PlacedSkip, Threshold,
};

/// Pixels of the SR picture that operations are counted for.
const PIXELS: f64 = 1280.0 * 720.0;

/// Operations of a value of an enlarged picture: the taps of its filter.
const FILTER_TAPS: usize = 25;

/// Parameters and operations of a network.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Cost {
    /// Weights of which the sign alone is kept.
    pub params_binary: u64,
    /// All other parameters.
    pub params_float: u64,
    /// Binary multiply-accumulates.
    pub ops_binary: f64,
    /// Operations in full precision.
    pub ops_float: f64,
}

impl Cost {
    /// `ops_float + ops_binary / 64`.
    pub fn ops_paper(&self) -> f64 {
        self.ops_float + self.ops_binary / 64.0
    }

    /// The cost of a described network.
    ///
    /// # Errors
    /// [`DescriptionError`] if the description does not hold together.
    pub fn of(description: &Description) -> Result<Self, DescriptionError> {
        let colours = description.colour.channels();
        let mut counting = Counting { cost: Self::default(), scale: 1, scales: Vec::new(), output: description.scale };
        if description.enlarge.is_some() {
            counting.scale = description.scale;
            counting.float(FILTER_TAPS * colours);
        }
        for layer in description.expand()? {
            counting.layer(&layer);
        }
        Ok(counting.cost)
    }
}

struct Counting {
    cost: Cost,
    /// Pixels of the map a pixel of the LR picture, along each axis.
    scale: usize,
    /// The same of what each layer wrote.
    scales: Vec<usize>,
    /// The same of the SR picture.
    output: usize,
}

impl Counting {
    fn layer(&mut self, layer: &PlacedLayer) {
        match layer {
            PlacedLayer::Conv(conv) => self.conv(conv),
            PlacedLayer::BinaryConv(stage) => self.stage(stage),
            PlacedLayer::Attention(attention) => self.attention(attention),
            PlacedLayer::LongSkip { .. } => {}
            PlacedLayer::Concat { parts } => self.scale = self.scales[parts[0]],
            PlacedLayer::PixelShuffle { scale } => self.scale *= scale,
        }
        self.scales.push(self.scale);
    }

    /// Pixels of the map for an SR picture of the stated size.
    fn pixels(&self) -> f64 {
        PIXELS * (self.scale as f64 / self.output as f64).powi(2)
    }

    /// So many operations in full precision a pixel.
    fn float(&mut self, operations: usize) {
        self.cost.ops_float += operations as f64 * self.pixels();
    }

    fn conv(&mut self, conv: &PlacedConv) {
        let macs = conv.input * conv.output * conv.kernel.pow(2);
        self.cost.params_float += (macs + conv.output + slopes(conv.activation, conv.output)) as u64;
        self.float(macs + conv.output * ends(&conv.skip, conv.activation));
    }

    fn stage(&mut self, stage: &PlacedBinaryConv) {
        let macs = stage.input * stage.output * stage.kernel.pow(2);
        self.cost.params_binary += macs as u64;
        let thresholds = if stage.threshold.is_trained() { stage.input } else { 0 };
        let offsets = if stage.tensors.branch_offset.is_empty() { 0 } else { stage.output };
        let affine = stage.output * if has_offset(&stage.affine) { 2 } else { 1 };
        let spatial = if stage.factors.contains(&Factor::Spatial) { stage.input + 1 } else { 0 };
        let channel = if stage.factors.contains(&Factor::Channel) { 6 } else { 0 };
        let slopes = slopes(stage.branch, stage.output) + slopes(stage.activation, stage.output);
        self.cost.params_float += (affine + thresholds + offsets + spatial + channel + slopes) as u64;
        match stage.threshold {
            Threshold::None => self.float(macs),
            _ => self.cost.ops_binary += macs as f64 * self.pixels(),
        }
        let operand = match stage.threshold {
            Threshold::LocalMean(kernel) => kernel.pow(2),
            Threshold::Mean => 1,
            Threshold::Zero | Threshold::Channel | Threshold::Shift | Threshold::None => 0,
        };
        let factors = stage.factors.len() * stage.output + if spatial > 0 { stage.input } else { 0 };
        let averages = if channel > 0 { stage.input } else { 0 };
        let branch = usize::from(stage.branch.is_some());
        let values = 1 + branch + ends(&stage.skip, stage.activation);
        self.float(operand * stage.input + factors + averages + stage.output * values);
    }

    fn attention(&mut self, attention: &PlacedAttention) {
        let PlacedAttention { channels, hidden, activation, skip, .. } = attention;
        let linear = 2 * channels * hidden + channels + hidden;
        self.cost.params_float += (linear + slopes(*activation, *hidden)) as u64;
        // The linear layers run once a picture.
        self.cost.ops_float += linear as f64;
        self.float(2 * channels + channels * ends(skip, None));
    }
}

/// Operations a value after the convolution: terms of the skip, and the activation.
fn ends(skip: &PlacedSkip, activation: Option<Activation>) -> usize {
    let picture = if let PlacedSkip::Enlarged(_) = skip { FILTER_TAPS } else { 0 };
    skip.terms() + picture + usize::from(activation.is_some())
}

fn slopes(activation: Option<Activation>, channels: usize) -> usize {
    if activation == Some(Activation::Prelu) { channels } else { 0 }
}

/// Whether the folded affine map has an offset, a bias of the convolution counted as one.
fn has_offset(affine: &Affine) -> bool {
    affine.steps().iter().any(|step| matches!(step, AffineStep::BatchNorm | AffineStep::Bias | AffineStep::Offset(_)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::zoo::find_description;

    fn cost(name: &str) -> Cost {
        Cost::of(&find_description(name).unwrap()).unwrap()
    }

    /// 32 stages of 64 x 64 x 9 weights, on 640 x 360 pixels of LR.
    #[test]
    fn the_binary_part_of_srresnet_is_counted_by_hand() {
        let cost = cost("e2fif_x2");
        assert_eq!(cost.params_binary, 32 * 64 * 64 * 9);
        assert_eq!(cost.ops_binary, f64::from(32 * 64 * 64 * 9) * 640.0 * 360.0);
        let (head, stages, tail) = (64 * 9 + 64, 32 * 2 * 64, 4 * 64 * 9 + 4);
        assert_eq!(cost.params_float, head + stages + tail);
        let values = 32 * 2 * 64 + 16 * 64;
        assert_eq!(cost.ops_float, f64::from(64 * 9 + values + 4 * 64 * 9) * 640.0 * 360.0);
    }

    /// The literature has 665 thousand parameters and 612.6 G multiply-accumulates for VDSR at 1280 x 720.
    #[test]
    fn vdsr_has_the_weights_of_the_literature() {
        let cost = cost("esb_vdsr_x2");
        let ends = 2 * 64 * 9;
        assert_eq!(cost.params_binary + ends, 664_704);
        assert_eq!(((cost.ops_binary + ends as f64 * PIXELS) / 1e8).round(), 6126.0);
    }
}
