//! A module as RustHDL sees it: a `Block` of atoms, children and statements, so that RustHDL's checks run on it.

use super::module::{Item, Module, Signal};
use rust_hdl_core::ast::{Verilog, VerilogExpression, VerilogLiteral, VerilogStatement};
use rust_hdl_core::atom::{Atom, AtomKind};
use rust_hdl_core::block::Block;
use rust_hdl_core::check_error::check_all;
use rust_hdl_core::constraint::PinConstraint;
use rust_hdl_core::logic::Logic;
use rust_hdl_core::probe::Probe;
use rust_hdl_core::synth::VCDValue;
use rust_hdl_core::type_descriptor::{TypeDescriptor, TypeKind};
use std::collections::HashSet;

/// A signal, with what RustHDL asks of one.
struct Pin<'a> {
    signal: &'a Signal,
    id: usize,
    connected: bool,
}

impl Atom for Pin<'_> {
    fn bits(&self) -> usize {
        self.signal.width
    }
    fn connected(&self) -> bool {
        self.connected
    }
    fn changed(&self) -> bool {
        false
    }
    fn kind(&self) -> AtomKind {
        self.signal.kind
    }
    fn descriptor(&self) -> TypeDescriptor {
        let bits = self.signal.width;
        let kind = if self.signal.signed { TypeKind::Signed(bits) } else { TypeKind::Bits(bits) };
        TypeDescriptor { name: format!("bits{bits}"), kind }
    }
    fn vcd(&self) -> VCDValue {
        VCDValue::Single(false.into())
    }
    fn id(&self) -> usize {
        self.id
    }
    fn verilog(&self) -> VerilogLiteral {
        0u32.into()
    }
    fn constraints(&self) -> Vec<PinConstraint> {
        vec![]
    }
}

impl Module {
    /// Runs RustHDL's checks and those of this layer: every register has a next value, every signal is driven.
    ///
    /// # Panics
    /// If the module is not well formed, which is a defect of the generator and not of its input.
    pub fn check(&self) {
        for flop in &self.flops {
            assert!(flop.next.is_some(), "register `{}` of `{}` has no next value", flop.q.text(), self.name);
        }
        let checked = check_all(self);
        assert!(checked.is_ok(), "module `{}`: {:?}", self.name, checked.err());
    }

    /// Names that something drives.
    fn driven(&self) -> HashSet<String> {
        let mut driven: HashSet<String> = self.flops.iter().map(|f| f.q.text()).collect();
        for item in &self.items {
            match item {
                Item::Comment(_) => {}
                Item::Assign(target, _) => drop(driven.insert(target.text())),
                Item::Comb(statements) => collect_targets(statements, &mut driven),
                Item::Instance(instance) => {
                    driven.extend(instance.connections.iter().map(|(_, e)| e.text()));
                }
            }
        }
        driven
    }
}

fn collect_targets(statements: &[VerilogStatement], into: &mut HashSet<String>) {
    for statement in statements {
        match statement {
            VerilogStatement::Assignment(VerilogExpression::Signal(name), _) => drop(into.insert(name.clone())),
            VerilogStatement::If(branch) => {
                collect_targets(&branch.then, into);
            }
            _ => {}
        }
    }
}

impl Logic for Module {
    fn update(&mut self) {}

    fn hdl(&self) -> Verilog {
        if let Some(text) = &self.custom {
            return Verilog::Custom(text.clone());
        }
        let mut statements = vec![];
        for item in &self.items {
            match item {
                Item::Assign(target, value) => {
                    statements.push(VerilogStatement::Assignment(target.tree.clone(), value.tree.clone()));
                }
                Item::Comb(block) => statements.extend(block.iter().cloned()),
                Item::Comment(_) | Item::Instance(_) => {}
            }
        }
        Verilog::Combinatorial(statements)
    }
}

impl Block for Module {
    fn connect_all(&mut self) {}
    fn update_all(&mut self) {}
    fn has_changed(&self) -> bool {
        false
    }

    fn accept(&self, name: &str, probe: &mut dyn Probe) {
        let driven = self.driven();
        probe.visit_start_scope(name, self);
        for (id, signal) in self.signals.iter().enumerate() {
            let connected =
                signal.kind == AtomKind::InputParameter || self.custom.is_some() || driven.contains(&signal.name);
            probe.visit_atom(&signal.name, &Pin { signal, id, connected });
        }
        probe.visit_end_scope(name, self);
    }
}
