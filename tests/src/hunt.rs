//! Hunting a seeded bug: the cases that pass on the right design, and what they find in another.

use bsr_hw::EngineConfig;
use bsr_sim::{
    Simulator,
    compare::{Fault, Mismatch},
};

use crate::{
    audit::{self, Finding},
    bugs::{Edit, seeded, simulator},
    cases::Case,
    engines,
};

/// An engine, and cases that its right design passes.
pub struct Hunt {
    /// The engine.
    pub engine: EngineConfig,
    /// The cases.
    pub cases: Vec<Case>,
}

impl Hunt {
    /// Runs the right design first.
    ///
    /// # Panics
    /// If it does not pass.
    pub fn new(engine: EngineConfig, cases: Vec<Case>) -> Self {
        assert_eq!(audit::values(&engine, &engines::simulator(&engine), &cases), Ok(()), "the right design");
        Self { engine, cases }
    }

    /// The simulator of the design with these edits.
    pub fn mutant(&self, edits: &[Edit]) -> Simulator {
        simulator(&seeded(&self.engine, edits))
    }

    /// What the comparison of values finds in it.
    ///
    /// # Panics
    /// If it finds nothing.
    pub fn found(&self, edits: &[Edit]) -> Finding {
        let finding = audit::values(&self.engine, &self.mutant(edits), &self.cases).expect_err("the bug is found");
        println!("{finding}");
        finding
    }

    /// The same, where it is a wrong value.
    ///
    /// # Panics
    /// If it is anything else.
    pub fn wrong_value(&self, edits: &[Edit]) -> Mismatch {
        match self.found(edits) {
            Finding::Mismatch(mismatch) => mismatch,
            other => panic!("a wrong value, not: {other}"),
        }
    }

    /// The same, where it first shows at a tap of a binary stage.
    ///
    /// # Panics
    /// If it shows elsewhere.
    pub fn seen_at_a_stage(&self, edits: &[Edit]) -> Mismatch {
        let mismatch = self.wrong_value(edits);
        assert!(mismatch.layer.starts_with("stage ") && mismatch.fault == Fault::Value, "{mismatch}");
        mismatch
    }
}
