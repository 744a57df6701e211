//! All lanes, and what they share: the late parities of the windows.

use super::lane;
use super::lane_store::group_delays;
use crate::geometry::{BRANCH_SLOPE_BITS, FACTOR_BITS, Geometry, MUL_BITS};
use crate::rtl::{Expr, Module, cat};
use std::rc::Rc;

/// A parameter that the loader gives to some lanes after the others: its name, the load that it comes with, its bits and
/// sign, and the cycles by which its reader lies behind that of the weights.
struct Parameter {
    name: String,
    load: &'static str,
    bits: usize,
    signed: bool,
    delay: usize,
}

/// Parameters of a lane.
fn parameters(g: &Geometry) -> Vec<Parameter> {
    let delays = group_delays(g);
    let one = |name: &str, load, bits, signed, delay| Parameter { name: name.into(), load, bits, signed, delay };
    let mut all = vec![one("weight", "weight", g.taps, false, 0)];
    for (time, bits) in g.popcount().weight_parities() {
        all.push(one(&format!("parity{time}"), "parity", bits, false, time - 1));
    }
    all.extend([
        one("correction", "correction", 4 * g.correction_bits(), false, delays.correction),
        one("mul", "affine", MUL_BITS, true, delays.affine),
        one("add", "affine", g.addend_bits(), true, delays.affine),
    ]);
    if g.branch {
        all.push(one("slope", "branch", BRANCH_SLOPE_BITS, true, delays.branch));
        all.push(one("offset", "branch", g.branch_addend_bits(), true, delays.branch));
    }
    all.push(one("threshold", "threshold", g.threshold_bits(), true, delays.threshold));
    all
}

/// `{load}_load_i` and `{name}_data_i` for each of them.
pub(super) fn store_ports(g: &Geometry) -> Vec<String> {
    let all = parameters(g);
    let mut ports: Vec<_> = all.iter().map(|p| format!("{}_load", p.load)).collect();
    ports.dedup();
    ports.extend(all.iter().map(|p| format!("{}_data", p.name)));
    ports
}

/// The lanes: `y_o` and `sign_o` hold `P` lanes of pixel 0, then of pixel 1, and so on.
pub(super) fn lane_array(g: &Geometry) -> Rc<Module> {
    let mut m = Module::clocked(
        "lane_array",
        format!(
            "{} lanes of {} pixel(s), and the parities of the windows that they share.\n\
             swap_i comes with the first window of a pass: each lane takes over its shadow parameters when that window\n\
             reaches their reader. With edge_i the head's word takes the place of the lanes' values, two cycles before\n\
             y_o and sign_o: all lanes of pixel 0 lowest, then those of pixel 1, and so on.",
            g.lanes, g.pixels
        ),
    );
    let swap = m.input("swap_i", 1);
    let mut inputs: Vec<(String, Expr)> = vec![];
    for (name, bits) in [("window", g.pixels * g.taps), ("missing_left", g.pixels), ("missing_right", g.pixels)] {
        inputs.push((format!("{name}_i"), m.input(&format!("{name}_i"), bits)));
    }
    if g.spatial {
        inputs.push(("factors_i".into(), m.input("factors_i", g.pixels * FACTOR_BITS)));
    }
    let activate = m.input("activate_i", 1);
    inputs.push(("activate_i".into(), activate));
    let parities = parities(&mut m, g, &inputs[0].1.clone());
    inputs.extend(parities);
    let x = m.input("x_i", g.lanes * g.pixels * g.skip_bits());
    let edge = m.input("edge_i", 1);
    let head_word = m.input("head_word_i", g.stream_word());
    let head_signs = m.input("head_signs_i", g.pixels * g.lanes);
    let head_signs = m.delay("head_signs_q", &head_signs);
    let edge_late = m.delay_reset("edge_late_q", &edge);
    inputs.extend([("edge_i".to_owned(), edge), ("edge_late_i".to_owned(), edge_late)]);
    let loaded = loaded(&mut m, g, &swap);
    let lane = lane::lane(g);
    let lanes: Vec<Vec<Expr>> = (0..g.lanes)
        .map(|k| {
            let words =
                [("x_i", &x, g.skip_bits()), ("head_y_i", &head_word, g.stream_bits), ("head_sign_i", &head_signs, 1)];
            let words = words.map(|(port, word, bits)| (port.to_owned(), of_lane(g, word, k, bits)));
            let own = loaded.iter().flat_map(|p| {
                let (load, data) = p.of(g, k);
                [("load", load), ("swap", p.swap.clone()), ("data", data)]
                    .map(|(kind, value)| (format!("{}_{kind}_i", p.name), value))
            });
            let all: Vec<_> = inputs.iter().cloned().chain(own).chain(words).collect();
            let all: Vec<_> = all.iter().map(|(port, value)| (port.as_str(), value)).collect();
            m.instance(&format!("lane{k}"), &lane, &all, &["y_o", "sign_o"])
        })
        .collect();
    let word = |output: usize, bits: usize| {
        let lowest_first = (0..g.pixels).flat_map(|pixel| lanes.iter().map(move |lane| (pixel, &lane[output])));
        let mut parts: Vec<_> = lowest_first.map(|(pixel, lane)| lane.slice(pixel * bits, bits)).collect();
        parts.reverse();
        cat(&parts)
    };
    m.output("y_o", &word(0, g.stream_bits));
    m.output("sign_o", &word(1, 1));
    Rc::new(m)
}

