//! The structural popcount against naive counting, as the text of the counter and of the parities that are fed to it
//! says it: tables, wires, registers and the last add.

#[path = "agree_counter/reader.rs"]
mod reader;

use bsr_hw::blocks::{Popcount, primitive_models};
use bsr_hw::rtl::Module;
use reader::Reader;
use std::collections::{HashMap, VecDeque};
use std::rc::Rc;

/// Widths of one column under test, and channels of 3x3 windows.
const WIDTHS: std::ops::RangeInclusive<usize> = 1..=80;
const CHANNELS: [usize; 12] = [1, 2, 3, 4, 5, 8, 16, 24, 32, 40, 48, 64];
const COLUMNS: usize = 9;

/// One vector: activations and weights, a bit a tap.
type Vector = (Vec<bool>, Vec<bool>);
/// 64 vectors side by side, a word a tap.
type Words = Vec<u64>;

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

fn text(module: &Rc<Module>) -> String {
    module.files()[module.name()].1.clone()
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

fn pack(batch: &[Vector], side: impl Fn(&Vector) -> &Vec<bool>, taps: usize) -> Words {
    let word = |tap: usize| batch.iter().enumerate().map(|(v, vector)| u64::from(side(vector)[tap]) << v).sum();
    (0..taps).map(word).collect()
}

fn naive(vector: &Vector) -> usize {
    vector.0.iter().zip(&vector.1).filter(|(a, w)| a == w).count()
}

/// A counter with the parities that are fed to it, as in a lane.
struct Array {
    channels: usize,
    counter: Reader,
    column: Option<Reader>,
    window: Option<Reader>,
    weights: Option<Reader>,
    /// Taps of the last two cycles, which is how long the weights' parities take.
    taps: VecDeque<(Words, Words)>,
    /// Parities of the weights of the last cycles, the newest first.
    parities: VecDeque<HashMap<String, Words>>,
}

impl Array {
    fn new(popcount: &Popcount, channels: usize) -> Self {
        let read = |module: Option<Rc<Module>>| module.map(|module| Reader::new(&text(&module)));
        Self {
            channels,
            counter: Reader::new(&text(&popcount.counter())),
            column: read(popcount.column_parity()),
            window: read(popcount.window_parity()),
            weights: read(popcount.weight_parity()),
            taps: VecDeque::new(),
            parities: VecDeque::new(),
        }
    }

    /// `agree_o`, with taps that reach the counter two cycles later.
    fn clock(&mut self, act: Words, wgt: Words) -> Words {
        let named = |name: &str, words: &Words| (name.to_owned(), words.clone());
        if let Some(weights) = &mut self.weights {
            self.parities.push_front(weights.clock(&HashMap::from([named("wgt_i", &wgt)])));
        }
        self.taps.push_back((act, wgt));
        if self.taps.len() < 3 {
            return vec![];
        }
        let (act, wgt) = self.taps.pop_front().expect("three of them");
        let mut inputs = HashMap::from([named("act_i", &act)]);
        if let Some(column) = &mut self.column {
            let parities = act
                .chunks(self.channels)
                .map(|signs| column.clock(&HashMap::from([named("signs_i", &signs.to_vec())])));
            let parities: Vec<Words> = parities.map(|outputs| outputs["parity_o"].clone()).collect();
            inputs.insert("act_parity1_i".into(), parities.concat());
        }
        if let Some(window) = &mut self.window {
            let outputs = window.clock(&inputs);
            inputs.extend(outputs.into_iter().map(|(port, words)| (port.replace("_o", "_i"), words)));
        }
        inputs.insert("wgt_i".into(), wgt);
        for time in 1..=self.parities.len() {
            let port = format!("wgt_parity{time}_o");
            if let Some(words) = self.parities[time - 1].get(&port) {
                inputs.insert(port.replace("_o", "_i"), words.clone());
            }
        }
        self.counter.clock(&inputs)["agree_o"].clone()
    }
}

/// Clocks one batch a cycle and checks each count `stages` cycles later.
fn check(columns: usize, channels: usize, stages: usize, random: usize) {
    let (taps, latency) = (columns * channels, 2 + stages);
    let mut array = Array::new(&Popcount::new(columns, channels, stages), channels);
    let vectors = vectors(taps, random);
    let batches: Vec<_> = vectors.chunks(64).collect();
    for cycle in 0..batches.len() + latency {
        let now = batches[cycle % batches.len()];
        let out = array.clock(pack(now, |v| &v.0, taps), pack(now, |v| &v.1, taps));
        let Some(earlier) = cycle.checked_sub(latency) else { continue };
        for (v, vector) in batches[earlier].iter().enumerate() {
            let agree: usize = out.iter().enumerate().map(|(k, word)| ((word >> v & 1) as usize) << k).sum();
            assert_eq!(
                agree,
                naive(vector),
                "{columns} x {channels} taps, {stages} stages, vector {}",
                earlier * 64 + v
            );
        }
    }
}

#[test]
fn the_netlist_counts_agreements_at_every_width() {
    for taps in WIDTHS {
        check(1, taps, 2, 256);
    }
}

#[test]
fn the_netlist_counts_agreements_of_every_window() {
    for channels in CHANNELS {
        check(COLUMNS, channels, 4, 1024);
    }
}

#[test]
fn the_count_comes_exactly_stages_cycles_later() {
    for stages in 2..=8 {
        for taps in [1, 2, 3, 4, 9, 72] {
            check(1, taps, stages, 256);
        }
        check(COLUMNS, 8, stages, 256);
    }
    check(COLUMNS, 64, 8, 256);
}

#[test]
fn a_flipped_table_bit_is_seen() {
    let popcount = Popcount::new(COLUMNS, 64, 4);
    for table in ["XNOR3_CARRY", "PARITY3_CARRY", "COUNT25_HIGH", "ADD"] {
        let right = text(&popcount.counter());
        let start = format!("{table} = 64'h");
        let place = right.find(&start).expect("the table is used") + start.len();
        let digit = u8::from_str_radix(&right[place..place + 1], 16).unwrap();
        let mut array = Array::new(&popcount, 64);
        array.counter = Reader::new(&format!("{}{:X}{}", &right[..place], digit ^ 8, &right[place + 1..]));
        let vectors = vectors(576, 64);
        let batch = &vectors[..64];
        let now = || (pack(batch, |v| &v.0, 576), pack(batch, |v| &v.1, 576));
        let agree = (0..8).map(|_| array.clock(now().0, now().1)).next_back().unwrap();
        let count = |v: usize| -> usize { agree.iter().enumerate().map(|(k, w)| ((w >> v & 1) as usize) << k).sum() };
        assert!(batch.iter().enumerate().any(|(v, vector)| count(v) != naive(vector)), "{table}");
    }
}

#[test]
fn the_last_add_has_no_room_to_spare_and_never_carries_out() {
    for taps in WIDTHS.chain([576]) {
        let text = text(&Popcount::new(1, taps, 2).counter());
        let declared = text.lines().rfind(|line| line.contains(" count = ")).expect("a count").trim();
        let top: usize = declared["wire [".len()..].split(':').next().unwrap().parse().unwrap();
        assert!(taps < 2 << top, "{taps} taps overflow {declared}");
        assert!(taps >= 1 << top, "{taps} taps never reach the top of {declared}");
    }
}

#[test]
fn the_cost_is_that_of_the_text() {
    let windows = CHANNELS.map(|channels| (COLUMNS, channels));
    for (columns, channels) in WIDTHS.step_by(9).map(|taps| (1, taps)).chain(windows) {
        for stages in [3, 6] {
            let popcount = Popcount::new(columns, channels, stages);
            let (netlist, cost) = (Reader::new(&text(&popcount.counter())), popcount.cost());
            let place = format!("{columns} x {channels} taps, {stages} stages");
            assert_eq!((cost.lut6 + cost.lut6_2, cost.carry4), (netlist.luts(), netlist.carry4()), "{place}");
            assert!(cost.ff + 3 * cost.srl <= netlist.register_bits(), "{place}");
            assert!(cost.ff + stages * cost.srl >= netlist.register_bits(), "{place}");
        }
    }
}

#[test]
fn a_window_takes_at_most_0_87_lut_sites_a_tap() {
    assert!(100 * Popcount::new(COLUMNS, 64, 4).cost().lut_sites() <= 87 * 576);
}

#[test]
fn the_models_are_one_module_a_file() {
    for (file, text) in primitive_models() {
        let name = file.strip_suffix(".v").expect("a Verilog file");
        assert_eq!(text.matches("endmodule").count(), 1);
        assert!(text.contains(&format!("\nmodule {name} ")));
    }
}
