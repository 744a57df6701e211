//! A network as the records that an engine loads, within the engine's limits.

mod factors;
mod lanes;
mod limits;
mod records;

pub use limits::LimitError;

use crate::engine::{Target, record_words, targets};
use crate::registers;
use crate::{EngineConfig, Geometry};
use bsr_model::integer::IntegerNetwork;

/// The register writes that turn an engine into one that runs a network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    /// Binary stages of the network.
    pub stages: usize,
    writes: Vec<(u32, u32)>,
}

impl Program {
    /// Compiles `network` for `config`.
    ///
    /// A network with fewer channels is padded with channels whose signs cancel.
    ///
    /// # Errors
    /// [`LimitError`] names the limit of the engine that the network exceeds.
    pub fn new(config: &EngineConfig, network: &IntegerNetwork) -> Result<Self, LimitError> {
        let view = network.streaming().map_err(LimitError::NotStreaming)?;
        limits::check(config, network, &view)?;
        let g = Geometry::new(config);
        let mut writes = settings(network, &view);
        let others = [registers::GREEN_MEAN, registers::BLUE_MEAN];
        writes.extend(
            others.iter().zip(&network.input.mean[1..]).map(|(register, mean)| (register.offset, *mean as u32)),
        );
        let targets = targets(&g);
        let all = records::all(&g, &view, network.sigmoid.as_ref());
        for (target, records) in targets.iter().zip(&all) {
            load(&mut writes, target, records);
        }
        Ok(Self { stages: view.stages.len(), writes })
    }

    /// `(byte address, data)` in order.
    pub fn writes(&self) -> &[(u32, u32)] {
        &self.writes
    }
}

fn settings(network: &IntegerNetwork, view: &bsr_model::integer::Streaming) -> Vec<(u32, u32)> {
    vec![
        (registers::STAGES.offset, view.stages.len() as u32),
        (registers::PIXEL_SHIFT.offset, network.input.pixel_shift),
        (registers::PIXEL_MEAN.offset, network.input.mean[0] as u32),
        (registers::HEAD_SHIFT.offset, view.head.shift),
        (registers::TAIL_SHIFT.offset, view.tail.shift),
        (registers::LONG_SKIP.offset, u32::from(view.long_skip)),
    ]
}

fn load(writes: &mut Vec<(u32, u32)>, target: &Target, records: &[records::Bits]) {
    writes.push((registers::LOAD_TARGET.offset, target.number));
    for (bank, records) in records.chunks(target.bank).enumerate() {
        writes.push((registers::LOAD_ADDRESS.offset, (bank * target.bank.next_power_of_two()) as u32));
        for record in records {
            assert_eq!(record.len(), target.bits, "record of `{}`", target.name);
            writes.extend((0..record_words(target)).map(|k| (registers::LOAD_DATA.offset, record.word(k))));
        }
    }
}
