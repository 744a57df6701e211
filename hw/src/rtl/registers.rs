//! How many flip-flops and shift registers synthesis makes of a module's registers.

use super::module::{Flop, Item, Module};
use rust_hdl_core::verilog_gen::verilog_combinatorial;
use std::collections::{HashMap, HashSet};

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
        let flops = &self.flops;
        let places: HashMap<_, _> = flops.iter().enumerate().map(|(k, flop)| (flop.q.text(), k)).collect();
        let uses = self.uses(&places);
        let links = |flop: &Flop| flop.reset.is_none() && flop.enable.is_none();
        let source = |flop: &Flop| {
            let name = flop.next.as_ref().filter(|_| links(flop))?.text();
            let place = *places.get(&name)?;
            let before = &flops[place];
            (links(before) && uses[place] == 1 && before.q.width() == flop.q.width()).then_some(place)
        };
        let live: Vec<_> = (0..flops.len()).filter(|k| uses[*k] > 0).collect();
        let before: HashMap<_, _> = live.iter().filter_map(|&k| Some((k, source(&flops[k])?))).collect();
        let inside: HashSet<_> = before.values().collect();
        let mut count = Registers::default();
        for &end in live.iter().filter(|place| !inside.contains(place)) {
            let length = std::iter::successors(Some(end), |at| before.get(at).copied()).count();
            let bits = flops[end].q.width();
            if length < SHORTEST_SHIFT {
                count.ff += bits * length;
            } else {
                count.srl += bits * length.div_ceil(SHIFT_LENGTH);
            }
        }
        count
    }

    /// How often each register is read, by registers that something reads and by all else; what only simulators read is
    /// dropped.
    fn uses(&self, places: &HashMap<String, usize>) -> Vec<usize> {
        let registers = |text: &str| -> Vec<usize> {
            let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
            words.filter_map(|word| places.get(word).copied()).collect()
        };
        let mut uses = vec![0; self.flops.len()];
        let mut read = |text: &str| registers(text).into_iter().for_each(|place| uses[place] += 1);
        let simulated: HashSet<_> =
            self.signals.iter().filter(|s| s.attribute.is_some()).map(|s| s.name.as_str()).collect();
        for item in &self.items {
            match item {
                Item::Assign(target, value) if !simulated.contains(target.text().as_str()) => read(&value.text()),
                Item::Comb(statements) => read(&verilog_combinatorial(statements)),
                Item::Instance(instance) => instance.connections.iter().for_each(|(_, net)| read(&net.text())),
                Item::Assign(..) | Item::Comment(_) => {}
            }
        }
        let sources: Vec<Vec<usize>> = self
            .flops
            .iter()
            .map(|flop| {
                let own = flop.q.text();
                let nets = flop.next.iter().chain(&flop.enable).map(|net| net.text()).filter(|text| *text != own);
                nets.flat_map(|text| registers(&text)).collect()
            })
            .collect();
        sources.iter().flatten().for_each(|place| uses[*place] += 1);
        let mut dead: Vec<_> = (0..uses.len()).filter(|k| uses[*k] == 0).collect();
        while let Some(flop) = dead.pop() {
            for &source in &sources[flop] {
                uses[source] -= 1;
                if uses[source] == 0 {
                    dead.push(source);
                }
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
