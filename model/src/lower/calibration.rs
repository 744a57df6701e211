//! What the stream holds while the floating-point network sees the calibration pictures.

use ndarray::Array3;

use super::{LowerError, StreamReport, conv::exp2};
use crate::float::{FloatLayer, FloatNetwork};

/// Magnitudes are counted in bins of this many grey levels; `2^(b-1-f)` is a multiple of it wherever it may be chosen.
const BIN: f32 = 1.0 / 16.0;
const BINS: usize = 1 << 20;

/// Ranges of every layer, and how the stream's magnitudes are spread.
pub(super) struct Calibration {
    /// Smallest and largest output of each layer, before its activation.
    pub(super) ranges: Vec<(f32, f32)>,
    pictures: usize,
    histogram: Vec<u64>,
    peak: f32,
    peak_layer: usize,
}

impl Calibration {
    pub(super) fn run(network: &FloatNetwork, pictures: &[Array3<f32>]) -> Self {
        let ranges = vec![(0.0, 0.0); network.layers.len()];
        let histogram = vec![0; BINS];
        let mut seen = Self { ranges, pictures: pictures.len(), histogram, peak: 0.0, peak_layer: 0 };
        let is_stream = stream_layers(network);
        for picture in pictures {
            network.run_observed(picture.view(), |observation| {
                let layer = observation.layer;
                for &value in observation.values {
                    let range = &mut seen.ranges[layer];
                    *range = (range.0.min(value), range.1.max(value));
                    if is_stream[layer] {
                        seen.count(layer, value.abs());
                    }
                }
            });
        }
        seen
    }

    fn count(&mut self, layer: usize, magnitude: f32) {
        self.histogram[((magnitude / BIN) as usize).min(BINS - 1)] += 1;
        if magnitude > self.peak {
            (self.peak, self.peak_layer) = (magnitude, layer);
        }
    }

    fn values(&self) -> u64 {
        self.histogram.iter().sum()
    }

    /// Values at or beyond `2^(stream_bits - 1)` in units of `2^-f`.
    fn saturated(&self, stream_bits: u32, fraction_bits: u32) -> u64 {
        let limit = exp2(stream_bits as i32 - 1 - fraction_bits as i32) / f64::from(BIN);
        self.histogram[(limit as usize).min(BINS)..].iter().sum()
    }

    /// The most fraction bits at which no more than `share` of the values saturates.
    pub(super) fn fraction_bits(
        &self,
        network: &FloatNetwork,
        stream_bits: u32,
        share: f64,
    ) -> Result<u32, LowerError> {
        let tolerated = (self.values() as f64 * share) as u64;
        let fits = |&f: &u32| self.saturated(stream_bits, f) <= tolerated;
        (0..stream_bits).rev().find(fits).ok_or_else(|| LowerError::StreamRange {
            layer: network.layers[self.peak_layer].name().into(),
            peak: self.peak,
            stream_bits,
        })
    }

    pub(super) fn report(&self, network: &FloatNetwork, stream_bits: u32, fraction_bits: u32) -> StreamReport {
        StreamReport {
            pictures: self.pictures,
            values: self.values(),
            saturated: self.saturated(stream_bits, fraction_bits),
            peak: self.peak,
            peak_layer: network.layers[self.peak_layer].name().into(),
        }
    }
}

/// Layers whose output is a value of the stream: the binary stages, the attentions and every convolution but the last, the tail.
fn stream_layers(network: &FloatNetwork) -> Vec<bool> {
    let last = network.layers.iter().rposition(|layer| matches!(layer, FloatLayer::Conv(_)));
    let is_stream = |(position, layer): (usize, &FloatLayer)| match layer {
        FloatLayer::BinaryConv(_) | FloatLayer::Attention(_) => true,
        FloatLayer::Conv(_) => position == 0 || Some(position) != last,
        FloatLayer::LongSkip { .. } | FloatLayer::Concat { .. } | FloatLayer::PixelShuffle { .. } => false,
    };
    network.layers.iter().enumerate().map(is_stream).collect()
}
