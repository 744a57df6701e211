//! The network, and the engine that runs it.

use crate::args;
use crate::failure::Failure;
use bsr_hw::EngineConfig;
use bsr_hw::config::Interface;
use bsr_model::description::Description;
use bsr_model::files::read_integer;
use bsr_model::integer::{BinaryConv, IntegerNetwork, Streaming};
use bsr_model::zoo;

/// The trained network of that name.
pub(crate) fn entry(name: &str) -> Result<&'static zoo::Entry, Failure> {
    let names: Vec<_> = zoo::entries().iter().map(|entry| entry.name).collect();
    let hint = format!("built-in networks: {}; a file is given with --integer FILE", names.join(", "));
    zoo::find(name).map_err(|error| Failure::new(error, hint))
}

/// The network as the engine runs it.
pub(crate) fn streaming(network: &IntegerNetwork) -> Result<Streaming<'_>, Failure> {
    network.engine_form().map_err(|error| {
        let usual = "the engine runs a head, binary stages, a long skip or none, a tail and a pixel shuffle";
        let hint = error.hint().unwrap_or(usual);
        Failure::new(error, hint)
    })
}

/// The network that the arguments name.
pub(crate) fn network(args: &args::Network) -> Result<IntegerNetwork, Failure> {
    match (&args.model, &args.integer) {
        (Some(name), _) => zoo::find(name).map_or_else(|_| untrained(name), |entry| Ok(entry.integer_network())),
        (None, Some(path)) => read_integer(path).map_err(|error| {
            let hint = error.source.hint().unwrap_or("give a file that `model lower` wrote");
            Failure::new(&error, hint).because(error.source)
        }),
        (None, None) => Err(Failure::new("no network is given", "give --model NAME or --integer FILE")),
    }
}

/// A described network with random weights: its engine is that of the trained one.
fn untrained(name: &str) -> Result<IntegerNetwork, Failure> {
    let hint = "`model list` names the built-in networks; model/descriptions/README.md says how to describe one";
    let refuse = |what: String| Failure::new(format!("cannot use the description `{name}`: {what}"), hint);
    let description = if name.ends_with(".toml") {
        let text = std::fs::read_to_string(name).map_err(|error| refuse(error.to_string()))?;
        Description::from_toml(&text).map_err(|error| refuse(error.to_string()))?
    } else {
        zoo::find_description(name).map_err(|error| Failure::new(error, hint))?
    };
    let (_, network) = zoo::untrained(&description).map_err(|error| refuse(error.to_string()))?;
    eprintln!("note: `{}` has no trained weights, these are random", description.name);
    Ok(network)
}

/// The engine that the arguments ask for; what they leave open suits the network.
pub(crate) fn engine(args: &args::Engine, network: &IntegerNetwork, view: &Streaming) -> EngineConfig {
    let fitted = fitted(network, view);
    let channels = args.channels.unwrap_or(fitted.channels);
    let interface = args.interface.map_or(fitted.interface, Into::into);
    let default = match interface {
        Interface::Stream => EngineConfig { lanes: largest_divisor(channels, fitted.lanes), ..fitted },
        Interface::Memory => {
            let EngineConfig { lanes, pixels, chains, strip_width, .. } = EngineConfig::in_memory(channels, view.scale);
            EngineConfig { lanes, pixels, chains, strip_width, ..fitted }
        }
    };
    let lanes = args.lanes.unwrap_or(default.lanes);
    let pixels = args.pixels.unwrap_or(default.pixels);
    let strip_width = args.strip_width.unwrap_or(default.strip_width.next_multiple_of(pixels.max(1)));
    let (head_lanes, tail_channels) = EngineConfig::ends_for(lanes, pixels, view.scale);
    EngineConfig {
        channels,
        lanes,
        pixels,
        chains: args.chains.unwrap_or(default.chains),
        strip_width,
        max_stages: args.stages.unwrap_or(default.max_stages),
        stream_bits: args.stream_bits.unwrap_or(default.stream_bits),
        popcount_stages: args.popcount_stages.unwrap_or(default.popcount_stages),
        load_lanes: args.load_lanes.unwrap_or_else(|| EngineConfig::enough_load_lanes(lanes, pixels, strip_width)),
        head_lanes: args.head_lanes.unwrap_or(head_lanes),
        tail_channels: args.tail_channels.unwrap_or(tail_channels),
        interface,
        ..default
    }
}

/// The default engine with the sizes and constants of the network.
pub(crate) fn fitted(network: &IntegerNetwork, view: &Streaming) -> EngineConfig {
    let default = EngineConfig::default();
    let shifts = || view.stages().map(|stage| stage.shift);
    let usual = shifts().all(|shift| (default.affine_shift - 2..=default.affine_shift).contains(&shift));
    EngineConfig {
        channels: view.channels(),
        max_stages: view.stages.len(),
        stream_bits: network.formats.stream_bits,
        scale: view.scale,
        affine_shift: if usual { default.affine_shift } else { shifts().max().unwrap_or(default.affine_shift) },
        activation: view.stages().find_map(BinaryConv::leaky_relu).unwrap_or(default.activation),
        branch: view.stages().any(|stage| stage.branch.is_some()),
        spatial: view.stages().any(|stage| stage.spatial.is_some()),
        ..default
    }
}

/// The largest divisor of `whole` that is at most `most`; 1 where there is none.
fn largest_divisor(whole: usize, most: usize) -> usize {
    (1..=most).rev().find(|part| whole.is_multiple_of(*part)).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_that_are_not_given_suit_the_network() {
        assert_eq!(largest_divisor(64, 32), 32);
        assert_eq!(largest_divisor(40, 32), 20);
        assert_eq!(largest_divisor(7, 4), 1);
    }
}
