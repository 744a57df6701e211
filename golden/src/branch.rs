//! Branch: what follows the affine map before the skip. If `t < 0`, `t = rnd(t * slope_c, m)`; then `t + offset_c`
//! (BBCU, ICLR 2023: PReLU between two biases, of which the first is in the affine map).
//!
//! It rounds where the activation after the skip floors: nothing takes the sign of `t`, and floors would add up.

use bsr_model::integer::Branch;

use crate::requantise::rnd;

/// The branch of output channel `c`; `m` is 1..=31.
pub fn branch(t: i64, c: usize, branch: &Branch) -> i64 {
    let slope = branch.activation.of_channel(c);
    let activated = if t < 0 { rnd(t * i64::from(slope.slope), slope.shift) } else { t };
    activated + i64::from(branch.offset[c])
}

#[cfg(test)]
mod tests {
    use super::*;
    use bsr_model::integer::{Activation, Prelu};
    use proptest::prelude::*;

    proptest! {
        /// Oracle: real arithmetic, exact below 2^53.
        #[test]
        fn negative_values_are_scaled_to_the_nearest(t in -(1i64 << 30)..1 << 30, slope in -65535i32..=65535, m in 1u32..=31, offset in -(1i32 << 24)..1 << 24) {
            let activation = Activation::Prelu(Prelu { slope: vec![0, slope], shift: m });
            let found = branch(t, 1, &Branch { activation, offset: vec![0, offset] });
            let scaled = (t as f64 * f64::from(slope) / 2f64.powi(m.cast_signed()) + 0.5).floor();
            let expected = if t < 0 { scaled } else { t as f64 } + f64::from(offset);
            prop_assert_eq!(found as f64, expected);
        }
    }
}
