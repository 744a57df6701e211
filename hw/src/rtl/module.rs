//! The builder of one module.

use super::expr::{Expr, cat, lit};
use rust_hdl_core::ast::{VerilogBlockOrConditional, VerilogConditional, VerilogStatement};
use rust_hdl_core::atom::AtomKind;
use std::rc::Rc;

/// A declared name.
#[derive(Clone, Debug)]
pub(super) struct Signal {
    pub name: String,
    pub width: usize,
    pub signed: bool,
    pub kind: AtomKind,
    /// Assigned inside an `always` block.
    pub variable: bool,
    /// Comment attribute for simulators, such as `verilator public_flat_rd`.
    pub attribute: Option<&'static str>,
}

/// A register with synchronous reset, or without one.
#[derive(Clone, Debug)]
pub struct Register {
    /// Its present value.
    pub q: Expr,
    pub(super) index: usize,
}

#[derive(Clone, Debug)]
pub(super) struct Flop {
    pub q: Expr,
    pub reset: Option<u64>,
    pub next: Option<Expr>,
    pub enable: Option<Expr>,
}

#[derive(Clone, Debug)]
pub(super) struct Instance {
    pub name: String,
    pub module: Rc<Module>,
    pub connections: Vec<(String, Expr)>,
}

#[derive(Clone, Debug)]
pub(super) enum Item {
    Comment(String),
    Assign(Expr, Expr),
    Comb(Vec<VerilogStatement>),
    Instance(Instance),
}

/// One Verilog module: ports, signals, statements, registers, instances.
#[derive(Clone, Debug)]
pub struct Module {
    pub(super) name: String,
    pub(super) about: String,
    pub(super) signals: Vec<Signal>,
    pub(super) items: Vec<Item>,
    pub(super) flops: Vec<Flop>,
    pub(super) custom: Option<String>,
    pub(super) clock: String,
    pub(super) reset: String,
}

impl Module {
    /// A module with `about` as the comment of its file; clocked modules call [`Self::clocked`].
    pub fn new(name: impl Into<String>, about: impl Into<String>) -> Self {
        let (name, about) = (name.into(), about.into());
        let (clock, reset) = ("clk_i".into(), "rst_ni".into());
        Self { name, about, signals: vec![], items: vec![], flops: vec![], custom: None, clock, reset }
    }

    /// Names the clock and the reset of this module's registers.
    pub fn clocked_by(&mut self, clock: &str, reset: &str) {
        (self.clock, self.reset) = (clock.into(), reset.into());
    }

    /// A module with the ports `clk_i` and `rst_ni` (synchronous, active low).
    pub fn clocked(name: impl Into<String>, about: impl Into<String>) -> Self {
        let mut module = Self::new(name, about);
        module.input("clk_i", 1);
        module.input("rst_ni", 1);
        module
    }

