//! Lowering a whole network, layer by layer.

use ndarray::Array3;

use super::{
    AttentionReport, ConvReport, LowerError, Lowered, LoweringOptions, LoweringReport, activation, attention,
    calibration::Calibration,
    conv::{self, Units},
    factor, input, stage,
};
use crate::{
    description::PlacedSkip,
    float::{FloatBinaryConv, FloatConv, FloatLayer, FloatNetwork},
    integer::{Conv, Enlarge, Formats, IntegerNetwork, Layer, PictureTail, Skip, StreamConv},
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
    let tail = tail_position(network)?;
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
    let stages: Vec<&FloatBinaryConv> = stages(network).collect();
    let affine_shift = stage::affine_shift(&stages, fraction_bits)?;
    Lowering { network, seen, formats: Formats { stream_bits, fraction_bits }, tail, affine_shift }.run()
}

/// Position of the tail: the last convolution, which is not the head.
fn tail_position(network: &FloatNetwork) -> Result<usize, LowerError> {
    let missing = |missing| LowerError::Ends { network: network.description.name.clone(), missing };
    if !matches!(network.layers.first(), Some(FloatLayer::Conv(_))) {
        return Err(missing("full-precision convolution at its beginning"));
    }
    let tail = network.layers.iter().rposition(|layer| !matches!(layer, FloatLayer::PixelShuffle { .. }));
    let tail = tail.filter(|&at| at > 0 && matches!(network.layers[at], FloatLayer::Conv(_)));
    tail.ok_or_else(|| missing("full-precision convolution at its end"))
}

fn stages(network: &FloatNetwork) -> impl Iterator<Item = &FloatBinaryConv> {
    network.layers.iter().filter_map(|layer| match layer {
        FloatLayer::BinaryConv(stage) => Some(stage),
        _ => None,
    })
}

/// A skip; positions are the same before and after lowering.
pub(super) fn skip(skip: &PlacedSkip) -> Skip {
    match skip {
        PlacedSkip::Identity => Skip::Identity,
        // The enlarged picture is no value of the stream: its tail adds it.
        PlacedSkip::None | PlacedSkip::Enlarged(_) => Skip::None,
        PlacedSkip::From(position) => Skip::From(*position),
        PlacedSkip::Repeat => Skip::Repeat,
        PlacedSkip::Sum(terms) => Skip::Sum(terms.iter().map(self::skip).collect()),
    }
}

struct Lowering<'a> {
    network: &'a FloatNetwork,
    seen: Calibration,
    formats: Formats,
    tail: usize,
    affine_shift: u32,
}

/// What was reported on the way.
#[derive(Default)]
struct Reports {
    stages: Vec<super::StageReport>,
    /// Head, convolutions of the stream, tail.
    convs: Vec<ConvReport>,
    attentions: Vec<AttentionReport>,
}

