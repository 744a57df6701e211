//! Attention, and the tail that adds the enlarged picture.

use serde::{Deserialize, Serialize};

use super::{Conv, Enlarge, Gap, Skip};

/// Channel attention: `h = stream convolution of gap(x)`, `R_c = sigmoid[clamp(rnd(sum_i w_i * h_i + add_c, shift))]`,
/// `v = sat_b(skip + (((2x + 1) * R_c + half) >> 17))`, `half` being 0 without a skip and `2^16` with one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Attention {
    /// Name in the network.
    pub name: String,
    /// Over what the averages are taken.
    pub gap: Gap,
    /// From the averages to `h`, 1x1, with its activation.
    pub reduce: Conv,
    /// From `h` to the index of the sigmoid's table, 1x1, without activation.
    pub expand: Conv,
    /// What is added.
    pub skip: Skip,
}

/// A tail that adds the enlarged LR picture: `out = clamp(rnd(sum w*r + add_c + (e_c << (shift - k)), shift), 0, 255)`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PictureTail {
    /// The convolution; its shift is `k..=22`.
    pub conv: Conv,
    /// How the picture is enlarged.
    pub enlarge: Enlarge,
}