    /// The module's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    fn declare(&mut self, name: &str, width: usize, signed: bool, kind: AtomKind) -> Expr {
        assert!(self.signals.iter().all(|s| s.name != name), "`{name}` is declared twice in `{}`", self.name);
        let signal = Signal { name: name.into(), width, signed, kind, variable: false, attribute: None };
        self.signals.push(signal);
        Expr::named(name, width, signed)
    }

    /// Input port.
    pub fn input(&mut self, name: &str, width: usize) -> Expr {
        self.declare(name, width, false, AtomKind::InputParameter)
    }

    /// Input port in two's complement.
    pub fn input_signed(&mut self, name: &str, width: usize) -> Expr {
        self.declare(name, width, true, AtomKind::InputParameter)
    }

    /// Output port, driven by `value`.
    pub fn output(&mut self, name: &str, value: &Expr) {
        let port = self.output_port(name, value.width(), value.is_signed());
        self.items.push(Item::Assign(port, value.clone()));
    }

    /// Output port of a module with a custom body.
    pub fn output_port(&mut self, name: &str, width: usize, signed: bool) -> Expr {
        self.declare(name, width, signed, AtomKind::OutputParameter)
    }

    /// Names an expression.
    pub fn wire(&mut self, name: &str, value: &Expr) -> Expr {
        let wire = self.declare(name, value.width(), value.is_signed(), AtomKind::LocalSignal);
        self.items.push(Item::Assign(wire.clone(), value.clone()));
        wire
    }

    /// A wire that simulators expose for comparison; nothing in the design reads it.
    pub fn tap(&mut self, name: &str, value: &Expr) {
        self.wire(name, value);
        let last = self.signals.last_mut().expect("the wire was just declared");
        last.attribute = Some("verilator public_flat_rd");
    }

    /// Starts a paragraph of the module with a comment.
    pub fn section(&mut self, text: &str) {
        self.items.push(Item::Comment(text.into()));
    }

    /// A register that resets to `reset`; [`Self::drive`] gives its next value.
    pub fn register(&mut self, name: &str, width: usize, reset: u64) -> Register {
        self.flop(name, width, false, Some(reset))
    }

    /// A register without reset.
    pub fn register_free(&mut self, name: &str, width: usize, signed: bool) -> Register {
        self.flop(name, width, signed, None)
    }

    fn flop(&mut self, name: &str, width: usize, signed: bool, reset: Option<u64>) -> Register {
        let q = self.declare(name, width, signed, AtomKind::StubOutputSignal);
        self.signals.last_mut().expect("just declared").variable = true;
        self.flops.push(Flop { q: q.clone(), reset, next: None, enable: None });
        Register { q, index: self.flops.len() - 1 }
    }

    /// Next value of a register, every cycle.
    pub fn drive(&mut self, register: &Register, next: &Expr) {
        let flop = &mut self.flops[register.index];
        assert!(flop.next.is_none(), "`{}` is driven twice", register.q.text());
        assert_eq!(
            (register.q.width(), register.q.is_signed()),
            (next.width(), next.is_signed()),
            "next value of `{}`",
            register.q.text()
        );
        flop.next = Some(next.clone());
    }

    /// Next value of a register, in the cycles in which `enable` is set.
    pub fn drive_when(&mut self, register: &Register, enable: &Expr, next: &Expr) {
        self.drive(register, next);
        self.flops[register.index].enable = Some(enable.clone());
    }

    /// `value` one cycle later, without reset.
    pub fn delay(&mut self, name: &str, value: &Expr) -> Expr {
        let register = self.register_free(name, value.width(), value.is_signed());
        self.drive(&register, value);
        register.q
    }

    /// `value` one cycle later, reset to 0.
    pub fn delay_reset(&mut self, name: &str, value: &Expr) -> Expr {
        let register = self.register(name, value.width(), 0);
        self.drive(&register, value);
        register.q
    }

    /// `value` `count` cycles later; the registers are `name_1` and up.
    pub fn delay_by(&mut self, name: &str, value: &Expr, count: usize) -> Expr {
        (1..=count).fold(value.clone(), |at, k| self.delay(&format!("{name}_{k}"), &at))
    }

    /// `value` `count` cycles later, reset to 0.
    pub fn delay_reset_by(&mut self, name: &str, value: &Expr, count: usize) -> Expr {
        (1..=count).fold(value.clone(), |at, k| self.delay_reset(&format!("{name}_{k}"), &at))
    }

    /// A combinational process; `build` sets variables declared by [`Self::variable`] or [`Self::state`].
    pub fn comb(&mut self, build: impl FnOnce(&mut Scope)) {
        let mut scope = Scope { statements: vec![] };
        build(&mut scope);
        self.items.push(Item::Comb(scope.statements));
    }

    /// A variable of combinational processes.
    pub fn variable(&mut self, name: &str, width: usize) -> Expr {
        let variable = self.declare(name, width, false, AtomKind::LocalSignal);
        self.signals.last_mut().expect("just declared").variable = true;
        variable
    }

    /// A register `name_q` and the variable `name_d` that is its next value.
    pub fn state(&mut self, name: &str, width: usize, reset: u64) -> (Expr, Expr) {
        let d = self.variable(&format!("{name}_d"), width);
        let register = self.register(&format!("{name}_q"), width, reset);
        self.drive(&register, &d);
        (register.q, d)
    }

    /// A net that is read before [`Self::fulfil`] drives it: the wires between units.
    pub fn promise(&mut self, name: &str, width: usize) -> Expr {
        self.declare(name, width, false, AtomKind::StubOutputSignal)
    }

    /// Drives a promised net.
    pub fn fulfil(&mut self, net: &Expr, value: &Expr) {
        assert_eq!(net.width(), value.width(), "promised net `{}`", net.text());
        self.items.push(Item::Assign(net.clone(), value.clone()));
    }

    /// Whether the module has an input of this name.
    pub fn has_input(&self, name: &str) -> bool {
        self.signals.iter().any(|s| s.kind == AtomKind::InputParameter && s.name == name)
    }

    /// Bits of an input.
    ///
    /// # Panics
    /// If there is none of this name.
    pub fn input_width(&self, name: &str) -> usize {
        let found = self.signals.iter().find(|s| s.kind == AtomKind::InputParameter && s.name == name);
        found.unwrap_or_else(|| panic!("`{}` has no input `{name}`", self.name)).width
    }

    /// An instance with its inputs as `(port, expression)`; clock and reset are passed on unless given. Returns the
    /// outputs in the order of `outputs`.
    pub fn instance(
        &mut self,
        name: &str,
        module: &Rc<Module>,
        inputs: &[(&str, &Expr)],
        outputs: &[&str],
    ) -> Vec<Expr> {
        let wires = self.instance_outputs(name, module, inputs);
        let pick = |port: &&str| {
            let found = wires.iter().find(|(n, _)| *n == port.trim_end_matches("_o"));
            found.unwrap_or_else(|| panic!("`{name}` has no output `{port}`")).1.clone()
        };
        outputs.iter().map(pick).collect()
    }

    /// As [`Self::instance`], with all outputs as `(port without suffix, wire)`; the wire is `INSTANCE_PORT`.
    pub fn instance_outputs(
        &mut self,
        name: &str,
        module: &Rc<Module>,
        inputs: &[(&str, &Expr)],
    ) -> Vec<(String, Expr)> {
        let mut connections: Vec<(String, Expr)> = vec![];
        let mut wires = vec![];
        for port in module.signals.iter().filter(|s| s.kind == AtomKind::InputParameter) {
            let found = inputs.iter().find(|(n, _)| *n == port.name).map(|(_, e)| (*e).clone());
            let value = match (found, port.name.as_str()) {
                (Some(value), _) => value,
                (None, "clk_i" | "rst_ni") => Expr::named(&port.name, 1, false),
                (None, _) => panic!("`{}` of `{name}` is not connected", port.name),
            };
            assert_eq!(value.width(), port.width, "port `{}` of `{name}`", port.name);
            connections.push((port.name.clone(), value));
        }
        for (port, _) in inputs {
            assert!(connections.iter().any(|(n, _)| n == port), "`{name}` has no input `{port}`");
        }
        for port in module.signals.iter().filter(|s| s.kind == AtomKind::OutputParameter) {
            let short = port.name.trim_end_matches("_o").to_owned();
            let wire = format!("{name}_{short}");
            let wire = self.declare(&wire, port.width, port.signed, AtomKind::StubOutputSignal);
            connections.push((port.name.clone(), wire.clone()));
            wires.push((short, wire));
        }
        let instance = Instance { name: format!("u_{name}"), module: Rc::clone(module), connections };
        self.items.push(Item::Instance(instance));
        wires
    }

    /// Says that `bits` are dropped on purpose: linters take a signal of this name as read.
    pub fn drops(&mut self, name: &str, bits: &Expr) {
        let read = cat(&[lit(0, 1), bits.clone()]);
        self.wire(&format!("unused_{name}"), &read.all());
    }

    /// Body in Verilog, for what RustHDL's tree cannot say: memories, multipliers, LUT and carry primitives.
    pub fn custom(&mut self, text: impl Into<String>) {
        self.custom = Some(text.into());
    }
}

