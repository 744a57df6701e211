//! Block RAMs of a memory of `depth` words of `width` bits with one write port and one read port.
//!
//! This is the choice that Yosys makes (`memory_libmap` with the library of the 7 series): of all shapes of a block
//! RAM, the cheapest by
//!
//! `cost = price * count + (slices - 1) * width / 2 + slices / 2`, the last term only where `slices > 1`,
//!
//! `slices = ceil(depth / words)`, `count = ceil(slices * padded / bits)`, `padded` = the width in whole bytes of 9 bits
//! (or of the shape's bits where those are fewer). Slices of the depth may share a block RAM.

/// Whole and half block RAMs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BlockRams {
    /// RAMB36E1.
    pub ramb36e1: usize,
    /// RAMB18E1.
    pub ramb18e1: usize,
}

/// A mode of the primitive. In shape `k` it has `2^(address_bits - k)` words of `widths[k]` bits.
struct Mode {
    address_bits: usize,
    widths: &'static [usize],
    price: f64,
    ramb36e1: usize,
    ramb18e1: usize,
}

const BYTE: usize = 9;

/// In the order in which equal costs are decided.
const MODES: [Mode; 5] = [
    Mode { address_bits: 14, widths: &[1, 2, 4, 9, 18], price: 129.0, ramb36e1: 0, ramb18e1: 1 },
    Mode { address_bits: 15, widths: &[1, 2, 4, 9, 18, 36], price: 257.0, ramb36e1: 1, ramb18e1: 0 },
    // Two block RAMs in cascade.
    Mode { address_bits: 16, widths: &[1, 2, 4, 9], price: 513.0, ramb36e1: 2, ramb18e1: 0 },
    // Simple dual port.
    Mode { address_bits: 14, widths: &[1, 2, 4, 9, 18, 36], price: 129.0, ramb36e1: 0, ramb18e1: 1 },
    Mode { address_bits: 15, widths: &[1, 2, 4, 9, 18, 36, 72], price: 257.0, ramb36e1: 1, ramb18e1: 0 },
];

impl Mode {
    /// Cost, count and slices of the depth of the best shape.
    fn best(&self, depth: usize, width: usize) -> (f64, usize, usize) {
        let shapes = self.widths.iter().enumerate().map(|(k, &bits)| {
            let slices = depth.div_ceil(1 << (self.address_bits - k));
            let count = (slices * width.next_multiple_of(BYTE.min(bits))).div_ceil(bits);
            let select = if slices > 1 { slices as f64 / 2.0 } else { 0.0 };
            (self.price * count as f64 + (slices - 1) as f64 * width as f64 / 2.0 + select, count, slices)
        });
        // Yosys keeps the best cost of a mode as an integer, and so prefers the earlier shape a little.
        shapes.reduce(|best, next| if next.0 < best.0.floor() { next } else { best }).expect("a mode has shapes")
    }
}

/// The block RAMs of a memory.
pub fn block_rams(depth: usize, width: usize) -> BlockRams {
    let (mode, count, _) = chosen(depth, width);
    BlockRams { ramb36e1: mode.ramb36e1 * count, ramb18e1: mode.ramb18e1 * count }
}

/// Slices of the depth of a memory, between which its read chooses.
pub(super) fn slices(depth: usize, width: usize) -> usize {
    chosen(depth, width).2
}

fn chosen(depth: usize, width: usize) -> (&'static Mode, usize, usize) {
    let choices = MODES.iter().map(|mode| (mode, mode.best(depth, width)));
    let (mode, (_, count, slices)) =
        choices.reduce(|best, next| if next.1.0 < best.1.0 { next } else { best }).expect("there are modes");
    (mode, count, slices)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `(depth, width, RAMB36E1, RAMB18E1)` as Yosys 0.70 maps single memories of these shapes.
    const COUNTED: [(usize, usize, usize, usize); 30] = [
        (2048, 12, 1, 0),
        (4096, 8, 1, 0),
        (2048, 32, 2, 0),
        (512, 384, 0, 11),
        (36, 1024, 0, 29),
        (2048, 58, 0, 7),
        (2048, 72, 4, 0),
        (2048, 576, 32, 0),
        (4480, 352, 45, 0),
        (1280, 32, 0, 3),
        (128, 1, 0, 1),
        (16, 12, 0, 1),
        (64, 9, 0, 1),
        (160, 4, 0, 1),
        (300, 100, 0, 3),
        (1000, 37, 0, 3),
        (8192, 16, 4, 0),
        (5000, 9, 0, 3),
        (20000, 3, 0, 5),
        (70000, 1, 0, 5),
        (65536, 1, 2, 0),
        (40000, 2, 0, 5),
        (3000, 30, 3, 0),
        (1024, 128, 4, 0),
        (9000, 64, 18, 0),
        (36, 16, 0, 1),
        (17, 300, 0, 9),
        (2000, 200, 0, 23),
        (16384, 8, 4, 0),
        (130, 73, 0, 3),
    ];

    #[test]
    fn every_shape_that_was_counted_is_predicted() {
        for (depth, width, ramb36e1, ramb18e1) in COUNTED {
            assert_eq!(block_rams(depth, width), BlockRams { ramb36e1, ramb18e1 }, "{depth} x {width}");
        }
    }

    #[test]
    fn a_memory_never_gets_fewer_bits_than_it_has() {
        for depth in (1..6000).step_by(97) {
            for width in (1..700).step_by(13) {
                let rams = block_rams(depth, width);
                assert!(rams.ramb36e1 * 36_864 + rams.ramb18e1 * 18_432 >= depth * width, "{depth} x {width}");
            }
        }
    }
}
