//! Expressions that know their width and sign.
//!
//! Operands must agree in both; there is no implicit extension. Concatenation, replication and `?:` have no node in
//! RustHDL's tree: they are spelled inside a signal node, from operands that went through the same checks.

use rust_hdl_core::ast::{VerilogExpression, VerilogOp, VerilogOpUnary, VerilogStatement};
use rust_hdl_core::verilog_gen::verilog_combinatorial;
use std::ops::{Add, BitAnd, BitOr, BitXor, Not, Sub};

/// Stands for `[` inside a signal node, where RustHDL would take a bracket for an array of its own.
const OPEN: &str = "\u{27e6}";
/// Stands for `]`.
const CLOSE: &str = "\u{27e7}";

/// An expression of known width and sign.
#[derive(Clone, Debug)]
pub struct Expr {
    pub(super) tree: VerilogExpression,
    width: usize,
    signed: bool,
}

/// Unsigned literal of `width` bits.
pub fn lit(value: u64, width: usize) -> Expr {
    assert!(width >= 64 || value >> width == 0, "literal {value} does not fit {width} bits");
    Expr::raw(format!("{width}'d{value}"), width, false)
}

/// Signed literal of `width` bits.
pub fn slit(value: i64, width: usize) -> Expr {
    let sign = if value < 0 { "-" } else { "" };
    Expr::raw(format!("{sign}{width}'sd{}", value.unsigned_abs()), width, true)
}

/// Concatenation, most significant part first.
pub fn cat(parts: &[Expr]) -> Expr {
    let text: Vec<_> = parts.iter().map(Expr::text).collect();
    Expr::raw(format!("{{{}}}", text.join(", ")), parts.iter().map(|p| p.width).sum(), false)
}

/// `count` copies side by side.
pub fn repeat(part: &Expr, count: usize) -> Expr {
    Expr::raw(format!("{{{count}{{{}}}}}", part.text()), count * part.width, false)
}

/// `condition ? then : otherwise`.
pub fn choose(condition: &Expr, then: &Expr, otherwise: &Expr) -> Expr {
    then.must_match(otherwise);
    assert_eq!(condition.width, 1, "a condition is one bit");
    let text = format!("({} ? {} : {})", condition.text(), then.text(), otherwise.text());
    Expr::raw(text, then.width, then.signed)
}

/// `values[key]`, a tree of choices by the bits of a plain signal; past the last value, the last.
pub fn pick(key: &Expr, values: &[Expr]) -> Expr {
    let half = values.len().next_power_of_two() / 2;
    match values {
        [] => panic!("nothing to pick from"),
        [only] => only.clone(),
        _ => {
            let (low, high) = values.split_at(half);
            choose(&key.bit(half.trailing_zeros() as usize), &pick(key, high), &pick(key, low))
        }
    }
}

impl Expr {
    pub(super) fn raw(text: String, width: usize, signed: bool) -> Self {
        assert!(width > 0, "`{text}` has no bits");
        let text = text.replace('[', OPEN).replace(']', CLOSE);
        Self { tree: VerilogExpression::Signal(text), width, signed }
    }

    pub(super) fn named(name: &str, width: usize, signed: bool) -> Self {
        Self::raw(name.to_owned(), width, signed)
    }

    /// A one-bit signal of this name.
    pub fn flag(name: &str) -> Self {
        Self::named(name, 1, false)
    }

    /// Width in bits.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Whether comparisons and extensions treat it as two's complement.
    pub fn is_signed(&self) -> bool {
        self.signed
    }

