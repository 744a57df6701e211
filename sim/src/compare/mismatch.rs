//! One difference, as a report of a bug needs it.

use std::fmt;

use serde::Serialize;

/// What is wrong with a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
    /// It differs.
    Value,
    /// TLAST differs.
    Last,
    /// It came before.
    Duplicate,
    /// It never came.
    Missing,
    /// There is no such layer, channel, row or column.
    Outside,
}

/// A difference between the RTL and the golden model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Mismatch {
    /// What is wrong.
    pub fault: Fault,
    /// Name of the layer.
    pub layer: String,
    /// Channel.
    pub channel: usize,
    /// Row.
    pub row: usize,
    /// Column.
    pub column: usize,
    /// Cycle; none for what never came.
    pub cycle: Option<u64>,
    /// What the golden model has.
    pub expected: Option<i64>,
    /// What the RTL has.
    pub found: Option<i64>,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let show = |value: Option<i64>| value.map_or("nothing".into(), |value| value.to_string());
        let Self { layer, channel, row, column, .. } = self;
        write!(out, "{layer}, channel {channel}, row {row}, column {column}")?;
        if let Some(cycle) = self.cycle {
            write!(out, ", cycle {cycle}")?;
        }
        let what = match self.fault {
            Fault::Last => "TLAST ",
            Fault::Duplicate => "a second value ",
            Fault::Outside => "a value outside the picture ",
            Fault::Value | Fault::Missing => "",
        };
        write!(out, ": found {what}{}, expected {}", show(self.found), show(self.expected))
    }
}
