//! Boards: what their device has, and what an engine takes too much of.

mod over;
pub mod pynq;

pub use over::{Over, over};

use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// A board, from `boards.toml`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Board {
    /// Name, as on the command line.
    pub name: String,
    /// The device.
    pub part: String,
    /// LUTs.
    pub lut: usize,
    /// How many of the LUTs can be memory.
    pub lut_memory: usize,
    /// Flip-flops.
    pub ff: usize,
    /// Block RAMs of 36 kbit.
    pub bram36: usize,
    /// DSP slices, each with the multiplier of a DSP48E1.
    #[serde(rename(serialize = "dsp48e1"))]
    pub dsp: usize,
    /// Most that the memory's bus transfers, in MB/s.
    pub ddr_peak_mb_s: usize,
    /// What of it can be used, in MB/s.
    pub ddr_usable_mb_s: usize,
    /// Clock of the rates that are told, in MHz; an assumption.
    pub clock_mhz: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    board: Vec<Board>,
}

static BOARDS: LazyLock<Vec<Board>> =
    LazyLock::new(|| toml::from_str::<File>(include_str!("boards.toml")).expect("a file of this crate").board);

/// Every board that is known.
pub fn all() -> &'static [Board] {
    &BOARDS
}

/// No board has the name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no board `{name}`, expected one of {}", names())]
pub struct UnknownBoard {
    /// What was looked for.
    pub name: String,
}

fn names() -> String {
    all().iter().map(|board| format!("`{}`", board.name)).collect::<Vec<_>>().join(", ")
}

/// The board of that name.
///
/// # Errors
/// [`UnknownBoard`] names those that there are.
pub fn find(name: &str) -> Result<&'static Board, UnknownBoard> {
    all().iter().find(|board| board.name == name).ok_or_else(|| UnknownBoard { name: name.into() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_board_is_answered_with_those_that_there_are() {
        assert_eq!(find("pynq-z2").unwrap().part, "xc7z020clg400-1");
        let told = find("pynq").unwrap_err().to_string();
        assert!(all().iter().all(|board| told.contains(&format!("`{}`", board.name))), "{told}");
    }

    #[test]
    fn every_board_has_a_name_of_its_own_and_figures_that_can_be() {
        for (k, board) in all().iter().enumerate() {
            assert!(all()[..k].iter().all(|other| other.name != board.name), "{}", board.name);
            assert!(board.lut_memory <= board.lut && board.ddr_usable_mb_s <= board.ddr_peak_mb_s, "{}", board.name);
            assert_eq!(board.ff, 2 * board.lut, "{}", board.name);
        }
    }
}
