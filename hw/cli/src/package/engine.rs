//! The engine that is packaged.

use crate::args::{Engine, Interface, Package};
use crate::failure::Failure;
use crate::generate::{self, Subject};
use crate::subject;
use bsr_hw::area::{self, Estimated};
use bsr_hw::board::{Board, over};
use bsr_hw::{ConfigError, EngineConfig};
use bsr_model::integer::IntegerNetwork;

/// Share of the LUTs that an engine may take unasked: the buses take some, and a placer needs room to meet a clock.
const ROOMY: f64 = 0.85;

/// The network and the engine that the arguments ask for; lanes and strips that they leave open have room on the board.
pub(super) fn subject(options: &Package, board: &Board) -> Result<Subject, Failure> {
    if options.engine.interface == Some(Interface::Stream) {
        let what = "the interface is stream, expected memory: the driver's pictures are in memory";
        return Err(Failure::new(what, "leave out --interface"));
    }
    let engine = Engine { interface: Some(Interface::Memory), ..options.engine.clone() };
    let network = subject::network(&options.network)?;
    let engine = roomy(&network, &engine, board)?.unwrap_or(engine);
    let subject = generate::of(network, &engine)?;
    let config = &subject.design.config;
    let area = area::estimate(config).expect("a design was generated from these parameters");
    match over(board, &area).first() {
        None => Ok(subject),
        Some(over) => {
            let what = format!("the engine of {} lanes does not fit `{}`: {over}", config.lanes, board.name);
            Err(Failure::new(what, "give fewer --lanes or a narrower --strip-width, or a network of fewer channels"))
        }
    }
}

/// The engine of the most lanes that leaves room, with the widest strips; nothing where the arguments leave none.
fn roomy(network: &IntegerNetwork, engine: &Engine, board: &Board) -> Result<Option<Engine>, Failure> {
    let view = subject::streaming(network)?;
    let config = |engine: &Engine| subject::engine(engine, network, &view);
    let EngineConfig { lanes, pixels, strip_width, .. } = config(engine);
    let lanes: Vec<_> = match engine.lanes {
        Some(asked) => vec![asked],
        None => (1..=lanes).rev().filter(|fewer| lanes.is_multiple_of(*fewer)).collect(),
    };
    let strips: Vec<_> = match engine.strip_width {
        Some(asked) => vec![asked],
        None => (1..=strip_width).rev().filter(|width| width.is_multiple_of(pixels)).collect(),
    };
    // Lanes that were asked for may take what there is.
    let most = if engine.lanes.is_some() { 1.0 } else { ROOMY };
    for lanes in lanes {
        for width in &strips {
            let tried = Engine { lanes: Some(lanes), strip_width: Some(*width), ..engine.clone() };
            match room(&config(&tried), board, most) {
                Ok(Room::Enough) => return Ok(Some(tried)),
                Ok(Room::NotInMemories) => {}
                // A narrower strip saves memories alone, and is no engine where this one is none.
                Ok(Room::NotInLogic) | Err(_) => break,
            }
        }
    }
    Ok(None)
}

/// Whether a board has room.
enum Room {
    Enough,
    NotInMemories,
    NotInLogic,
}

fn room(config: &EngineConfig, board: &Board, most: f64) -> Result<Room, ConfigError> {
    let area: Estimated = area::estimate(config)?;
    let over = over(board, &area);
    let logic = area.lut as f64 > most * board.lut as f64 || over.iter().any(|over| over.resource != "bram36");
    Ok(match (logic, over.is_empty()) {
        (true, _) => Room::NotInLogic,
        (false, true) => Room::Enough,
        (false, false) => Room::NotInMemories,
    })
}
