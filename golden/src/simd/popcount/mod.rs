//! The popcount kernel: a lane is an output channel, bits are counted by an instruction (AVX-512 VPOPCNTDQ).
//!
//! ```text
//! stream   [y][x][c]           i16, updated in place by every stage; rows of `pitch` pixels, a multiple of four
//! signs    [y + 1][x + 1][g]   u32, bit c of half g is the sign of channel 32 g + c; double, with a margin of zero words
//! weights  [g][f][half][tap]   16 x u32: lane l is output 32 g + 2 l + f, its bits are the channels of a half
//! ```
//!
//! Four pixels share a load of weights. A lane counts 32 bits, so the counts of output `2 l + 1` move up by 16 bits and those of
//! output `2 l` are added: 32 x 16 bits in the stream's order, with which the stage is finished.
//!
//! A network is taken if it has 64 channels, 3x3 stages, 16 bits for every sum and a finish within 32 bits; `sliced` runs others.

mod finish;
mod head;
mod input;
mod lanes;
mod local_mean;
mod map;
mod run;
mod sign;
mod spatial;
mod stage;
mod tail;

pub(super) use run::Network;

/// Channels of the stream.
const CHANNELS: usize = 64;
/// Channels whose 16 bits fill a register.
const LANES: usize = 32;
/// Registers of a pixel.
const GROUPS: usize = CHANNELS / LANES;
/// Pixels of a step.
const STEP: usize = 4;

/// A CPU with AVX-512 F, BW, VPOPCNTDQ and VNNI.
#[derive(Clone, Copy, Debug)]
pub(super) struct Popcount(());

impl Popcount {
    /// The proof, where the CPU has the instruction sets.
    pub(super) fn new() -> Option<Self> {
        Self::missing_feature().is_none().then_some(Self(()))
    }

    /// First instruction set that this CPU lacks.
    pub(super) fn missing_feature() -> Option<&'static str> {
        let needed = [
            ("AVX512F", is_x86_feature_detected!("avx512f")),
            ("AVX512BW", is_x86_feature_detected!("avx512bw")),
            ("AVX512_VPOPCNTDQ", is_x86_feature_detected!("avx512vpopcntdq")),
            ("AVX512_VNNI", is_x86_feature_detected!("avx512vnni")),
        ];
        needed.into_iter().find(|(_, present)| !present).map(|(feature, _)| feature)
    }
}
