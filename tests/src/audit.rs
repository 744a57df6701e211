//! The checks that every design has to pass, and that a seeded bug has to fail.

use std::fmt;

use bsr_hw::{EngineConfig, predict};
use bsr_sim::{
    Simulator,
    bench::{BenchError, Pattern, Sending, Stall, Violation},
    compare::Mismatch,
};

use crate::{
    cases::{Case, fixed},
    loaded::{frame, golden, load, loaded, picture},
    telling::telling_network,
};

/// What a check found.
#[derive(Clone, Debug, PartialEq)]
pub enum Finding {
    /// A tap or an output beat differs.
    Mismatch(Mismatch),
    /// A bus rule is broken.
    Violation(Violation),
    /// The frame does not end, or its start is refused.
    Bench(BenchError),
    /// A frame without stalls takes another time than predicted.
    Cycles {
        /// On the bench.
        measured: u64,
        /// Before it.
        predicted: u64,
    },
    /// A frame after a reset differs from the one before.
    Residue {
        /// The cycle of the reset.
        reset_at: u64,
    },
}

impl fmt::Display for Finding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mismatch(mismatch) => mismatch.fmt(out),
            Self::Violation(violation) => violation.fmt(out),
            Self::Bench(error) => error.fmt(out),
            Self::Cycles { measured, predicted } => write!(out, "{measured} cycles, predicted {predicted}"),
            Self::Residue { reset_at } => write!(out, "another output after a reset in cycle {reset_at}"),
        }
    }
}

/// The cases of [`values`]: random networks, shapes and stalls, the same every time.
pub fn cases(engine: &EngineConfig) -> Vec<Case> {
    fixed(engine, 60)
}

/// Every tap and beat of these cases against golden, the bus rules, the cycles; the first finding.
///
/// # Errors
/// [`Finding`].
pub fn values(engine: &EngineConfig, simulator: &Simulator, cases: &[Case]) -> Result<(), Finding> {
    for case in cases {
        let measured = case_values(engine, simulator, case)?;
        let (_, height, width) = case.planes().dim();
        let stages = case.network.streaming().expect("a network that streams").stages.len();
        let predicted = predict(engine, stages, width, height).cycles;
        if case.sending.stall == Stall::NONE && measured != predicted {
            return Err(Finding::Cycles { measured, predicted });
        }
    }
    Ok(())
}

/// As [`values`], whatever the cycles.
///
/// # Errors
/// [`Finding`].
pub fn values_alone(engine: &EngineConfig, simulator: &Simulator, cases: &[Case]) -> Result<(), Finding> {
    cases.iter().try_for_each(|case| case_values(engine, simulator, case).map(|_| ()))
}

/// The cycles of a case in which every value is right.
fn case_values(engine: &EngineConfig, simulator: &Simulator, case: &Case) -> Result<u64, Finding> {
    let outcome = case.simulate(engine, simulator);
    if let Some(violation) = outcome.violations.first() {
        return Err(Finding::Violation(*violation));
    }
    if let Some(mismatch) = outcome.comparison.first {
        return Err(Finding::Mismatch(mismatch));
    }
    Ok(outcome.frame.map_err(Finding::Bench)?.cycles())
}

/// A reset at many moments of a frame whose sink stalls; the frame after it.
///
/// # Errors
/// [`Finding`].
pub fn reset(engine: &EngineConfig, simulator: &Simulator) -> Result<(), Finding> {
    let network = telling_network(engine, 1);
    let mut bench = loaded(engine, simulator, &network);
    let stall = Stall { source: Pattern::None, sink: Pattern::P90 };
    let (long, short) = (picture(6, engine.strip_width * engine.colours), picture(3, 4 * engine.colours));
    for reset_at in (1..3000).step_by(97) {
        bench.start_frame(long.view(), Sending { stall, ..Sending::default() }).map_err(Finding::Bench)?;
        bench.ticks(reset_at);
        bench.reset();
        load(&mut bench, engine, &network);
        let run = frame(&mut bench, &short).map_err(Finding::Bench)?;
        if run.bytes() != golden(&network, &short) {
            return Err(Finding::Residue { reset_at });
        }
        if let Some(violation) = bench.violations().first() {
            return Err(Finding::Violation(*violation));
        }
        let (measured, predicted) = (run.cycles(), predict(engine, engine.max_stages, 4, 3).cycles);
        if measured != predicted {
            return Err(Finding::Cycles { measured, predicted });
        }
    }
    Ok(())
}
