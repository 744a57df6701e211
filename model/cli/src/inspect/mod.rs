//! `model inspect`: what a network, a file of a network or a checkpoint holds.

mod rows;

use std::path::Path;

use bsr_model::{
    checkpoint::Tensors,
    description::Description,
    files::{CannotRead, FileError, read_compact, read_integer},
    float::FloatNetwork,
    integer::{Formats, IntegerNetwork},
    zoo,
};
use rows::Row;
use serde::Serialize;

use crate::{
    args::Inspect,
    failure::Failure,
    output,
    source::{self, Names},
};

/// What was found.
#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
enum Found {
    /// A built-in network.
    BuiltIn { name: &'static str, description: Description, formats: Formats, layers: Vec<Row>, card: &'static str },
    /// A description.
    Description { description: Description },
    /// A compact checkpoint.
    CompactCheckpoint { description: Description, layers: Vec<Row> },
    /// An integer network.
    IntegerNetwork { name: String, formats: Formats, layers: Vec<Row> },
    /// The tensors of a trained checkpoint.
    Checkpoint { layers: Vec<Row> },
}

pub(crate) fn run(arguments: &Inspect, json: bool) -> Result<(), Failure> {
    let what = &arguments.what;
    let found = if source::is_file(what) { file(Path::new(what))? } else { built_in(what)? };
    if json { output::json(&found) } else { print(&found) }
}

fn built_in(name: &str) -> Result<Found, Failure> {
    let Ok(entry) = zoo::find(name) else {
        return Ok(Found::Description { description: zoo::find_description(name)? });
    };
    let integer = entry.integer_network();
    Ok(Found::BuiltIn {
        name: entry.name,
        description: entry.description(),
        formats: integer.formats,
        layers: rows::of_integer(&integer),
        card: entry.card_markdown,
    })
}

fn file(path: &Path) -> Result<Found, Failure> {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("toml") => Ok(Found::Description { description: source::description(&path.to_string_lossy())? }),
        Some("safetensors") => safetensors(path),
        _ => Ok(checkpoint(&source::tensors(path, Names::default())?)),
    }
}

/// An integer network, a compact checkpoint or a trained one: the first that it is.
fn safetensors(path: &Path) -> Result<Found, Failure> {
    if let Some(network) = unless_of_another_kind(read_integer(path))? {
        return Ok(of_integer(network));
    }
    if let Some(network) = unless_of_another_kind(read_compact(path))? {
        return Ok(of_compact(network));
    }
    Ok(checkpoint(&source::tensors(path, Names::default())?))
}

fn unless_of_another_kind<T>(read: Result<T, CannotRead>) -> Result<Option<T>, Failure> {
    match read {
        Ok(network) => Ok(Some(network)),
        Err(CannotRead { source: FileError::Kind { .. }, .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn of_integer(network: IntegerNetwork) -> Found {
    Found::IntegerNetwork { layers: rows::of_integer(&network), name: network.name, formats: network.formats }
}

fn of_compact(network: FloatNetwork) -> Found {
    Found::CompactCheckpoint { layers: rows::of_float(&network), description: network.description }
}

fn checkpoint(tensors: &Tensors) -> Found {
    Found::Checkpoint { layers: rows::of_tensors(tensors) }
}

fn print(found: &Found) -> Result<(), Failure> {
    match found {
        Found::BuiltIn { name, formats, layers, card, .. } => {
            output::line(&format!("{name}: built-in network, {}\n", stream(formats)))?;
            rows::print(layers)?;
            output::line(&format!("\n{}", card.trim_end()))
        }
        Found::Description { description } => output::line(description.to_toml().trim_end()),
        Found::CompactCheckpoint { description, layers } => {
            output::line(&format!("{}: compact checkpoint, x{}\n", description.name, description.scale))?;
            rows::print(layers)
        }
        Found::IntegerNetwork { name, formats, layers } => {
            output::line(&format!("{name}: integer network, {}\n", stream(formats)))?;
            rows::print(layers)
        }
        Found::Checkpoint { layers } => {
            output::line(&format!("trained checkpoint, {} tensors\n", layers.len()))?;
            rows::print(layers)
        }
    }
}

fn stream(formats: &Formats) -> String {
    format!("stream of {} bits, {} of them fraction", formats.stream_bits, formats.fraction_bits)
}
