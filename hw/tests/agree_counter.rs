//! The structural popcount against naive counting, as its text says it: tables, wires, registers and the last add.

#[path = "agree_counter/reader.rs"]
mod reader;

use bsr_hw::blocks::{agree_cost, agree_counter, lut_models};
use reader::Reader;

/// Widths and latencies under test: every width to 80, and one 3x3 window of 64 channels.
const WIDTHS: std::ops::RangeInclusive<usize> = 1..=80;
const WINDOW: usize = 576;

/// One vector: activations and weights, a bit a tap.
type Vector = (Vec<bool>, Vec<bool>);

/// A source of random bits (splitmix64).
struct Random(u64);

impl Random {
    fn bit(&mut self) -> bool {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ self.0 >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ z >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ z >> 31) & 1 == 1
    }

    fn bits(&mut self, count: usize) -> Vec<bool> {
        (0..count).map(|_| self.bit()).collect()
    }
}

fn text(taps: usize, stages: usize) -> String {
    let files = agree_counter(taps, stages).files();
    files[&format!("agree_counter_{taps}")].1.clone()
}

/// All agree, none agree, one agrees, one disagrees at every tap, each with random activations; then random pairs.
fn vectors(taps: usize, random: usize) -> Vec<Vector> {
    let mut source = Random(taps as u64);
    let mut all = vec![];
    let mut put = |agrees: &dyn Fn(usize) -> bool| {
        let act = source.bits(taps);
        let wgt = act.iter().enumerate().map(|(i, &a)| a == agrees(i)).collect();
        all.push((act, wgt));
    };
    put(&|_| true);
    put(&|_| false);
    for tap in 0..taps {
        put(&|i| i == tap);
        put(&|i| i != tap);
    }
    all.extend((0..random).map(|_| (source.bits(taps), source.bits(taps))));
    all
}

/// 64 vectors side by side.
fn pack(batch: &[Vector], side: impl Fn(&Vector) -> &Vec<bool>, taps: usize) -> Vec<u64> {
    let word = |tap: usize| batch.iter().enumerate().map(|(v, vector)| u64::from(side(vector)[tap]) << v).sum();
    (0..taps).map(word).collect()
}

fn naive(vector: &Vector) -> usize {
    vector.0.iter().zip(&vector.1).filter(|(a, w)| a == w).count()
}

/// Clocks one batch a cycle through the netlist and checks each count `stages` cycles later.
fn check(taps: usize, stages: usize, random: usize) {
    let mut netlist = Reader::new(&text(taps, stages));
    let vectors = vectors(taps, random);
    let batches: Vec<_> = vectors.chunks(64).collect();
    for cycle in 0..batches.len() + stages {
        let now = batches[cycle % batches.len()];
        let out = netlist.clock(pack(now, |v| &v.0, taps), pack(now, |v| &v.1, taps));
        let Some(earlier) = cycle.checked_sub(stages) else { continue };
        for (v, vector) in batches[earlier].iter().enumerate() {
            let agree: usize = out.iter().enumerate().map(|(k, word)| ((word >> v & 1) as usize) << k).sum();
            assert_eq!(agree, naive(vector), "{taps} taps, {stages} stages, vector {}", earlier * 64 + v);
        }
    }
}

#[test]
fn the_netlist_counts_agreements_at_every_width() {
    for taps in WIDTHS {
        check(taps, 2, 256);
    }
    check(WINDOW, 4, 2048);
}

#[test]
fn the_count_comes_exactly_stages_cycles_later() {
    for stages in 2..=8 {
        for taps in [1, 2, 3, 4, 9, 72, WINDOW] {
            check(taps, stages, 512);
        }
    }
}

#[test]
fn a_flipped_table_bit_is_seen() {
    let text = text(WINDOW, 2);
    let place = text.find("COUNT25_HIGH = 64'h").expect("the table is used") + "COUNT25_HIGH = 64'h".len();
    let digit = u8::from_str_radix(&text[place..place + 1], 16).unwrap();
    let flipped = format!("{}{:X}{}", &text[..place], digit ^ 8, &text[place + 1..]);
    let mut netlist = Reader::new(&flipped);
    let vectors = vectors(WINDOW, 64);
    let agree: Vec<u64> = (0..=2)
        .map(|_| netlist.clock(pack(&vectors[..64], |v| &v.0, WINDOW), pack(&vectors[..64], |v| &v.1, WINDOW)))
        .next_back()
        .unwrap();
    let first: usize = agree.iter().enumerate().map(|(k, word)| ((word & 1) as usize) << k).sum();
    assert_ne!(first, naive(&vectors[0]));
}

#[test]
fn the_last_add_has_no_room_to_spare_and_never_carries_out() {
    for taps in WIDTHS.chain([WINDOW]) {
        let text = text(taps, 2);
        let declared = text.lines().rfind(|line| line.contains(" count = ")).expect("a count").trim();
        let top: usize = declared["wire [".len()..].split(':').next().unwrap().parse().unwrap();
        assert!(taps < 2 << top, "{taps} taps overflow {declared}");
        assert!(taps >= 1 << top, "{taps} taps never reach the top of {declared}");
    }
}

#[test]
fn the_cost_is_that_of_the_text() {
    for taps in WIDTHS.chain([WINDOW]) {
        for stages in 2..=8 {
            let (netlist, cost) = (Reader::new(&text(taps, stages)), agree_cost(taps, stages));
            assert_eq!(cost.lut6 + cost.lut6_2, netlist.luts(), "{taps} taps");
            assert!(cost.ff + 3 * cost.srl <= netlist.register_bits(), "{taps} taps, {stages} stages");
            assert!(cost.ff + stages * cost.srl >= netlist.register_bits(), "{taps} taps, {stages} stages");
        }
    }
}

#[test]
fn a_window_takes_at_most_1_16_lut_sites_a_tap() {
    assert!(100 * agree_cost(WINDOW, 4).lut_sites() <= 116 * WINDOW);
}

#[test]
fn the_models_are_one_module_a_file() {
    for (file, text) in lut_models() {
        let name = file.strip_suffix(".v").expect("a Verilog file");
        assert_eq!(text.matches("endmodule").count(), 1);
        assert!(text.contains(&format!("\nmodule {name} #(")));
    }
}
