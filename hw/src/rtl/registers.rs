//! How many flip-flops and shift registers synthesis makes of a module's registers.

use super::module::{Flop, Item, Module};
use rust_hdl_core::verilog_gen::verilog_combinatorial;
use std::collections::HashMap;

/// The shortest chain of registers that becomes a shift register.
const SHORTEST_SHIFT: usize = 3;
/// Registers of one SRL16E.
const SHIFT_LENGTH: usize = 16;

/// Register bits of one module, its instances not counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Registers {
    /// Flip-flops.
    pub ff: usize,
    /// LUTs used as shift registers.
    pub srl: usize,
}

impl Module {
    /// The registers that something reads, as synthesis maps them: a chain of registers without reset and enable, of
    /// which only the last is read, becomes a shift register.
    pub(crate) fn registers(&self) -> Registers {
        let live = self.live();
        let uses = self.uses(&live);
        let used = |flop: &Flop| uses.get(flop.q.text().as_str()).copied().unwrap_or(0);
        let links = |flop: &Flop| flop.reset.is_none() && flop.enable.is_none();
        let source = |flop: &Flop| {
            let name = flop.next.as_ref().filter(|_| links(flop))?.text();
            live.iter().position(|f| links(f) && f.q.text() == name && used(f) == 1 && f.q.width() == flop.q.width())
        };
        let before: Vec<_> = live.iter().map(|flop| source(flop)).collect();
        let mut count = Registers::default();
        for (index, flop) in live.iter().enumerate() {
            if before.contains(&Some(index)) {
                continue;
            }
            let length = std::iter::successors(Some(index), |&at| before[at]).count();
            let bits = flop.q.width();
            if length < SHORTEST_SHIFT {
                count.ff += bits * length;
            } else {
                count.srl += bits * length.div_ceil(SHIFT_LENGTH);
            }
        }
        count
    }

    /// Registers that reach an output or an instance. What only simulators read is dropped.
    fn live(&self) -> Vec<&Flop> {
        let mut live: Vec<&Flop> = self.flops.iter().collect();
        loop {
            let uses = self.uses(&live);
            let before = live.len();
            live.retain(|flop| uses.contains_key(flop.q.text().as_str()));
            if live.len() == before {
                return live;
            }
        }
    }

    /// How often each name is read, by these registers and by all else.
    fn uses(&self, flops: &[&Flop]) -> HashMap<String, usize> {
        let simulated = |name: &str| self.signals.iter().any(|s| s.name == name && s.attribute.is_some());
        let mut uses = HashMap::new();
        let mut read = |text: &str| {
            for word in text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_') {
                *uses.entry(word.to_owned()).or_insert(0) += 1;
            }
        };
        for item in &self.items {
            match item {
                Item::Assign(target, value) if !simulated(&target.text()) => read(&value.text()),
                Item::Comb(statements) => read(&verilog_combinatorial(statements)),
                Item::Instance(instance) => instance.connections.iter().for_each(|(_, net)| read(&net.text())),
                Item::Assign(..) | Item::Comment(_) => {}
            }
        }
        for flop in flops {
            let own = flop.q.text();
            for net in flop.next.iter().chain(&flop.enable).filter(|net| net.text() != own) {
                read(&net.text());
            }
        }
        uses
    }
}

#[cfg(test)]
mod tests {
    use super::{Module, Registers};

    #[test]
    fn a_chain_that_is_read_at_its_end_alone_is_a_shift_register() {
        let mut m = Module::clocked("m", "");
        let data = m.input("data_i", 4);
        let late = m.delay_by("late", &data, 5);
        let two = m.delay_by("two", &data, 2);
        m.output("late_o", &late);
        m.output("two_o", &two);
        assert_eq!(m.registers(), Registers { ff: 8, srl: 4 });
    }

    #[test]
    fn a_chain_that_is_read_on_the_way_or_reset_stays_flip_flops() {
        let mut m = Module::clocked("m", "");
        let data = m.input("data_i", 1);
        let first = m.delay_by("first", &data, 2);
        let last = m.delay_by("last", &first, 2);
        m.output("first_o", &first);
        m.output("last_o", &last);
        let reset = m.delay_reset_by("reset", &data, 3);
        m.output("reset_o", &reset);
        assert_eq!(m.registers(), Registers { ff: 7, srl: 0 });
    }

    #[test]
    fn what_only_a_simulator_reads_is_not_made() {
        let mut m = Module::clocked("m", "");
        let data = m.input("data_i", 8);
        let late = m.delay_by("late", &data, 3);
        m.tap("seen", &late);
        assert_eq!(m.registers(), Registers::default());
    }
}
