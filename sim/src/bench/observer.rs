//! What a bench tells about a run, as it happens.

use bsr_hw::EngineConfig;

use super::OutputBeat;

/// The widths that a tap word is read with; all from the engine's configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TapFormat {
    /// `C`: channels of the engine, at least those of its network.
    pub channels: usize,
    /// `P`: channels of a word.
    pub lanes: usize,
    /// Channels of a word of the tail's input.
    pub sum_lanes: usize,
    /// `G`: pixels of a word of the stream. A word of the tail's input has one.
    pub pixels: usize,
    /// `b`: bits of a stream value.
    pub bits: u32,
    /// Bits of what the tail reads: one more behind a long skip.
    pub sum_bits: u32,
}

impl From<&EngineConfig> for TapFormat {
    fn from(config: &EngineConfig) -> Self {
        let EngineConfig { channels, lanes, head_lanes, pixels, stream_bits, upsampler, .. } = *config;
        let (sum_lanes, more) = if upsampler { (lanes, 0) } else { (head_lanes, 1) };
        Self { channels, lanes, sum_lanes, pixels, bits: stream_bits, sum_bits: stream_bits + more }
    }
}

/// A word that a stage, or the reader of the tail, has just made.
#[derive(Clone, Copy, Debug)]
pub struct Word<'a> {
    /// The cycle.
    pub cycle: u64,
    /// Row of the picture.
    pub row: usize,
    /// Column of the word's first pixel; columns outside the picture hold no values.
    pub column: i32,
    /// Channel of lane `p` is `pass * lanes + p`.
    pub pass: usize,
    /// Bits of a value.
    pub bits: u32,
    /// Channels of a pixel.
    pub lanes: usize,
    /// Values, channels fastest, lowest bits first.
    pub data: &'a [u32],
}

impl Word<'_> {
    /// The value of a pixel and lane, sign-extended.
    pub fn value(&self, pixel: usize, lane: usize) -> i32 {
        let at = (pixel * self.lanes + lane) * self.bits as usize;
        let word = |index: usize| u64::from(self.data.get(index).copied().unwrap_or(0));
        let pair = word(at / 32) | word(at / 32 + 1) << 32;
        let unused = 32 - self.bits;
        (((pair >> (at % 32)) as u32) << unused) as i32 >> unused
    }
}

/// Listens to a bench. What is not asked for is not decoded.
pub trait Observer {
    /// Stage 0 is the head, `l` the binary stage `l`.
    fn stage(&mut self, _stage: usize, _word: &Word) {}
    /// What the tail reads: one pixel of a group of channels.
    fn sum(&mut self, _word: &Word) {}
    /// An output beat; `index` counts from the start of the frame.
    fn beat(&mut self, _index: usize, _beat: OutputBeat) {}
}

/// Listens to nothing.
impl Observer for () {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_cut_from_words_of_any_width_with_their_sign() {
        for bits in 4..=25 {
            let (low, high) = (-(1 << (bits - 1)), (1 << (bits - 1)) - 1);
            let values = [low, high, 0, -1, 1, low + 1, 2, -3];
            let mut data = [0_u32; 8];
            for (index, value) in values.iter().enumerate() {
                for bit in (0..bits as usize).filter(|bit| value >> bit & 1 == 1) {
                    let at = index * bits as usize + bit;
                    data[at / 32] |= 1 << (at % 32);
                }
            }
            let word = Word { cycle: 0, row: 0, column: 0, pass: 0, bits, lanes: 4, data: &data };
            let found: Vec<i32> = (0..8).map(|index| word.value(index / 4, index % 4)).collect();
            assert_eq!(found, values, "{bits} bits");
        }
    }
}
