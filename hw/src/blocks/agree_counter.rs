//! The XNOR popcount: how many taps agree.
//!
//! `agree = #{ i : act[i] == wgt[i] }`, written twice in one module: as the plain sum for simulation, and as LUT6,
//! LUT6_2 and CARRY4 primitives for synthesis, where the structure of a popcount decides its size. The sum bits of
//! groups of taps are parities, which the lanes share ([`tree`]); a lane makes their carries, compresses them column by
//! column ([`compress`]) and ends with one carry chain ([`last_add`]).

mod compress;
mod cost;
mod last_add;
mod parity;
mod policy;
mod table;
mod tree;
mod verilog;

pub use cost::AgreeCost;

use crate::rtl::{Module, value_bits};
use compress::Netlist;
use last_add::LastAdd;
use std::rc::Rc;
use tree::Tree;

/// The popcount of a window of `columns * channels` taps with a latency of `stages` cycles, and the parities that go
/// with it. Tap `column * channels + channel` is bit of that number.
#[derive(Clone, Debug)]
pub struct Popcount {
    tree: Tree,
    stages: usize,
}

impl Popcount {
    /// The popcount of `columns` window columns of `channels` taps.
    ///
    /// # Panics
    /// If there is no tap, or `stages` is less than 2.
    pub fn new(columns: usize, channels: usize, stages: usize) -> Self {
        assert!(stages >= 2, "the count takes two registers");
        Self { tree: Tree::new(columns, channels, stages), stages }
    }

    /// Parities of a column that are fed with its signs, bits of `parity_o` of [`Self::column_parity`].
    pub fn column_parities(&self) -> usize {
        self.tree.column_nodes(0).len()
    }

    /// `(cycle, bits)` of the weight parities that a lane keeps. Those of cycle 1 are read with the weights, those of
    /// cycle 2 one cycle later, and so on; cycles without parities are left out.
    pub fn weight_parities(&self) -> Vec<(usize, usize)> {
        let bits = (1..=self.tree.times).map(|time| (time, self.tree.read(time).len()));
        bits.filter(|(_, bits)| *bits > 0).collect()
    }

    /// `(cycle, bits)` of the activation parities that come after the taps, from cycle 2 on.
    pub fn late_parities(&self) -> Vec<(usize, usize)> {
        self.weight_parities().into_iter().filter(|(time, _)| *time > 1).collect()
    }

    /// Parities of the signs of one column, if there are any: `signs_i` to `parity_o`.
    pub fn column_parity(&self) -> Option<Rc<Module>> {
        parity::column_parity(&self.tree)
    }

    /// Parities of a window, if there are any that come later than its taps: `act_i` and the columns' parities
    /// `act_parity1_i` to `act_parity2_o` one cycle later, and so on.
    pub fn window_parity(&self) -> Option<Rc<Module>> {
        parity::window_parity(&self.tree)
    }

    /// Parities of a record of weights, if lanes keep any: `wgt_i` to `wgt_parity1_o` and so on, two cycles later.
    pub fn weight_parity(&self) -> Option<Rc<Module>> {
        parity::weight_parity(&self.tree)
    }

    /// `agree_o = #{ i : act_i[i] == wgt_i[i] }`, `stages` cycles later.
    ///
    /// Simulators read `$countones`. With the macro `SYNTHESIS` or `BSR_STRUCTURAL` the body is the netlist of
    /// [`Self::cost`]; to simulate that one, add the models of [`primitive_models`].
    pub fn counter(&self) -> Rc<Module> {
        let taps = self.tree.taps();
        let (netlist, add, output) = self.netlist();
        let about = format!(
            "agree_o = #{{ i : act_i[i] == wgt_i[i] }}, the XNOR popcount of {taps} taps, 0..{taps}. Latency {}, II 1.\n\
             Simulation reads the plain sum; SYNTHESIS or BSR_STRUCTURAL selects the same count in LUT primitives, which\n\
             take the sum bit of a group of taps from act_parity, the parity of its signs, and wgt_parity, that of its\n\
             inverted weights; the number is the cycle in which they are read, 1 with act_i.",
            self.stages
        );
        let mut m = Module::new(format!("agree_counter_{taps}"), about);
        m.input("clk_i", 1);
        m.input("act_i", taps);
        m.input("wgt_i", taps);
        let mut unread = vec![];
        let mut port = |m: &mut Module, name: String, bits| {
            m.input(&name, bits);
            unread.push(name);
        };
        let columns = self.tree.columns * self.column_parities();
        if columns > 0 {
            port(&mut m, "act_parity1_i".into(), columns);
        }
        for (time, bits) in self.late_parities() {
            port(&mut m, format!("act_parity{time}_i"), bits);
        }
        for (time, bits) in self.weight_parities() {
            port(&mut m, format!("wgt_parity{time}_i"), bits);
        }
        m.output_port("agree_o", value_bits(taps), false);
        m.custom(verilog::body(&self.tree, &netlist, &add, output, &unread));
        Rc::new(m)
    }

    /// Resources of the counter.
    pub fn cost(&self) -> AgreeCost {
        let (netlist, add, output) = self.netlist();
        AgreeCost::of(&netlist, &add, output)
    }

    /// LUTs of [`Self::column_parity`].
    pub fn column_parity_lut(&self) -> usize {
        parity::column_lut(&self.tree)
    }

    /// LUTs and flip-flops of [`Self::window_parity`].
    pub fn window_parity_cost(&self) -> (usize, usize) {
        parity::window_cost(&self.tree)
    }

    /// LUTs and flip-flops of [`Self::weight_parity`].
    pub fn weight_parity_cost(&self) -> (usize, usize) {
        parity::weight_cost(&self.tree)
    }

    /// The levels, the last add, and the registers behind it.
    fn netlist(&self) -> (Netlist, LastAdd, usize) {
        let netlist = policy::best(&self.tree, self.stages);
        let add = LastAdd::new(&netlist);
        let output = self.stages - netlist.registers();
        (netlist, add, output)
    }
}

/// Simulation models of the primitives, as `(file name, text)`; synthesis tools bring their own.
pub fn primitive_models() -> [(&'static str, &'static str); 3] {
    [
        ("CARRY4.v", include_str!("agree_counter/CARRY4.v")),
        ("LUT6.v", include_str!("agree_counter/LUT6.v")),
        ("LUT6_2.v", include_str!("agree_counter/LUT6_2.v")),
    ]
}
