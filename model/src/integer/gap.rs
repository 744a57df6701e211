//! Over what averages of channels are taken.

use std::{fmt, ops::Range, str::FromStr};

use serde::{Deserialize, Serialize};

use super::{BinaryConv, Layer, Operand};

/// Over what the average of a channel is taken: each is a network of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Gap {
    /// The whole picture.
    #[default]
    Picture,
    /// A strip of so many columns of the layer's input: column `x` reads the average of strip `x / width`.
    Strip(usize),
    /// The whole of the frame before; 0 where there is none.
    PreviousFrame,
}

impl Gap {
    /// Whether it is over the whole picture.
    pub fn is_picture(&self) -> bool {
        *self == Gap::Picture
    }

    /// As on a command line.
    pub fn argument(self) -> String {
        match self {
            Gap::Strip(width) => format!("strip={width}"),
            Gap::Picture | Gap::PreviousFrame => self.to_string(),
        }
    }

    /// Columns that share an average, of so many.
    pub fn strips(self, width: usize) -> impl Iterator<Item = Range<usize>> {
        let step = match self {
            Gap::Strip(columns) => columns.max(1),
            Gap::Picture | Gap::PreviousFrame => width.max(1),
        };
        (0..width).step_by(step).map(move |start| start..width.min(start + step))
    }
}

impl Layer {
    /// Over what the layer takes averages of its input; empty where it takes none.
    pub fn gaps(&self) -> Vec<Gap> {
        match self {
            Layer::Attention(attention) => vec![attention.gap],
            Layer::BinaryConv(BinaryConv { channel, operand, .. }) => {
                let mean = if let Operand::Mean(gap) = operand { Some(*gap) } else { None };
                channel.as_ref().map(|factor| factor.gap).into_iter().chain(mean).collect()
            }
            _ => Vec::new(),
        }
    }
}

impl fmt::Display for Gap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Gap::Picture => f.write_str("picture"),
            Gap::Strip(width) => write!(f, "strip{width}"),
            Gap::PreviousFrame => f.write_str("previous-frame"),
        }
    }
}

/// No averages are called so.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there are no averages `{0}`; expected picture, strip, strip=WIDTH or previous-frame")]
pub struct UnknownGap(String);

/// Columns of a strip where none are said: those of the default engine.
const STRIP: usize = 64;

impl FromStr for Gap {
    type Err = UnknownGap;

    fn from_str(text: &str) -> Result<Self, UnknownGap> {
        match (text, text.strip_prefix("strip=").map(str::parse)) {
            ("picture", _) => Ok(Gap::Picture),
            ("previous-frame", _) => Ok(Gap::PreviousFrame),
            ("strip", _) => Ok(Gap::Strip(STRIP)),
            (_, Some(Ok(width @ 1..=65_536))) => Ok(Gap::Strip(width)),
            _ => Err(UnknownGap(text.into())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strips_cover_every_column_once() {
        let strips =
            |gap: Gap, width| gap.strips(width).map(|columns| (columns.start, columns.end)).collect::<Vec<_>>();
        assert_eq!(strips(Gap::Strip(4), 10), [(0, 4), (4, 8), (8, 10)]);
        assert_eq!(strips(Gap::Strip(4), 4), [(0, 4)]);
        assert_eq!(strips(Gap::Picture, 10), [(0, 10)]);
        assert_eq!(strips(Gap::PreviousFrame, 1), [(0, 1)]);
    }

    #[test]
    fn averages_have_names() {
        let gap = |text: &str| text.parse::<Gap>().ok();
        assert_eq!(gap("strip"), Some(Gap::Strip(64)));
        assert_eq!(gap("strip=17"), Some(Gap::Strip(17)));
        assert_eq!(gap("previous-frame"), Some(Gap::PreviousFrame));
        assert_eq!([gap("strip=0"), gap("strip=x"), gap("frame")], [None; 3]);
    }
}
