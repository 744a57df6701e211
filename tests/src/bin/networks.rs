//! Every described network at full depth on a small picture: every SIMD backend, and the RTL where the network streams,
//! against golden at every tap. A table as Markdown; untrained networks have random weights.
//!
//! `networks [NAME..]` takes minutes; names choose some of them. Exit code 0: all are equal; 1: one is not.

use std::process::ExitCode;

use bsr_golden::{
    run,
    simd::{Backend, Prepared},
};
use bsr_hw::{Program, predict, raster};
use bsr_model::{description::Description, integer::IntegerNetwork, zoo};
use bsr_sim::{bench::Sending, engine_for};
use bsr_tests::{cases::Case, engines::simulator};
use ndarray::Array3;

/// Rows and columns of the LR picture: more columns than two words of an engine, rows for both sides of a stage.
const SIZE: (usize, usize) = (6, 9);

fn main() -> ExitCode {
    let chosen: Vec<_> = std::env::args().skip(1).collect();
    println!("| network | layers | golden = SIMD | golden = RTL |\n|---|---|---|---|");
    let mut equal = true;
    for description in zoo::descriptions() {
        if chosen.is_empty() || chosen.contains(&description.name) {
            let cells = cells(description);
            equal &= cells.iter().all(Result::is_ok);
            let cells = cells.map(|cell| cell.unwrap_or_else(|error| format!("**{error}**")));
            println!("| `{}` | {} |", description.name, cells.join(" | "));
        }
    }
    if equal { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// What a row says beside the name; errors are differences.
fn cells(description: &Description) -> [Result<String, String>; 3] {
    let found = zoo::find(&description.name).map(zoo::Entry::integer_network);
    match found.map_or_else(|_| zoo::untrained(description).map(|(_, integer)| integer), Ok) {
        Ok(network) => [Ok(network.layers.len().to_string()), simd(&network), rtl(&network)],
        Err(error) => [Err(error.to_string()), Ok(String::new()), Ok(String::new())],
    }
}

fn picture(channels: usize) -> Array3<u8> {
    Array3::from_shape_fn((channels, SIZE.0, SIZE.1), |(c, y, x)| (c * 83 + y * 41 + x * 29 + x * y * 7) as u8)
}

fn simd(network: &IntegerNetwork) -> Result<String, String> {
    let lr = picture(network.input.mean.len());
    let golden = run(network, lr.view()).map_err(|error| error.to_string())?;
    let mut names = Vec::new();
    for backend in Backend::available() {
        let prepared = Prepared::new(network, backend).map_err(|error| error.to_string())?;
        let found = prepared.run_with_taps(lr.view()).map_err(|error| error.to_string())?;
        if found != golden {
            return Err(format!("{backend} differs"));
        }
        names.push(backend.to_string());
    }
    Ok(names.join(", "))
}

fn rtl(network: &IntegerNetwork) -> Result<String, String> {
    let streaming = match network.streaming() {
        Ok(streaming) => streaming,
        Err(refusal) => return Ok(refusal.to_string()),
    };
    let engine = engine_for(&streaming, network.formats);
    if let Err(limit) = Program::new(&engine, network) {
        return Err(limit.to_string());
    }
    let lr = raster(picture(network.input.mean.len()).view());
    let case = Case { network: network.clone(), lr, sending: Sending::default() };
    case.rtl_equals_golden(&engine, &simulator(&engine)).map_err(|error| error.to_string())?;
    let cycles = predict(&engine, streaming.stages.len(), SIZE.1, SIZE.0).cycles;
    Ok(format!("{cycles} cycles, as predicted"))
}
