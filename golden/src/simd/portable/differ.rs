//! The dot's popcount: `differ[o] = #{i : a_i != w_o,i}`, all outputs at once.
//!
//! ```text
//! window   | group 0: 9 words | group 1: 9 words | ..   zeros fill the last group
//! weights  | block of outputs 0..8: group 0, group 1, .. | block of outputs 8..16: .. |   [block][group][word][lane]
//! ```
//!
//! The lanes are outputs, innermost and of a fixed number, so that a compiler fills vector registers of any width with them.

/// Words that are counted together: those of a 3x3 window of up to 64 channels.
pub(super) const GROUP: usize = 9;

/// Outputs that are counted together.
pub(super) const LANES: usize = 8;

/// One group of words for each of a block of outputs.
pub(super) type Block = [[u64; LANES]; GROUP];

/// Lays out `weight(o, word)` for `outputs` outputs and a window of `words` words.
pub(super) fn blocks(outputs: usize, words: usize, weight: impl Fn(usize, usize) -> u64) -> Vec<Block> {
    let used = |o, word| if o < outputs && word < words { weight(o, word) } else { 0 };
    let (blocks, groups) = (outputs.div_ceil(LANES), words.div_ceil(GROUP));
    let at = |block, group| {
        std::array::from_fn(|j| std::array::from_fn(|lane| used(block * LANES + lane, group * GROUP + j)))
    };
    (0..blocks).flat_map(|block| (0..groups).map(move |group| (block, group))).map(|(b, g)| at(b, g)).collect()
}

/// Counts the bits of `window` that differ from each output's weights; the unused bits of both are 0.
pub(super) fn count(window: &[[u64; GROUP]], weights: &[Block], differ: &mut [[u64; LANES]]) {
    for (differ, groups) in differ.iter_mut().zip(weights.chunks_exact(window.len())) {
        let mut sums = [0; LANES];
        for (words, block) in window.iter().zip(groups) {
            for (lane, sum) in sums.iter_mut().enumerate() {
                *sum += ones(std::array::from_fn(|j| words[j] ^ block[j][lane]));
            }
        }
        *differ = sums;
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
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Oracle: bit by bit.
        #[test]
        fn every_differing_bit_is_counted_once(
            window in prop::collection::vec(any::<u64>(), 1..30), outputs in 1usize..20, seed in prop::collection::vec(any::<u64>(), 600),
        ) {
            let weight = |o: usize, word: usize| seed[word * outputs + o];
            let mut padded = window.clone();
            padded.resize(window.len().next_multiple_of(GROUP), 0);
            let mut differ = vec![[u64::MAX; LANES]; outputs.div_ceil(LANES)];
            count(padded.as_chunks().0, &blocks(outputs, window.len(), weight), &mut differ);
            for o in 0..outputs {
                let bits = (0..window.len() * 64).filter(|i| (window[i / 64] ^ weight(o, i / 64)) >> (i % 64) & 1 == 1);
                prop_assert_eq!(differ.as_flattened()[o] as usize, bits.count());
            }
        }
    }
}
