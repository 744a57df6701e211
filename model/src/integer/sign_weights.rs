//! Sign weights packed as bits.

use bitvec::{order::Lsb0, slice::BitSlice, view::BitView};
use serde::{Deserialize, Serialize};

/// Weights of a binary convolution, one bit each, 1 is +1.
///
/// Order `[out][ky][kx][in]`; input channel `ic` of a tap is bit `ic % 64` of the tap's little-endian
/// word `ic / 64`; unused bits are 0.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignWeights {
    out_channels: usize,
    in_channels: usize,
    kernel: usize,
    words: Vec<u64>,
}

impl SignWeights {
    /// Packs `positive(out, in, ky, kx)`.
    pub fn from_fn(
        out_channels: usize,
        in_channels: usize,
        kernel: usize,
        mut positive: impl FnMut(usize, usize, usize, usize) -> bool,
    ) -> Self {
        let stride = in_channels.div_ceil(64);
        let mut words = vec![0; out_channels * kernel * kernel * stride];
        for oc in 0..out_channels {
            for ky in 0..kernel {
                for kx in 0..kernel {
                    let tap = (oc * kernel + ky) * kernel + kx;
                    for ic in 0..in_channels {
                        if positive(oc, ic, ky, kx) {
                            words[tap * stride + ic / 64] |= 1 << (ic % 64);
                        }
                    }
                }
            }
        }
        Self { out_channels, in_channels, kernel, words }
    }

    /// Wraps words that are already packed; `None` if their number is wrong or an unused bit is set.
    pub fn from_words(out_channels: usize, in_channels: usize, kernel: usize, words: Vec<u64>) -> Option<Self> {
        let stride = in_channels.div_ceil(64);
        let taps = out_channels.checked_mul(kernel)?.checked_mul(kernel)?;
        let unused = if in_channels.is_multiple_of(64) { 0 } else { !0 << (in_channels % 64) };
        let tidy = words.chunks(stride.max(1)).all(|tap| tap.last().is_none_or(|w| w & unused == 0));
        (words.len() == taps.checked_mul(stride)? && tidy).then_some(Self { out_channels, in_channels, kernel, words })
    }

    /// Output channels.
    pub fn out_channels(&self) -> usize {
        self.out_channels
    }

    /// Input channels.
    pub fn in_channels(&self) -> usize {
        self.in_channels
    }

    /// Side of the square kernel.
    pub fn kernel(&self) -> usize {
        self.kernel
    }

    /// All words in order.
    pub fn words(&self) -> &[u64] {
        &self.words
    }

    /// Words of one tap, `in_channels.div_ceil(64)` of them.
    pub fn tap_words(&self, oc: usize, ky: usize, kx: usize) -> &[u64] {
        let stride = self.in_channels.div_ceil(64);
        let tap = (oc * self.kernel + ky) * self.kernel + kx;
        &self.words[tap * stride..(tap + 1) * stride]
    }

    /// Bits of one tap, one an input channel.
    pub fn tap(&self, oc: usize, ky: usize, kx: usize) -> &BitSlice<u64, Lsb0> {
        &self.tap_words(oc, ky, kx).view_bits::<Lsb0>()[..self.in_channels]
    }

    /// True where the weight is +1.
    pub fn is_positive(&self, oc: usize, ic: usize, ky: usize, kx: usize) -> bool {
        self.tap(oc, ky, kx)[ic]
    }
}
