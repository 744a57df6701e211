//! Activations: slopes of negative values.

use serde::{Deserialize, Serialize};

/// One slope for all channels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeakyRelu {
    /// Integer slope; at most three signed digits where it must stream without a multiplier.
    pub slope: i32,
    /// `m`.
    pub shift: u32,
}

/// One slope a channel (He et al. 2015).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prelu {
    /// Integer slopes, of 17 bits with the sign.
    pub slope: Vec<i32>,
    /// `m`, one for all channels.
    pub shift: u32,
}

/// `v < 0 => (v * slope_c) / 2^m`; where it stands decides how that is rounded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Activation {
    /// One slope for all channels.
    LeakyRelu(LeakyRelu),
    /// One slope a channel.
    Prelu(Prelu),
}

impl Activation {
    /// What the activation is for one channel.
    ///
    /// # Panics
    /// If a PReLU has no such channel.
    pub fn of_channel(&self, channel: usize) -> LeakyRelu {
        match self {
            Activation::LeakyRelu(leaky) => *leaky,
            Activation::Prelu(Prelu { slope, shift }) => LeakyRelu { slope: slope[channel], shift: *shift },
        }
    }

    /// `m`.
    pub fn shift(&self) -> u32 {
        match self {
            Activation::LeakyRelu(leaky) => leaky.shift,
            Activation::Prelu(prelu) => prelu.shift,
        }
    }

    /// Every slope that there is.
    pub fn slopes(&self) -> &[i32] {
        match self {
            Activation::LeakyRelu(leaky) => std::slice::from_ref(&leaky.slope),
            Activation::Prelu(prelu) => &prelu.slope,
        }
    }
}

impl From<LeakyRelu> for Activation {
    fn from(leaky: LeakyRelu) -> Self {
        Activation::LeakyRelu(leaky)
    }
}
