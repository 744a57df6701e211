//! Truth tables of the counters, as the `INIT` of their LUTs.
//!
//! Bit `i` of an `INIT` is the output for the inputs `I5..I0 = i`. A table of two outputs leaves `I5` at 1: `O6` is its
//! upper half, `O5` its lower half, both of `I4..I0`.

/// The function of one LUT site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Table {
    /// Bit 0 of the agreements of three taps; inputs `act[0..3], wgt[0..3]`.
    Xnor3Sum,
    /// Bit 1 of the agreements of three taps.
    Xnor3Carry,
    /// Both bits of the agreements of two taps; inputs `act[0..2], wgt[0..2]`.
    Xnor2,
    /// The agreement of one tap; inputs `act[0], wgt[0]`.
    Xnor1,
    /// Bit 0 of a count of six bits.
    Count6Bit0,
    /// Bit 1 of a count of six bits.
    Count6Bit1,
    /// Bit 2 of a count of six bits.
    Count6Bit2,
    /// Sum and carry of three bits.
    FullAdder,
    /// The (2,5) counter, `x0 + .. + x4 + 2 (y0 + y1)`: its sum, and the carry of `x0 + x1 + (x2 ^ x3 ^ x4)`. Inputs
    /// `x0..x4`.
    Count25Low,
    /// The (2,5) counter: sum and carry of `y0 + y1 + (carry of x2 + x3 + x4)`. Inputs `x2, x3, x4, y0, y1`.
    Count25High,
}

impl Table {
    /// Name of the constant in Verilog.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Xnor3Sum => "XNOR3_SUM",
            Self::Xnor3Carry => "XNOR3_CARRY",
            Self::Xnor2 => "XNOR2",
            Self::Xnor1 => "XNOR1",
            Self::Count6Bit0 => "COUNT6_BIT0",
            Self::Count6Bit1 => "COUNT6_BIT1",
            Self::Count6Bit2 => "COUNT6_BIT2",
            Self::FullAdder => "FULL_ADDER",
            Self::Count25Low => "COUNT25_LOW",
            Self::Count25High => "COUNT25_HIGH",
        }
    }

    /// The truth table.
    pub(super) fn init(self) -> u64 {
        match self {
            Self::Xnor3Sum => one_output(|i| agreements(i, 3) & 1),
            Self::Xnor3Carry => one_output(|i| agreements(i, 3) >> 1),
            Self::Xnor2 => two_outputs(|i| agreements(i, 2) & 1, |i| agreements(i, 2) >> 1),
            Self::Xnor1 => one_output(|i| agreements(i, 1)),
            Self::Count6Bit0 => one_output(|i| i.count_ones() & 1),
            Self::Count6Bit1 => one_output(|i| i.count_ones() >> 1 & 1),
            Self::Count6Bit2 => one_output(|i| i.count_ones() >> 2),
            Self::FullAdder => two_outputs(|i| (i & 7).count_ones() & 1, |i| carry(i & 7)),
            Self::Count25Low => {
                two_outputs(|i| i.count_ones() & 1, |i| carry((i & 3) << 1 | (i >> 2).count_ones() & 1))
            }
            Self::Count25High => two_outputs(|i| high(i) & 1, |i| high(i) >> 1),
        }
    }

    /// Inputs that the function reads, from `I0`.
    pub(super) fn inputs(self) -> usize {
        match self {
            Self::Xnor1 => 2,
            Self::FullAdder => 3,
            Self::Xnor2 => 4,
            Self::Count25Low | Self::Count25High => 5,
            Self::Xnor3Sum | Self::Xnor3Carry | Self::Count6Bit0 | Self::Count6Bit1 | Self::Count6Bit2 => 6,
        }
    }
}

/// Agreements of `taps` taps: activations from input 0, weights from input `taps`.
fn agreements(inputs: u32, taps: u32) -> u32 {
    let mask = (1 << taps) - 1;
    (!(inputs ^ inputs >> taps) & mask).count_ones()
}

/// Carry of a sum of three bits.
fn carry(bits: u32) -> u32 {
    bits.count_ones() >> 1
}

/// `carry(x2 + x3 + x4) + y0 + y1`.
fn high(inputs: u32) -> u32 {
    carry(inputs & 7) + (inputs >> 3).count_ones()
}

fn one_output(f: impl Fn(u32) -> u32) -> u64 {
    (0..64).map(|i| u64::from(f(i)) << i).sum()
}

fn two_outputs(o6: impl Fn(u32) -> u32, o5: impl Fn(u32) -> u32) -> u64 {
    (0..32).map(|i| u64::from(o6(i)) << (i + 32) | u64::from(o5(i)) << i).sum()
}

#[cfg(test)]
mod tests {
    use super::{Table, agreements};

    fn at(table: Table, inputs: u32) -> u32 {
        (table.init() >> inputs & 1) as u32
    }

    /// `O6 + 2 * O5` at five inputs.
    fn pair(table: Table, inputs: u32) -> (u32, u32) {
        (at(table, 32 + inputs), at(table, inputs))
    }

    fn ones(bits: &[u32]) -> u32 {
        bits.iter().sum()
    }

    #[test]
    fn one_to_three_taps_are_counted() {
        for i in 0..64 {
            let bit = |k: u32| i >> k & 1;
            let naive = |taps: u32| (0..taps).filter(|&k| bit(k) == bit(k + taps)).count() as u32;
            assert_eq!(at(Table::Xnor3Sum, i) + 2 * at(Table::Xnor3Carry, i), naive(3));
            assert_eq!(at(Table::Xnor1, i), naive(1));
            let (sum, carry) = pair(Table::Xnor2, i % 32);
            assert_eq!(sum + 2 * carry, agreements(i % 32, 2));
            assert_eq!(agreements(i, 2), naive(2));
        }
    }

    #[test]
    fn six_bits_are_counted() {
        for i in 0..64 {
            let bits: Vec<_> = (0..6).map(|k| i >> k & 1).collect();
            let count = at(Table::Count6Bit0, i) + 2 * at(Table::Count6Bit1, i) + 4 * at(Table::Count6Bit2, i);
            assert_eq!(count, ones(&bits));
        }
    }

    #[test]
    fn a_full_adder_ignores_its_unused_inputs() {
        for i in 0..32 {
            let (sum, carry) = pair(Table::FullAdder, i);
            assert_eq!(sum + 2 * carry, ones(&[i & 1, i >> 1 & 1, i >> 2 & 1]));
        }
    }

    #[test]
    fn five_bits_and_two_of_twice_their_weight_are_counted() {
        for i in 0..128 {
            let (x, y) = (i & 31, i >> 5);
            let (sum, twice) = pair(Table::Count25Low, x);
            let (twice_too, four) = pair(Table::Count25High, x >> 2 | y << 3);
            assert_eq!(sum + 2 * (twice + twice_too) + 4 * four, x.count_ones() + 2 * y.count_ones());
        }
    }
}