/// Statements of a combinational process.
pub struct Scope {
    statements: Vec<VerilogStatement>,
}

impl Scope {
    /// `target = value`.
    pub fn set(&mut self, target: &Expr, value: &Expr) {
        assert_eq!(
            (target.width(), target.is_signed()),
            (value.width(), value.is_signed()),
            "assignment to `{}`",
            target.text()
        );
        self.statements.push(VerilogStatement::Assignment(target.tree.clone(), value.tree.clone()));
    }

    /// `if (condition) then`.
    pub fn when(&mut self, condition: &Expr, then: impl FnOnce(&mut Scope)) {
        self.when_else(condition, then, |_| {});
    }

    /// `if (condition) then else otherwise`.
    pub fn when_else(&mut self, condition: &Expr, then: impl FnOnce(&mut Scope), otherwise: impl FnOnce(&mut Scope)) {
        assert_eq!(condition.width(), 1, "a condition is one bit");
        let block = |build: &mut dyn FnMut(&mut Scope)| {
            let mut scope = Scope { statements: vec![] };
            build(&mut scope);
            scope.statements
        };
        let (mut then, mut otherwise) = (Some(then), Some(otherwise));
        let then = block(&mut |s| then.take().expect("called once")(s));
        let other = block(&mut |s| otherwise.take().expect("called once")(s));
        self.statements.push(VerilogStatement::If(VerilogConditional {
            test: condition.tree.clone(),
            then,
            otherwise: if other.is_empty() {
                VerilogBlockOrConditional::None
            } else {
                VerilogBlockOrConditional::Block(other)
            },
        }));
    }
}