impl Lowering<'_> {
    fn run(self) -> Result<Lowered, LowerError> {
        let description = &self.network.description;
        let (input, mean_error) = input::lower(self.network);
        let factors = |stage: &FloatBinaryConv| stage.spatial.is_some() || stage.channel.is_some();
        let attends = self.network.layers.iter().any(|layer| matches!(layer, FloatLayer::Attention(_)));
        let mut integer = IntegerNetwork {
            name: description.name.clone(),
            formats: self.formats,
            input,
            sigmoid: (attends || stages(self.network).any(factors)).then(factor::table),
            layers: Vec::new(),
        };
        let mut reports = Reports::default();
        for (position, layer) in self.network.layers.iter().enumerate() {
            let layer = self.layer(position, layer, &integer, &mut reports)?;
            integer.layers.push(layer);
        }
        integer.validate()?;
        let report = self.report(&integer, mean_error, reports);
        Ok(Lowered { network: integer, report })
    }

    fn report(&self, integer: &IntegerNetwork, mean_error: f64, mut reports: Reports) -> LoweringReport {
        let Formats { stream_bits, fraction_bits } = self.formats;
        let tail = reports.convs.pop().expect("a tail was lowered");
        let head = reports.convs.remove(0);
        LoweringReport {
            network: integer.name.clone(),
            stream_bits,
            fraction_bits,
            pixel_shift: integer.input.pixel_shift,
            mean_error,
            affine_shift: self.affine_shift,
            stream: self.seen.report(self.network, stream_bits, fraction_bits),
            head,
            stages: reports.stages,
            convs: reports.convs,
            attentions: reports.attentions,
            tail,
        }
    }

    fn layer(
        &self,
        position: usize,
        layer: &FloatLayer,
        integer: &IntegerNetwork,
        reports: &mut Reports,
    ) -> Result<Layer, LowerError> {
        let gap = self.network.description.gap;
        let doubled = matches!(integer.layers.last(), Some(Layer::LongSkip));
        Ok(match layer {
            FloatLayer::Conv(conv) if position == 0 => Layer::Head(self.head(conv, integer, reports)?),
            FloatLayer::Conv(conv) if position == self.tail => self.tail(conv, doubled, integer, reports)?,
            FloatLayer::Conv(conv) => Layer::Conv(StreamConv {
                conv: self.stream_conv(position, conv, doubled, reports)?,
                skip: skip(&conv.skip),
            }),
            FloatLayer::BinaryConv(conv) => {
                let range = self.seen.ranges[position];
                let (lowered, report) = stage::lower(conv, self.formats, self.affine_shift, gap, range)?;
                reports.stages.push(report);
                Layer::BinaryConv(lowered)
            }
            FloatLayer::Attention(trained) => {
                let (lowered, report) = attention::lower(trained, self.formats, gap)?;
                reports.attentions.push(report);
                Layer::Attention(lowered)
            }
            FloatLayer::Concat { parts } => Layer::Concat { parts: parts.clone() },
            FloatLayer::LongSkip { from: 0 } => Layer::LongSkip,
            FloatLayer::LongSkip { from } => {
                return Err(LowerError::LongSkip { layer: self.network.layers[*from].name().into() });
            }
            FloatLayer::PixelShuffle { scale } => Layer::PixelShuffle { scale: *scale },
        })
    }

    fn head(&self, head: &FloatConv, integer: &IntegerNetwork, reports: &mut Reports) -> Result<Conv, LowerError> {
        let fraction_bits = self.formats.fraction_bits as i32;
        let units = Units {
            weight: fraction_bits - integer.input.pixel_shift as i32,
            add: fraction_bits,
            peak: integer.input_peak(),
            beside: 0,
            shifts: conv::SHIFTS,
        };
        self.conv(0, head, &vec![-self.middle(); head.bias.len()], &units, reports)
    }

    fn stream_conv(
        &self,
        position: usize,
        conv: &FloatConv,
        doubled: bool,
        reports: &mut Reports,
    ) -> Result<Conv, LowerError> {
        let (add, peak) = (self.formats.fraction_bits as i32, self.peak(doubled));
        let units = Units { weight: 0, add, peak, beside: 0, shifts: conv::SHIFTS };
        let added = (conv.skip.terms() as f64 - 1.0) * self.middle();
        let extra: Vec<f64> = self.read_middles(conv, doubled).map(|read| read + added).collect();
        self.conv(position, conv, &extra, &units, reports)
    }

    fn tail(
        &self,
        tail: &FloatConv,
        doubled: bool,
        integer: &IntegerNetwork,
        reports: &mut Reports,
    ) -> Result<Layer, LowerError> {
        let (weight, peak) = (-(self.formats.fraction_bits as i32), self.peak(doubled));
        let description = &self.network.description;
        if let PlacedSkip::Enlarged(filter) = tail.skip {
            // The picture that is added has its means in it.
            let extra: Vec<f64> = self.read_middles(tail, doubled).collect();
            let shifts = integer.input.pixel_shift.max(1)..=22;
            let conv =
                self.conv(self.tail, tail, &extra, &Units { weight, add: 0, peak, beside: 255, shifts }, reports)?;
            return Ok(Layer::PictureTail(PictureTail { conv, enlarge: Enlarge::new(filter, description.scale) }));
        }
        let mean = &description.mean;
        let channels_a_colour = tail.bias.len() / mean.len();
        let mean = mean.iter().flat_map(|&m| std::iter::repeat_n(m, channels_a_colour));
        let extra: Vec<f64> = mean.zip(self.read_middles(tail, doubled)).map(|(mean, read)| mean + read).collect();
        let units = Units { weight, add: 0, peak, beside: 0, shifts: conv::SHIFTS };
        Ok(Layer::Tail(self.conv(self.tail, tail, &extra, &units, reports)?))
    }

    /// A convolution with its activation.
    fn conv(
        &self,
        position: usize,
        conv: &FloatConv,
        extra_add: &[f64],
        units: &Units,
        reports: &mut Reports,
    ) -> Result<Conv, LowerError> {
        let (mut lowered, mut report) = conv::lower(conv, extra_add, units, self.seen.ranges[position])?;
        let activation = conv
            .activation
            .as_ref()
            .map(|trained| activation::lower(trained).ok_or_else(|| LowerError::Slope { layer: conv.name.clone() }));
        (lowered.activation, report.activation) = activation.transpose()?.unzip();
        reports.convs.push(report);
        Ok(lowered)
    }

    /// What the middles of the stream's intervals add to each output, in grey levels.
    fn read_middles(&self, conv: &FloatConv, doubled: bool) -> impl Iterator<Item = f64> {
        let middle = self.middle() * if doubled { 2.0 } else { 1.0 };
        conv.weight.outer_iter().map(move |weight| middle * weight.iter().map(|&w| f64::from(w)).sum::<f64>())
    }

    /// Largest magnitude of the stream, or of the sum of a long skip.
    fn peak(&self, doubled: bool) -> i64 {
        -i64::from(self.formats.min()) << u32::from(doubled)
    }

    /// Half a unit of the stream, in grey levels.
    fn middle(&self) -> f64 {
        conv::exp2(-(self.formats.fraction_bits as i32) - 1)
    }
}
