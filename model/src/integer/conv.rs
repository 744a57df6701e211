//! Full-precision convolutions.

use ndarray::Array4;
use serde::{Deserialize, Serialize};

use super::{Activation, Skip};

/// A full-precision convolution (cross-correlation, stride 1, odd square kernel, zero padding).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Conv {
    /// Name in the network, such as `head`.
    pub name: String,
    /// `[out][in][ky][kx]`, 16-bit range.
    pub weight: Array4<i32>,
    /// One integer an output channel, added before the shift.
    pub add: Vec<i32>,
    /// Right shift with rounding, 1..=31.
    pub shift: u32,
    /// Applied to the saturated output of a head or of a convolution of the stream; a tail has none.
    pub activation: Option<Activation>,
}

/// A full-precision convolution of the stream into the stream:
/// `v = sat_b(rnd(sum w*x + add_c, shift) + skip)`, then the activation where there is one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StreamConv {
    /// The convolution.
    pub conv: Conv,
    /// What is added to it.
    pub skip: Skip,
}
