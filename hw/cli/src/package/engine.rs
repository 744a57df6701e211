//! The engine that is packaged.

use crate::args::{Engine, Interface, Package};
use crate::failure::Failure;
use crate::generate::{self, Subject};
use crate::subject;
use bsr_hw::EngineConfig;
use bsr_hw::area::{self, Estimated};
use bsr_hw::board::{Board, over};

/// Share of the LUTs that an engine may take unasked: the buses take some, and a placer needs room to meet a clock.
const ROOMY: f64 = 0.85;

/// The network and the engine that the arguments ask for, with as many lanes as the board has room for.
pub(super) fn subject(options: &Package, board: &Board) -> Result<Subject, Failure> {
    if options.engine.interface == Some(Interface::Stream) {
        let what = "the interface is stream, expected memory: the driver's pictures are in memory";
        return Err(Failure::new(what, "leave out --interface"));
    }
    let engine = Engine { interface: Some(Interface::Memory), ..options.engine.clone() };
    let lanes = match engine.lanes {
        Some(lanes) => lanes,
        None => roomy(options, &engine, board)?,
    };
    let subject = generate::subject(&options.network, &Engine { lanes: Some(lanes), ..engine })?;
    let area = estimate(&subject.design.config).expect("a design was generated from these parameters");
    match over(board, &area).first() {
        None => Ok(subject),
        Some(over) => {
            let what = format!("the engine of {lanes} lanes does not fit `{}`: {over}", board.name);
            Err(Failure::new(what, "give fewer --lanes, or a network of fewer channels"))
        }
    }
}

/// The most lanes that leave room; one where none do.
fn roomy(options: &Package, engine: &Engine, board: &Board) -> Result<usize, Failure> {
    let network = subject::network(&options.network)?;
    let view = subject::streaming(&network)?;
    let with = |lanes| subject::engine(&Engine { lanes, ..engine.clone() }, &network, &view);
    let most = with(None).lanes;
    let fits = |lanes: &usize| {
        let area = estimate(&with(Some(*lanes)));
        area.is_some_and(|area| over(board, &area).is_empty() && area.lut as f64 <= ROOMY * board.lut as f64)
    };
    Ok((1..=most).rev().filter(|lanes| most.is_multiple_of(*lanes)).find(fits).unwrap_or(1))
}

/// Nothing where the parameters make no engine.
fn estimate(config: &EngineConfig) -> Option<Estimated> {
    area::estimate(config).ok()
}
