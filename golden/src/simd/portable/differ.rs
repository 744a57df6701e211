//! The dot's popcount: `differ[o] = #{i : a_i != w_o,i}`, all outputs at once.
//!
//! The word loop is over outputs, innermost, so that a compiler fills vector registers of any width with it.

/// Words that are counted together: those of a 3x3 window of up to 64 channels.
const GROUP: usize = 9;

/// Counts the bits of `window` that differ from each output's weights.
///
/// `weights` is `[word][output]`; the unused bits of both are equal.
pub(super) fn count(window: &[u64], weights: &[u64], differ: &mut [u64]) {
    let outputs = differ.len();
    differ.fill(0);
    let mut rows = weights.chunks_exact(outputs);
    let (groups, rest) = window.as_chunks::<GROUP>();
    for group in groups {
        let rows: [&[u64]; GROUP] = std::array::from_fn(|_| rows.next().expect("one row of weights a word"));
        for (o, differ) in differ.iter_mut().enumerate() {
            *differ += ones(std::array::from_fn(|j| group[j] ^ rows[j][o]));
        }
    }
    for (&word, row) in rest.iter().zip(rows) {
        for (differ, &weight) in differ.iter_mut().zip(row) {
            *differ += u64::from((word ^ weight).count_ones());
        }
    }
}

/// Ones of nine words: carry-save adders make four words of weights 1, 2, 4, 8.
#[inline(always)]
fn ones(v: [u64; GROUP]) -> u64 {
    let (one_a, two_a) = full_adder(v[0], v[1], v[2]);
    let (one_b, two_b) = full_adder(v[3], v[4], v[5]);
    let (one_c, two_c) = full_adder(v[6], v[7], v[8]);
    let (one, two_d) = full_adder(one_a, one_b, one_c);
    let (two_e, four_a) = full_adder(two_a, two_b, two_c);
    let (two, four_b) = (two_d ^ two_e, two_d & two_e);
    let (four, eight) = (four_a ^ four_b, four_a & four_b);
    let [one, two, four, eight] = [one, two, four, eight].map(|word| u64::from(word.count_ones()));
    one + 2 * two + 4 * four + 8 * eight
}

/// `(sum, carry)` of three bits, in each of 64 positions.
#[inline(always)]
fn full_adder(a: u64, b: u64, c: u64) -> (u64, u64) {
    let ab = a ^ b;
    (ab ^ c, (a & b) | (ab & c))
}

#[cfg(test)]
mod tests {
    use super::count;
    use proptest::prelude::*;

    proptest! {
        /// Oracle: bit by bit.
        #[test]
        fn every_differing_bit_is_counted_once(
            window in prop::collection::vec(any::<u64>(), 1..30), outputs in 1usize..7, seed in prop::collection::vec(any::<u64>(), 210),
        ) {
            let weights = &seed[..window.len() * outputs];
            let mut differ = vec![u64::MAX; outputs];
            count(&window, weights, &mut differ);
            for (o, &found) in differ.iter().enumerate() {
                let bits = (0..window.len() * 64).filter(|i| (window[i / 64] ^ weights[i / 64 * outputs + o]) >> (i % 64) & 1 == 1);
                prop_assert_eq!(found as usize, bits.count());
            }
        }
    }
}
