//! Lowering a whole network.

use ndarray::Array3;

use super::{
    LowerError, Lowered, LoweringOptions, LoweringReport,
    calibration::Calibration,
    conv::{self, Units},
    input, stage,
};
use crate::{
    float::{FloatBinaryConv, FloatConv, FloatLayer, FloatNetwork},
    integer::{Formats, IntegerNetwork, Layer},
};

/// Lowers a network; `calibration` are LR pictures `[colour][y][x]` in grey levels 0..=255.
///
/// # Errors
/// [`LowerError`] names the layer whose range cannot be met.
pub fn lower(
    network: &FloatNetwork,
    calibration: &[Array3<f32>],
    options: &LoweringOptions,
) -> Result<Lowered, LowerError> {
    let stream_bits = options.stream_bits;
    if !(4..=24).contains(&stream_bits) {
        return Err(LowerError::StreamBits { found: stream_bits });
    }
    let (head, tail) = ends(network)?;
    let colours = network.description.mean.len();
    let usable = calibration.iter().all(|p| p.dim().0 == colours) && calibration.iter().any(|p| !p.is_empty());
    if !usable && (options.fraction_bits.is_none() || !calibration.is_empty()) {
        return Err(LowerError::NoCalibration { colours });
    }
    let seen = Calibration::run(network, calibration);
    let fraction_bits = match options.fraction_bits {
        Some(bits) => bits.min(stream_bits - 1),
        None => seen.fraction_bits(network, stream_bits, options.saturation)?,
    };
    Lowering { network, seen, formats: Formats { stream_bits, fraction_bits } }.run(head, tail)
}

/// The head and the tail: the first layer, and the one before the pixel shuffle.
fn ends(network: &FloatNetwork) -> Result<(&FloatConv, &FloatConv), LowerError> {
    let refuse = |position: usize, expected| crate::integer::NotStreaming {
        network: network.description.name.clone(),
        position,
        found: "another layer",
        expected,
    };
    let Some(FloatLayer::Conv(head)) = network.layers.first() else { return Err(refuse(0, "a head").into()) };
    let tail = network.layers.len().saturating_sub(2);
    match network.layers.get(tail) {
        Some(FloatLayer::Conv(conv)) if tail > 0 => Ok((head, conv)),
        _ => Err(refuse(tail, "a tail").into()),
    }
}

struct Lowering<'a> {
    network: &'a FloatNetwork,
    seen: Calibration,
    formats: Formats,
}