    /// The name, where the expression is a plain signal.
    pub(super) fn name(&self) -> Option<&str> {
        match &self.tree {
            VerilogExpression::Signal(name) if name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') => {
                Some(name)
            }
            _ => None,
        }
    }

    /// The expression as RustHDL prints it.
    pub(super) fn text(&self) -> String {
        let name = VerilogExpression::Signal("x".into());
        let printed = verilog_combinatorial(&vec![VerilogStatement::Assignment(name, self.tree.clone())]);
        let start = printed.find("x = ").map_or(0, |at| at + 4);
        let end = printed.rfind(';').unwrap_or(printed.len());
        plain_brackets(&printed[start..end])
    }

    fn must_match(&self, other: &Self) {
        assert_eq!(self.width, other.width, "width of `{}` and `{}`", self.text(), other.text());
        assert_eq!(self.signed, other.signed, "sign of `{}` and `{}`", self.text(), other.text());
    }

    fn binary(&self, op: VerilogOp, other: &Self) -> Self {
        self.must_match(other);
        let tree = VerilogExpression::Binary(Box::new(self.tree.clone()), op, Box::new(other.tree.clone()));
        Self { tree: VerilogExpression::Paren(Box::new(tree)), width: self.width, signed: self.signed }
    }

    fn compare(&self, op: VerilogOp, other: &Self) -> Self {
        Self { width: 1, signed: false, ..self.binary(op, other) }
    }

    fn unary(&self, op: VerilogOpUnary, width: usize) -> Self {
        let tree = VerilogExpression::Unary(op, Box::new(self.tree.clone()));
        Self { tree: VerilogExpression::Paren(Box::new(tree)), width, signed: self.signed && width == self.width }
    }

    /// `self == other`.
    pub fn eq(&self, other: &Self) -> Self {
        self.compare(VerilogOp::Eq, other)
    }

    /// `self != other`.
    pub fn ne(&self, other: &Self) -> Self {
        self.compare(VerilogOp::Ne, other)
    }

    /// `self < other`.
    pub fn lt(&self, other: &Self) -> Self {
        self.compare(VerilogOp::Lt, other)
    }

    /// `self >= other`.
    pub fn ge(&self, other: &Self) -> Self {
        self.compare(VerilogOp::Ge, other)
    }

    /// `self == value`.
    pub fn is(&self, value: u64) -> Self {
        self.eq(&lit(value, self.width))
    }

    /// Whether any bit is set.
    pub fn any(&self) -> Self {
        if self.width == 1 { self.clone() } else { self.unary(VerilogOpUnary::Any, 1) }
    }

    /// Whether all bits are set.
    pub fn all(&self) -> Self {
        if self.width == 1 { self.clone() } else { self.unary(VerilogOpUnary::All, 1) }
    }

    /// One bit of a plain signal.
    pub fn bit(&self, index: usize) -> Self {
        self.slice(index, 1)
    }

    /// `width` bits of a plain signal from bit `offset` up; unsigned.
    pub fn slice(&self, offset: usize, width: usize) -> Self {
        assert!(offset + width <= self.width, "bits {offset}+:{width} of `{}`", self.text());
        if width == self.width {
            return self.unsigned();
        }
        let name = self.name().unwrap_or_else(|| panic!("`{}` must be named before it is sliced", self.text()));
        let range = if width == 1 { format!("{offset}") } else { format!("{}:{offset}", offset + width - 1) };
        Self::raw(format!("{name}[{range}]"), width, false)
    }

    /// One bit of a plain signal, selected at run time.
    pub fn at(&self, index: &Self) -> Self {
        let tree = VerilogExpression::Index(Box::new(self.tree.clone()), Box::new(index.tree.clone()));
        Self { tree, width: 1, signed: false }
    }

    /// The same bits read as two's complement.
    pub fn signed(&self) -> Self {
        let tree = VerilogExpression::Signed(Box::new(self.tree.clone()));
        if self.signed { self.clone() } else { Self { tree, width: self.width, signed: true } }
    }

    /// The same bits read as a natural number.
    pub fn unsigned(&self) -> Self {
        let tree = VerilogExpression::Unsigned(Box::new(self.tree.clone()));
        if self.signed { Self { tree, width: self.width, signed: false } } else { self.clone() }
    }

    /// Extended to `width` bits by sign or by zeros; a plain signal if signed.
    pub fn extend(&self, width: usize) -> Self {
        assert!(width >= self.width, "`{}` is wider than {width} bits", self.text());
        let more = width - self.width;
        match (more, self.signed) {
            (0, _) => self.clone(),
            (_, true) => cat(&[repeat(&self.bit(self.width - 1), more), self.clone()]).signed(),
            (_, false) => cat(&[lit(0, more), self.clone()]),
        }
    }

    /// Extended by zeros and read as two's complement.
    pub fn to_signed(&self, width: usize) -> Self {
        assert!(!self.signed && width > self.width, "room for a sign");
        self.extend(width).signed()
    }

    /// Times `2^count`, `count` bits wider.
    pub fn shifted_left(&self, count: usize) -> Self {
        if count == 0 {
            return self.clone();
        }
        let bits = cat(&[self.clone(), lit(0, count)]);
        if self.signed { bits.signed() } else { bits }
    }

    /// Floor of the value over `2^count`, `count` bits narrower; a plain signal.
    pub fn shifted_right(&self, count: usize) -> Self {
        let bits = self.slice(count, self.width - count);
        if self.signed { bits.signed() } else { bits }
    }

    /// `self + value` modulo `2^width`.
    pub fn plus(&self, value: u64) -> Self {
        self + &self.residue(value)
    }

    /// `self - value` modulo `2^width`.
    pub fn minus(&self, value: u64) -> Self {
        self - &self.residue(value)
    }

    fn residue(&self, value: u64) -> Self {
        let kept = if self.width < 64 { value & ((1 << self.width) - 1) } else { value };
        lit(kept, self.width)
    }
}

/// Undoes the bracket substitution of signal nodes.
pub(super) fn plain_brackets(text: &str) -> String {
    text.replace(OPEN, "[").replace(CLOSE, "]")
}

macro_rules! operator {
    ($($trait:ident :: $method:ident => $op:ident),*) => {$(
        impl $trait for &Expr {
            type Output = Expr;
            fn $method(self, other: &Expr) -> Expr { self.binary(VerilogOp::$op, other) }
        }
        impl $trait for Expr {
            type Output = Expr;
            fn $method(self, other: Expr) -> Expr { self.binary(VerilogOp::$op, &other) }
        }
    )*};
}
operator!(Add::add => Add, Sub::sub => Sub, BitAnd::bitand => BitAnd, BitOr::bitor => BitOr, BitXor::bitxor => BitXor);

impl Not for &Expr {
    type Output = Expr;
    fn not(self) -> Expr {
        self.unary(VerilogOpUnary::Not, self.width)
    }
}

impl Not for Expr {
    type Output = Expr;
    fn not(self) -> Expr {
        !&self
    }
}
