//! The page about the registers in `docs/` is the map that the Verilog is made from.

use bsr_hw::registers::{ALL, markdown};

#[test]
fn the_page_in_docs_is_the_register_map() {
    let page = include_str!("../../docs/registers.md");
    assert!(
        page == markdown(),
        "docs/registers.md should hold what `hw generate` writes as registers.md:\n{}",
        markdown()
    );
}

#[test]
fn every_register_is_a_row_of_five_cells() {
    let page = markdown();
    for register in ALL {
        let start = format!("| {:#05x} | `{}` |", register.offset, register.name);
        let row = page.lines().find(|line| line.starts_with(&start)).expect(&start);
        assert_eq!(row.matches('|').count(), 6, "{row}");
    }
}

#[test]
fn registers_are_words_at_offsets_of_their_own_in_order() {
    assert!(ALL.iter().all(|register| register.offset % 4 == 0 && register.offset < 0x1000));
    assert!(ALL.windows(2).all(|pair| pair[0].offset < pair[1].offset));
}
