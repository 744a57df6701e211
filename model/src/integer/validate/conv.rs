//! Full-precision convolutions and activations.

use super::{Checked, require};
use crate::integer::{Activation, Conv, Gap, Prelu};

pub(super) fn validate_conv(conv: &Conv, channels: usize, peak: i64) -> Checked {
    let (out, input, kernel, width) = conv.weight.dim();
    require(input == channels, &conv.name, "number of input channels", input, channels)?;
    require(out > 0 && conv.add.len() == out, &conv.name, "number of add", conv.add.len(), out.max(1))?;
    require(kernel == width, &conv.name, "width of the kernel", width, kernel)?;
    validate_kernel(&conv.name, kernel)?;
    validate_shift(&conv.name, conv.shift)?;
    validate_weights(&conv.name, conv.weight.iter())?;
    let largest = conv.largest_sum(peak);
    require(largest < 1 << 31, &conv.name, "largest sum", largest, "less than 2^31")?;
    match &conv.activation {
        Some(activation) => validate_activation(&conv.name, activation, out, 0),
        None => Ok(()),
    }
}

pub(super) fn validate_activation(name: &str, activation: &Activation, channels: usize, least_shift: u32) -> Checked {
    if let Activation::Prelu(Prelu { slope, .. }) = activation {
        require(slope.len() == channels, name, "number of slopes", slope.len(), channels)?;
    }
    let shift = activation.shift();
    let expected = format!("{least_shift} to 31");
    require((least_shift..=31).contains(&shift), name, "activation shift", shift, expected)?;
    let wide = activation.slopes().iter().find(|slope| slope.unsigned_abs() >= 1 << 16);
    require(wide.is_none(), name, "activation slope", format!("{wide:?}"), "16 bits")
}

pub(super) fn validate_gap(name: &str, gap: Gap) -> Checked {
    let columns = if let Gap::Strip(columns) = gap { columns } else { 1 };
    require((1..=1 << 16).contains(&columns), name, "columns of a strip", columns, "1 to 65536")
}

pub(super) fn validate_kernel(name: &str, kernel: usize) -> Checked {
    require(kernel % 2 == 1 && kernel <= 15, name, "kernel", kernel, "odd, up to 15")
}

pub(super) fn validate_shift(name: &str, shift: u32) -> Checked {
    require((1..=31).contains(&shift), name, "shift", shift, "1 to 31")
}

pub(super) fn validate_weights<'a>(name: &str, mut weights: impl Iterator<Item = &'a i32>) -> Checked {
    let wide = weights.find(|&&w| i16::try_from(w).is_err()).copied().unwrap_or(0);
    require(i16::try_from(wide).is_ok(), name, "weight", wide, "16 bits, signed")
}

impl Conv {
    /// `sum|w| * peak + |add| + half`, the largest of any output channel: what its accumulator must hold.
    pub fn largest_sum(&self, peak: i64) -> i64 {
        let half = 1 << self.shift.clamp(1, 31) >> 1;
        let sums = self.weight.outer_iter().zip(&self.add).map(|(weight, &add)| {
            let weights: i64 = weight.iter().map(|&w| i64::from(w).abs()).sum();
            weights.saturating_mul(peak).saturating_add(i64::from(add).abs() + half)
        });
        sums.max().unwrap_or(0)
    }
}
