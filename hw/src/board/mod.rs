//! Boards: what their device has.

use serde::Serialize;

/// A board.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Board {
    /// Name, as on the command line.
    pub name: &'static str,
    /// The device.
    pub part: &'static str,
    /// LUTs.
    pub lut: usize,
    /// How many of the LUTs can be memory.
    pub lut_memory: usize,
    /// Flip-flops.
    pub ff: usize,
    /// Block RAMs of 36 kbit.
    pub bram36: usize,
    /// DSP48E1 slices.
    pub dsp48e1: usize,
}

macro_rules! zynq {
    ($name:literal, $part:literal, $lut:literal, $lut_memory:literal, $bram36:literal, $dsp48e1:literal) => {
        Board {
            name: $name,
            part: $part,
            lut: $lut,
            lut_memory: $lut_memory,
            ff: 2 * $lut,
            bram36: $bram36,
            dsp48e1: $dsp48e1,
        }
    };
}

/// Every board that is known. Figures: Zynq-7000 SoC Data Sheet, DS190, and 7 Series FPGAs, UG474.
pub const ALL: &[Board] = &[
    zynq!("pynq-z1", "xc7z020clg400-1", 53_200, 17_400, 140, 220),
    zynq!("pynq-z2", "xc7z020clg400-1", 53_200, 17_400, 140, 220),
];

/// No board has the name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no board `{name}`, expected one of {}", names())]
pub struct UnknownBoard {
    /// What was looked for.
    pub name: String,
}

fn names() -> String {
    ALL.iter().map(|board| format!("`{}`", board.name)).collect::<Vec<_>>().join(", ")
}

/// The board of that name.
///
/// # Errors
/// [`UnknownBoard`] names those that there are.
pub fn find(name: &str) -> Result<&'static Board, UnknownBoard> {
    ALL.iter().find(|board| board.name == name).ok_or_else(|| UnknownBoard { name: name.into() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_board_is_answered_with_those_that_there_are() {
        assert_eq!(find("pynq-z2").unwrap().part, "xc7z020clg400-1");
        assert!(find("pynq").unwrap_err().to_string().contains("`pynq-z2`"));
    }
}
