//! `hw boards`: the boards that are known.

use crate::args::Boards;
use bsr_hw::board;

/// Lists them.
pub(crate) fn run(options: &Boards) {
    if options.json {
        println!("{}", serde_json::to_string_pretty(board::all()).expect("string keys and finite numbers"));
        return;
    }
    println!(
        "{:<11} {:<18} {:>7} {:>8} {:>6} {:>5}  DDR peak, usable  clock",
        "board", "part", "LUT", "FF", "BRAM36", "DSP"
    );
    for b in board::all() {
        println!(
            "{:<11} {:<18} {:>7} {:>8} {:>6} {:>5}  {:>5}, {:>5} MB/s  {} MHz",
            b.name, b.part, b.lut, b.ff, b.bram36, b.dsp, b.ddr_peak_mb_s, b.ddr_usable_mb_s, b.clock_mhz
        );
    }
}