impl Lowering<'_> {
    fn run(self, head: &FloatConv, tail: &FloatConv) -> Result<Lowered, LowerError> {
        let Formats { stream_bits, fraction_bits } = self.formats;
        let description = &self.network.description;
        let (input, mean_error) = input::lower(&description.mean);
        let mut integer =
            IntegerNetwork { name: description.name.clone(), formats: self.formats, input, layers: Vec::new() };

        let (head, head_report) = self.head(head, &integer)?;
        integer.layers.push(Layer::Head(head));
        let stages: Vec<&FloatBinaryConv> = self.stages().map(|(_, stage)| stage).collect();
        let affine_shift = stage::affine_shift(&stages, fraction_bits)?;
        let mut stage_reports = Vec::new();
        for (position, stage) in self.stages() {
            let range = self.seen.ranges[position];
            let (lowered, report) = stage::lower(stage, self.formats, affine_shift, range)?;
            integer.layers.push(Layer::BinaryConv(lowered));
            stage_reports.push(report);
        }
        let long_skip = self.long_skip()?;
        integer.layers.extend(long_skip.then_some(Layer::LongSkip));
        let (tail, tail_report) = self.tail(tail, long_skip)?;
        integer.layers.push(Layer::Tail(tail));
        integer.layers.push(Layer::PixelShuffle { scale: description.scale });
        self.require_order(&integer)?;
        integer.validate()?;

        let report = LoweringReport {
            network: description.name.clone(),
            stream_bits,
            fraction_bits,
            pixel_shift: integer.input.pixel_shift,
            mean_error,
            affine_shift,
            stream: self.seen.report(self.network, stream_bits, fraction_bits),
            head: head_report,
            stages: stage_reports,
            tail: tail_report,
        };
        Ok(Lowered { network: integer, report })
    }

    fn head(
        &self,
        head: &FloatConv,
        integer: &IntegerNetwork,
    ) -> Result<(crate::integer::Conv, super::ConvReport), LowerError> {
        let fraction_bits = self.formats.fraction_bits as i32;
        let units = Units {
            weight: fraction_bits - integer.input.pixel_shift as i32,
            add: fraction_bits,
            peak: integer.input_peak(),
        };
        conv::lower(head, &vec![-self.middle(); head.bias.len()], &units, self.seen.ranges[0])
    }

    fn tail(&self, tail: &FloatConv, long_skip: bool) -> Result<(crate::integer::Conv, super::ConvReport), LowerError> {
        let peak = -i64::from(self.formats.min()) << u32::from(long_skip);
        let units = Units { weight: -(self.formats.fraction_bits as i32), add: 0, peak };
        let mean = &self.network.description.mean;
        let channels_a_colour = tail.bias.len() / mean.len();
        let mean = mean.iter().flat_map(|&m| std::iter::repeat_n(m, channels_a_colour));
        let middle = self.middle() * if long_skip { 2.0 } else { 1.0 };
        let sums = tail.weight.outer_iter().map(|weight| weight.iter().map(|&w| f64::from(w)).sum::<f64>());
        let extra: Vec<f64> = mean.zip(sums).map(|(mean, sum)| mean + middle * sum).collect();
        conv::lower(tail, &extra, &units, self.seen.ranges[self.network.layers.len() - 2])
    }

    /// Half a unit of the stream, in grey levels.
    fn middle(&self) -> f64 {
        conv::exp2(-(self.formats.fraction_bits as i32) - 1)
    }

    fn stages(&self) -> impl Iterator<Item = (usize, &FloatBinaryConv)> {
        self.network.layers.iter().enumerate().filter_map(|(position, layer)| match layer {
            FloatLayer::BinaryConv(stage) => Some((position, stage)),
            _ => None,
        })
    }

    /// Whether there is a long skip; it must start at the head.
    fn long_skip(&self) -> Result<bool, LowerError> {
        let sources = self.network.layers.iter().filter_map(|layer| match layer {
            FloatLayer::LongSkip { from } => Some(*from),
            _ => None,
        });
        let sources: Vec<usize> = sources.collect();
        match sources.iter().find(|&&from| from != 0) {
            Some(&from) => Err(LowerError::LongSkip { layer: self.network.layers[from].name().into() }),
            None => Ok(!sources.is_empty()),
        }
    }

    /// The integer layers stand in the order of the described ones.
    fn require_order(&self, integer: &IntegerNetwork) -> Result<(), LowerError> {
        integer.streaming()?;
        let last = self.network.layers.len() - 1;
        let kind = |position: usize, layer: &FloatLayer| match layer {
            FloatLayer::Conv(_) if position == 0 => "a head",
            FloatLayer::Conv(_) if position + 1 == last => "a tail",
            FloatLayer::Conv(_) => "a full-precision convolution",
            FloatLayer::BinaryConv(_) => "a binary convolution",
            FloatLayer::LongSkip { .. } => "a long skip",
            FloatLayer::PixelShuffle => "a pixel shuffle",
        };
        for (position, layer) in self.network.layers.iter().enumerate() {
            let (found, expected) =
                (kind(position, layer), integer.layers.get(position).map_or("the end", Layer::kind));
            if found != expected {
                let network = self.network.description.name.clone();
                return Err(crate::integer::NotStreaming { network, position, found, expected }.into());
            }
        }
        Ok(())
    }
}
