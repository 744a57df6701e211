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
use last_add::LastAdd;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use tree::Tree;

/// A chosen netlist: what it costs, its levels, and the body of the counter.
#[derive(Debug)]
struct Chosen {
    cost: AgreeCost,
    levels: usize,
    body: String,
}

/// What was chosen, by columns, channels and stages: the choice takes long, and many engines share it.
static CHOSEN: LazyLock<Mutex<HashMap<[usize; 3], Arc<Chosen>>>> = LazyLock::new(Mutex::default);

/// Modules by kind, columns, channels and stages; none where there is nothing to make.
type Modules = HashMap<(&'static str, [usize; 3]), Option<Rc<Module>>>;

thread_local! {
    /// What this thread made: the texts are long.
    static MADE: RefCell<Modules> = RefCell::default();
}

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
        self.made("column", || parity::column_parity(&self.tree))
    }

    /// Parities of a window, if there are any that come later than its taps: `act_i` and the columns' parities
    /// `act_parity1_i` to `act_parity2_o` one cycle later, and so on.
    pub fn window_parity(&self) -> Option<Rc<Module>> {
        self.made("window", || parity::window_parity(&self.tree))
    }

    /// Parities of a record of weights, if lanes keep any: `wgt_i` to `wgt_parity1_o` and so on, two cycles later.
    pub fn weight_parity(&self) -> Option<Rc<Module>> {
        self.made("weight", || parity::weight_parity(&self.tree))
    }

    /// `agree_o = #{ i : act_i[i] == wgt_i[i] }`, `stages` cycles later.
    ///
    /// Simulators read `$countones`. With the macro `SYNTHESIS` or `BSR_STRUCTURAL` the body is the netlist of
    /// [`Self::cost`]; to simulate that one, add the models of [`primitive_models`](super::primitive_models).
    pub fn counter(&self) -> Rc<Module> {
        self.made("counter", || Some(self.make_counter())).expect("there always is a counter")
    }

    fn make_counter(&self) -> Rc<Module> {
        let taps = self.tree.taps();
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
        for (name, bits) in self.parity_ports() {
            m.input(&name, bits);
        }
        m.output_port("agree_o", value_bits(taps), false);
        m.custom(self.chosen().body.clone());
        Rc::new(m)
    }

    /// Inputs of the counter that simulators do not read.
    fn parity_ports(&self) -> Vec<(String, usize)> {
        let columns = self.tree.columns * self.column_parities();
        let columns = (columns > 0).then(|| ("act_parity1_i".into(), columns));
        let late = self.late_parities().into_iter().map(|(time, bits)| (format!("act_parity{time}_i"), bits));
        let weights = self.weight_parities().into_iter().map(|(time, bits)| (format!("wgt_parity{time}_i"), bits));
        columns.into_iter().chain(late).chain(weights).collect()
    }

    /// Resources of the counter.
    pub fn cost(&self) -> AgreeCost {
        self.chosen().cost
    }

    /// LUT levels between registers at most.
    pub fn levels(&self) -> usize {
        self.chosen().levels
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

    fn key(&self) -> [usize; 3] {
        [self.tree.columns, self.tree.channels, self.stages]
    }

    /// A module of this popcount, made once a thread.
    fn made(&self, kind: &'static str, make: impl FnOnce() -> Option<Rc<Module>>) -> Option<Rc<Module>> {
        let key = (kind, self.key());
        let known = MADE.with_borrow(|made| made.get(&key).cloned());
        known.unwrap_or_else(|| {
            let module = make();
            MADE.with_borrow_mut(|made| made.insert(key, module.clone()));
            module
        })
    }

    fn chosen(&self) -> Arc<Chosen> {
        let key = self.key();
        // A thread that panicked left whole entries only.
        let known = || CHOSEN.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(chosen) = known().get(&key) {
            return Arc::clone(chosen);
        }
        let netlist = policy::best(&self.tree, self.stages);
        let add = LastAdd::new(&netlist);
        let output = self.stages - netlist.registers();
        let unread: Vec<_> = self.parity_ports().into_iter().map(|(name, _)| name).collect();
        let chosen = Arc::new(Chosen {
            cost: AgreeCost::of(&netlist, &add, output),
            levels: policy::depth(&netlist),
            body: verilog::body(&self.tree, &netlist, &add, output, &unread),
        });
        known().insert(key, Arc::clone(&chosen));
        chosen
    }
}
