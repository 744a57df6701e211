//! Of which resources an engine takes more than a board has, and how many.

use super::Board;
use crate::area::Estimated;
use serde::Serialize;
use std::fmt;

/// A resource of which there is too little.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Over {
    /// Its name: `lut`, `lut_memory`, `ff`, `bram36` or `dsp`.
    pub resource: &'static str,
    /// How much is taken.
    pub used: f64,
    /// How much the board has.
    pub available: f64,
}

impl fmt::Display for Over {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { resource, used, available } = self;
        write!(f, "{resource}: {used} of {available}, {} over", used - available)
    }
}

/// What does not fit, in the order of the board's figures; nothing where the engine fits.
pub fn over(board: &Board, area: &Estimated) -> Vec<Over> {
    let all = [
        ("lut", area.lut as f64, board.lut),
        ("lut_memory", area.lut_memory as f64, board.lut_memory),
        ("ff", area.ff as f64, board.ff),
        ("bram36", area.exact.bram36, board.bram36),
        ("dsp", area.exact.dsp48e1 as f64, board.dsp),
    ];
    let taken = all.into_iter().filter(|(_, used, available)| *used > *available as f64);
    taken.map(|(resource, used, available)| Over { resource, used, available: available as f64 }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{EngineConfig, area, board};

    #[test]
    fn a_resource_is_over_from_one_more_than_the_board_has() {
        let area = area::estimate(&EngineConfig::default()).unwrap();
        let enough = Board {
            lut: area.lut,
            lut_memory: area.lut_memory,
            ff: area.ff,
            dsp: area.exact.dsp48e1,
            ..board::find("pynq-z2").unwrap().clone()
        };
        assert_eq!(over(&enough, &area), []);
        let short = Board { dsp: enough.dsp - 1, ..enough };
        let told: Vec<_> = over(&short, &area).iter().map(ToString::to_string).collect();
        assert_eq!(told, [format!("dsp: {} of {}, 1 over", area.exact.dsp48e1, short.dsp)]);
    }
}
