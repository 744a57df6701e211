//! `hw explore`: the best engines for some networks on a board.

mod plot;
mod table;

use crate::args::Explore;
use crate::failure::Failure;
use crate::subject;
use bsr_hw::explore::{Explored, Score, Space, Subject, explore};
use bsr_hw::{EngineConfig, Interface, board};
use serde::Serialize;
use std::fs;

/// The set of pictures whose scores are told.
const SET: &str = "Set5";

/// What was found, and for what.
#[derive(Serialize)]
struct Told<'a> {
    models: &'a [String],
    board: &'a str,
    clock_mhz: f64,
    #[serde(flatten)]
    found: &'a Explored,
}

/// Explores; true: there is nothing to differ from.
pub(crate) fn run(options: &Explore) -> Result<bool, Failure> {
    let board = board::find(&options.board).map_err(|error| Failure::new(error, "`hw boards` lists them"))?;
    let clock = crate::estimate::clock(options.clock, board)?;
    let subjects = options.models.iter().map(|name| named(name)).collect::<Result<Vec<_>, _>>()?;
    let found = explore(&space(options, &subjects)?, &subjects, board, clock);
    if let Some(path) = &options.plot {
        let picture = plot::svg(&found, board, clock);
        fs::write(path, picture).map_err(|error| Failure::io("write", path, error))?;
    }
    if options.json {
        let told = Told { models: &options.models, board: &board.name, clock_mhz: clock, found: &found };
        println!("{}", serde_json::to_string_pretty(&told).expect("string keys and finite numbers"));
    } else {
        print!("{}", table::text(&found, board, clock));
    }
    Ok(true)
}

/// What the user narrowed the space to; every engine of it is valid.
fn space(options: &Explore, subjects: &[Subject]) -> Result<Space, Failure> {
    let mut space = Space { lanes: options.lanes.clone(), ..Space::default() };
    if !options.strip_widths.is_empty() {
        space.strip_widths.clone_from(&options.strip_widths);
    }
    if let Some(subject) = subjects.iter().find(|subject| space.engines(subject).is_empty()) {
        let what = format!(
            "no engine is left for `{}`, expected lanes that divide its {} channels and are not all of them, and strips of {} \
             columns or more",
            subject.name,
            subject.engine.channels,
            subject.engine.max_stages + 2
        );
        return Err(Failure::new(what, "leave out --lanes and --strip-widths to try all"));
    }
    Ok(space)
}

/// A built-in network with the scores of its card.
fn named(name: &str) -> Result<Subject, Failure> {
    let entry = subject::entry(name)?;
    let network = entry.integer_network();
    let view = subject::streaming(&network)?;
    let fitting = EngineConfig::fitting(&view, network.formats);
    let engine = EngineConfig { interface: Interface::Memory, ..fitting };
    let card = entry.card();
    let scores = card.on(SET).map(|set| set.integer.iter()).into_iter().flatten();
    let scores: Vec<_> = scores.map(|score| Score { stream_bits: score.stream_bits, psnr: score.psnr }).collect();
    if scores.is_empty() {
        let what = format!("the card of `{name}` has no scores on {SET}, expected some of its integer network");
        return Err(Failure::new(what, "`model card` makes them; leave this network out"));
    }
    Ok(Subject { name: name.into(), engine, scores })
}

/// The names of the networks of what was found, each once.
fn models(found: &Explored) -> Vec<&str> {
    let mut names: Vec<_> = found.shapes.iter().map(|shape| shape.model.as_str()).collect();
    names.dedup();
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use bsr_model::zoo;

    #[test]
    fn a_network_has_a_score_for_the_stream_that_it_ships_with() {
        let runs = |entry: &&zoo::Entry| subject::streaming(&entry.integer_network()).is_ok();
        for entry in zoo::entries().iter().filter(runs) {
            let subject = named(entry.name).unwrap();
            let bits = entry.integer_network().formats.stream_bits;
            assert!(subject.scores.iter().any(|score| score.stream_bits == bits), "{}", entry.name);
        }
    }
}
