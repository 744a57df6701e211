//! What makes an integer network one that can run: shapes that fit, values in their ranges, no sum that wraps.

mod conv;
mod flow;
mod join;
mod stage;

use std::collections::BTreeSet;

use super::{IntegerNetwork, Layer};
use flow::Flow;

/// A rule of the integer network that is broken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {what} is {found}, expected {expected}")]
pub struct InvalidNetwork {
    /// Name of the layer, or the part of the network.
    pub place: String,
    /// Which of its properties.
    pub what: &'static str,
    /// Its value.
    pub found: String,
    /// What it may be.
    pub expected: String,
}

type Checked = Result<(), InvalidNetwork>;

fn require(ok: bool, place: &str, what: &'static str, found: impl ToString, expected: impl ToString) -> Checked {
    let refuse =
        || InvalidNetwork { place: place.into(), what, found: found.to_string(), expected: expected.to_string() };
    if ok { Ok(()) } else { Err(refuse()) }
}

impl IntegerNetwork {
    /// Checks every range and shape of the network, and that no accumulator of a full-precision convolution wraps:
    /// `sum|w| * max|x| + |add| + half < 2^31`.
    ///
    /// # Errors
    /// [`InvalidNetwork`] names the first rule that is broken.
    pub fn validate(&self) -> Result<(), InvalidNetwork> {
        self.validate_formats()?;
        let mut names = BTreeSet::new();
        for name in self.layers.iter().filter_map(Layer::name) {
            require(!name.is_empty() && names.insert(name), name, "name", format!("`{name}`"), "one of its own")?;
        }
        let mut flow = Flow::new(self);
        self.layers.iter().try_for_each(|layer| flow.pass(layer))
    }

    fn validate_formats(&self) -> Checked {
        let (formats, input) = (self.formats, &self.input);
        require((4..=24).contains(&formats.stream_bits), "formats", "stream_bits", formats.stream_bits, "4 to 24")?;
        let bits = formats.stream_bits;
        require(
            formats.fraction_bits < bits,
            "formats",
            "fraction_bits",
            formats.fraction_bits,
            "fewer than stream_bits",
        )?;
        require(input.pixel_shift <= 7, "input", "pixel_shift", input.pixel_shift, "0 to 7")?;
        require((1..=4).contains(&input.mean.len()), "input", "number of means", input.mean.len(), "1 to 4")?;
        let white = 255 << input.pixel_shift;
        let outside = input.mean.iter().find(|mean| !(0..=white).contains(*mean));
        require(outside.is_none(), "input", "mean", format!("{outside:?}"), format!("0 to {white}"))?;
        let table = self.sigmoid.as_ref();
        let values = table.map_or(0, |table| table.values.len());
        let fits = table.is_none_or(|table| table.index_bits().is_some());
        require(fits, "sigmoid", "number of values", values, "a power of two from 2 to 4096")
    }

    /// Largest magnitude of a head's input.
    pub fn input_peak(&self) -> i64 {
        let white = 255_i64 << self.input.pixel_shift.min(7);
        let peak = |&mean: &i32| i64::from(mean).max(white - i64::from(mean)).max(0);
        self.input.mean.iter().map(peak).max().unwrap_or(0)
    }
}
