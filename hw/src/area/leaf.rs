//! The leaves that cost DSP slices and block RAMs, told by their module names.

use crate::blocks::RamStyle;

/// A leaf that is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Leaf {
    /// A memory.
    Ram { depth: usize, width: usize, style: RamStyle },
    /// So many multipliers. No parameter makes an operand wider than the 25 x 18 bits of one DSP48E1.
    Multipliers(usize),
}

impl Leaf {
    /// The leaf of that module name, as `blocks` gives them: `block_ram_2048x12`, `lut_ram_16x752`,
    /// `multiply_add_18x13_40`, `add_multiply_add_18x13_40`, `multiply_chain_4x18x13`, `multiply_accumulate_9x23x13_39`.
    pub(super) fn of_module(name: &str) -> Option<Self> {
        if name.starts_with("multiply_add_") || name.starts_with("add_multiply_add_") {
            return Some(Self::Multipliers(1));
        }
        let chain = name.strip_prefix("multiply_chain_").or(name.strip_prefix("multiply_accumulate_"));
        if let Some(size) = chain {
            return Some(Self::Multipliers(size.split('x').next()?.parse().ok()?));
        }
        let styles = [("block", RamStyle::Block), ("lut", RamStyle::Distributed), ("immediate", RamStyle::Immediate)];
        let named = |(prefix, style)| Some((name.strip_prefix(prefix)?.strip_prefix("_ram_")?, style));
        let (size, style) = styles.into_iter().find_map(named)?;
        let (depth, width) = size.split_once('x')?;
        Some(Self::Ram { depth: depth.parse().ok()?, width: width.parse().ok()?, style })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blocks::{add_multiply_add, multiply_accumulate, multiply_add, multiply_chain, ram};

    #[test]
    fn every_counted_block_is_known_by_its_name() {
        let leaf = |name: &str| Leaf::of_module(name);
        for style in [RamStyle::Block, RamStyle::Distributed, RamStyle::Immediate] {
            assert_eq!(leaf(ram(48, 7, style).name()), Some(Leaf::Ram { depth: 48, width: 7, style }));
        }
        assert_eq!(leaf(multiply_add(18, 13, 40).name()), Some(Leaf::Multipliers(1)));
        assert_eq!(leaf(add_multiply_add(18, 13, 40).name()), Some(Leaf::Multipliers(1)));
        assert_eq!(leaf(multiply_chain(4, 16, 13).name()), Some(Leaf::Multipliers(4)));
        assert_eq!(leaf(multiply_accumulate(9, 23, 13, 39).name()), Some(Leaf::Multipliers(9)));
        assert_eq!(leaf("lane"), None);
    }
}
