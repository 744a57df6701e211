//! A golden run in the order of an engine's channels.

use bsr_golden::Trace;
use bsr_model::integer::Streaming;
use ndarray::{Array3, s};

/// The run as an engine of so many channels makes it.
///
/// A binary upsampler's output `c * k + phase`, of `k` an input, is the engine's channel `phase * channels + c`; channels
/// that the network does not have are 0. The tail reads it as it is, so that it takes the place of the shuffled stream.
pub(super) fn in_lanes(network: &Streaming, mut trace: Trace, channels: usize) -> Trace {
    if !network.upsampler {
        return trace;
    }
    let made = trace.stages[network.stages.len()].clone();
    trace.stages.truncate(network.stages.len());
    let (outputs, rows, columns) = made.dim();
    let phases = outputs / network.channels();
    trace.sum = Array3::zeros((phases * channels, rows, columns));
    for (output, map) in made.outer_iter().enumerate() {
        let (channel, phase) = (output / phases, output % phases);
        trace.sum.slice_mut(s![phase * channels + channel, .., ..]).assign(&map);
    }
    trace
}
