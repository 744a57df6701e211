//! The direct popcount kernels, on as many layers as the network has.

use bsr_golden::simd::direct::{CHANNELS, Direct, Map};
use bsr_model::integer::{BinaryConv, SignWeights};

use crate::{
    contender::{Clock, Contender, Entry, Kind, Time, What},
    failure::Failure,
};

/// Layers that update one map in turn.
pub(crate) struct Prototype {
    name: &'static str,
    layers: Vec<Direct>,
    map: Map,
}

/// Makes a layer of weights, scale and bias.
type Make = fn(&SignWeights, [i16; CHANNELS], [i16; CHANNELS]) -> Option<Direct>;

impl Prototype {
    /// Every form that runs here, with the weights of these stages; none if they are no 3x3 of 64 channels.
    pub(crate) fn all(stages: &[&BinaryConv], size: (usize, usize)) -> Vec<Self> {
        let forms: [(_, Make); 2] =
            [("prototype avx512 popcount", Direct::avx512), ("prototype avx2 pshufb", Direct::avx2)];
        let form = |(name, make): (&'static str, Make)| {
            // Values of the stream's order of magnitude; no operation takes longer for others.
            let layers: Option<Vec<_>> =
                stages.iter().map(|s| make(&s.weight, [1200; CHANNELS], [0; CHANNELS])).collect();
            let values = (0..size.0 * size.1 * CHANNELS).map(|at| (at.wrapping_mul(0x9e37_79b9) >> 16) as i16 % 1000);
            Some(Self { name, layers: layers?, map: Map::new(values.collect(), size) })
        };
        forms.into_iter().filter_map(form).collect()
    }
}

impl Contender for Prototype {
    fn entries(&self) -> Vec<Entry> {
        vec![Entry { name: self.name.to_owned(), kind: Kind::Peer, what: What::Layer, threads: 1 }]
    }

    fn run(&mut self) -> Result<Vec<Time>, Failure> {
        let clock = Clock::start();
        self.layers.iter().for_each(|layer| layer.run(&mut self.map));
        Ok(vec![clock.time().divided(self.layers.len())])
    }
}