/// A parameter as it arrives: a load bit a turn, the data of each of the lanes that load together, and when it is taken
/// over.
struct Loaded {
    name: String,
    load: Expr,
    data: Vec<Expr>,
    swap: Expr,
}

impl Loaded {
    /// `(load, data)` of a lane.
    fn of(&self, g: &Geometry, lane: usize) -> (Expr, Expr) {
        (self.load.slice(lane / g.load_lanes, 1), self.data[lane % g.load_lanes].clone())
    }
}

fn loaded(m: &mut Module, g: &Geometry, swap: &Expr) -> Vec<Loaded> {
    let (mut at, mut past) = (swap.clone(), 0);
    let mut load: Option<(&str, Expr)> = None;
    parameters(g)
        .into_iter()
        .map(|p| {
            if p.delay < past {
                (at, past) = (swap.clone(), 0);
            }
            at = m.delay_reset_by(&format!("{}_swap", p.name), &at, p.delay - past);
            past = p.delay;
            let port = match &load {
                Some((name, port)) if *name == p.load => port.clone(),
                _ => m.input(&format!("{}_load_i", p.load), g.load_cycles()),
            };
            load = Some((p.load, port.clone()));
            let name = format!("{}_data_i", p.name);
            let all = m.input(&name, g.load_lanes * p.bits);
            let data = (0..g.load_lanes).map(|bank| of_bank(m, &p, &all, bank)).collect();
            Loaded { name: p.name, load: port, data, swap: at.clone() }
        })
        .collect()
}

/// A bank's value of a parameter; a signed one has a name, as Yosys takes no cast at a port.
fn of_bank(m: &mut Module, p: &Parameter, all: &Expr, bank: usize) -> Expr {
    let value = all.slice(bank * p.bits, p.bits);
    if p.signed { m.wire(&format!("{}{bank}", p.name), &value.signed()) } else { value }
}

/// Parities of the activations, as the lanes read them: those of the columns, and the later ones, which are made here.
fn parities(m: &mut Module, g: &Geometry, window: &Expr) -> Vec<(String, Expr)> {
    let mut all: Vec<(String, Vec<Expr>)> =
        lane::act_parity_ports(g).into_iter().map(|(time, _)| (format!("act_parity{time}"), vec![])).collect();
    let popcount = g.popcount();
    let columns = 9 * popcount.column_parities();
    let parities = (columns > 0).then(|| m.input("parities_i", g.pixels * columns));
    let unit = popcount.window_parity();
    for pixel in 0..g.pixels {
        let mut outputs = vec![];
        if let Some(parities) = &parities {
            outputs.push(("act_parity1".to_owned(), parities.slice(pixel * columns, columns)));
        }
        if let Some(unit) = &unit {
            let taps = window.slice(pixel * g.taps, g.taps);
            let mut inputs = vec![("act_i", &taps)];
            let columns = outputs.first().map(|(_, parity)| parity.clone());
            inputs.extend(columns.iter().map(|parity| ("act_parity1_i", parity)));
            outputs.extend(m.instance_outputs(&format!("parity{pixel}"), unit, &inputs));
        }
        for ((_, pixels), (_, output)) in all.iter_mut().zip(outputs) {
            pixels.insert(0, output);
        }
    }
    all.into_iter().map(|(name, pixels)| (format!("{name}_i"), cat(&pixels))).collect()
}

/// The lane's values out of the word of all lanes, pixel by pixel.
fn of_lane(g: &Geometry, word: &Expr, lane: usize, bits: usize) -> Expr {
    let pixels = (0..g.pixels).rev().map(|pixel| word.slice((pixel * g.lanes + lane) * bits, bits));
    cat(&pixels.collect::<Vec<_>>())
}
