//! Numbers of channels that follow from the network's own.

use serde::{Deserialize, Serialize};

use super::Description;

/// A number of channels: a number, or a product such as `"colours * scale * scale"` of numbers and the network's
/// `channels`, `colours` and `scale`, so that one text describes the network at every size.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Size {
    /// So many.
    Number(usize),
    /// Factors, separated by `*`; one may be a quotient, which is rounded up: `"channels / 16"`.
    Product(String),
}

impl Size {
    /// The number in a network; `None` where a factor has no meaning, or it is too large.
    pub fn of(&self, network: &Description) -> Option<usize> {
        let text = match self {
            Size::Number(number) => return Some(*number),
            Size::Product(text) => text,
        };
        let value = |word: &str| match word.trim() {
            "channels" => Some(network.channels),
            "colours" => Some(network.colour.channels()),
            "scale" => Some(network.scale),
            number => number.parse().ok(),
        };
        let factor = |text: &str| match text.split_once('/') {
            Some((dividend, divisor)) => {
                let (dividend, divisor) = (value(dividend)?, value(divisor)?);
                (divisor > 0).then(|| dividend.div_ceil(divisor))
            }
            None => value(text),
        };
        text.split('*').try_fold(1_usize, |product, text| product.checked_mul(factor(text)?))
    }
}

impl From<usize> for Size {
    fn from(number: usize) -> Self {
        Size::Number(number)
    }
}
