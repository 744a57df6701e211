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
    /// Bit 0 of the sum of three sum bits `act ^ wgt`; inputs are the parities `act[0..3], wgt[0..3]`.
    Parity3Sum,
    /// Bit 1 of that sum.
    Parity3Carry,
    /// Both bits of the sum of two sum bits; inputs `act[0..2], wgt[0..2]`.
    Parity2,
    /// Sum and carry of three bits.
    FullAdder,
    /// The (2,5) counter, `x0 + .. + x4 + 2 (y0 + y1)`: its sum, and the carry of `x0 + x1 + (x2 ^ x3 ^ x4)`. Inputs
    /// `x0..x4`.
    Count25Low,
    /// The (2,5) counter: sum and carry of `y0 + y1 + (carry of x2 + x3 + x4)`. Inputs `x2, x3, x4, y0, y1`.
    Count25High,
    /// A column of the last add, `x + y + z + kept`: the sum bit before the carry chain, and what the next column keeps,
    /// the carry of `x + y + z`. Inputs `x, y, z, kept`.
    Add,
}

impl Table {
    /// Name of the constant in Verilog.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Xnor3Sum => "XNOR3_SUM",
            Self::Xnor3Carry => "XNOR3_CARRY",
            Self::Xnor2 => "XNOR2",
            Self::Xnor1 => "XNOR1",
            Self::Parity3Sum => "PARITY3_SUM",
            Self::Parity3Carry => "PARITY3_CARRY",
            Self::Parity2 => "PARITY2",
            Self::FullAdder => "FULL_ADDER",
            Self::Count25Low => "COUNT25_LOW",
            Self::Count25High => "COUNT25_HIGH",
            Self::Add => "ADD",
        }
    }

    /// The truth table.
    pub(super) fn init(self) -> u64 {
        match self {
            Self::Xnor3Sum => one_output(|i| agreements(i, 3) & 1),
            Self::Xnor3Carry => one_output(|i| agreements(i, 3) >> 1),
            Self::Xnor2 => two_outputs(|i| agreements(i, 2) & 1, |i| agreements(i, 2) >> 1),
            Self::Xnor1 => one_output(|i| agreements(i, 1)),
            Self::Parity3Sum => one_output(|i| differences(i, 3) & 1),
            Self::Parity3Carry => one_output(|i| differences(i, 3) >> 1),
            Self::Parity2 => two_outputs(|i| differences(i, 2) & 1, |i| differences(i, 2) >> 1),
            Self::FullAdder => two_outputs(|i| (i & 7).count_ones() & 1, |i| carry(i & 7)),
            Self::Count25Low => {
                two_outputs(|i| i.count_ones() & 1, |i| carry((i & 3) << 1 | (i >> 2).count_ones() & 1))
            }
            Self::Count25High => two_outputs(|i| high(i) & 1, |i| high(i) >> 1),
            Self::Add => two_outputs(|i| (i & 15).count_ones() & 1, |i| carry(i & 7)),
        }
    }

    /// Inputs that the function reads, from `I0`.
    pub(super) fn inputs(self) -> usize {
        match self {
            Self::Xnor1 => 2,
            Self::FullAdder => 3,
            Self::Xnor2 | Self::Parity2 | Self::Add => 4,
            Self::Count25Low | Self::Count25High => 5,
            Self::Xnor3Sum | Self::Xnor3Carry | Self::Parity3Sum | Self::Parity3Carry => 6,
        }
    }
}

/// Agreements of `taps` taps: activations from input 0, weights from input `taps`.
fn agreements(inputs: u32, taps: u32) -> u32 {
    let mask = (1 << taps) - 1;
    (!(inputs ^ inputs >> taps) & mask).count_ones()
}

/// How many of `items` pairs differ: activation parities from input 0, weight parities from input `items`.
fn differences(inputs: u32, items: u32) -> u32 {
    items - agreements(inputs, items)
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
    fn two_and_three_sum_bits_are_added() {
        for i in 0..64 {
            let differs = |items: u32| (0..items).filter(|&k| i >> k & 1 != i >> (k + items) & 1).count() as u32;
            assert_eq!(at(Table::Parity3Sum, i) + 2 * at(Table::Parity3Carry, i), differs(3));
            let (sum, carry) = pair(Table::Parity2, i % 32);
            assert_eq!(sum + 2 * carry, (0..2).filter(|&k| i >> k & 1 != i >> (k + 2) & 1).count() as u32);
        }
    }

    #[test]
    fn a_column_of_the_last_add_keeps_the_carry_of_three() {
        for i in 0..32 {
            let (sum, kept) = pair(Table::Add, i);
            assert_eq!(sum, (i & 15).count_ones() & 1);
            assert_eq!(kept, u32::from((i & 7).count_ones() >= 2));
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
