//! `model list`: the built-in networks.

use bsr_model::zoo::{self, Entry};
use serde::Serialize;

use crate::{failure::Failure, output};

#[derive(Serialize)]
struct List {
    networks: Vec<Network>,
}

#[derive(Serialize)]
struct Network {
    name: &'static str,
    method: String,
    backbone: String,
    scale: usize,
    channels: usize,
    stages: usize,
    stream_bits: u32,
    fraction_bits: u32,
    compact_bytes: usize,
    integer_bytes: usize,
}

pub(crate) fn run(json: bool) -> Result<(), Failure> {
    let networks = zoo::entries().iter().map(network).collect::<Vec<_>>();
    if json {
        return output::json(&List { networks });
    }
    output::line("name              method  backbone   scale  channels  stages  stream")?;
    for n in networks {
        output::line(&format!(
            "{:<16}  {:<6}  {:<9}  x{:<4}  {:>8}  {:>6}  {} bits, {} of them fraction",
            n.name, n.method, n.backbone, n.scale, n.channels, n.stages, n.stream_bits, n.fraction_bits
        ))?;
    }
    Ok(())
}

fn network(entry: &Entry) -> Network {
    let description = entry.description();
    let integer = entry.integer_network();
    Network {
        name: entry.name,
        method: description.method,
        backbone: description.backbone,
        scale: description.scale,
        channels: description.channels,
        stages: integer.binary_stages().count(),
        stream_bits: integer.formats.stream_bits,
        fraction_bits: integer.formats.fraction_bits,
        compact_bytes: entry.compact_bytes.len(),
        integer_bytes: entry.integer_bytes.len(),
    }
}
