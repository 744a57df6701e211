//! The network, and the engine that runs it.

use crate::args;
use crate::failure::Failure;
use bsr_hw::config::Interface;
use bsr_hw::{EngineConfig, largest_divisor};
use bsr_model::files::read_integer;
use bsr_model::integer::{IntegerNetwork, Streaming};
use bsr_model::zoo;

/// The trained network of that name.
pub(crate) fn entry(name: &str) -> Result<&'static zoo::Entry, Failure> {
    let names: Vec<_> = zoo::entries().iter().map(|entry| entry.name).collect();
    let hint = format!("built-in networks: {}; a file is given with --integer FILE", names.join(", "));
    zoo::find(name).map_err(|error| Failure::new(error, hint))
}

/// The network as the engine runs it.
pub(crate) fn streaming(network: &IntegerNetwork) -> Result<Streaming<'_>, Failure> {
    network.streaming().map_err(|error| {
        let usual = "the engine runs a head, binary stages, a long skip or none, a tail and a pixel shuffle";
        let prices = error.prices();
        let mut hint = error.hint().unwrap_or(usual).to_owned();
        if !prices.is_empty() {
            hint += &format!("\nin the default engine it would take\n- {}", prices.join("\n- "));
        }
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
    let description = zoo::described(name).map_err(|error| {
        let hint = "`model list` names the built-in networks; model/descriptions/README.md says how to describe one";
        Failure::new(error, hint)
    })?;
    let (_, network) = zoo::untrained(&description).map_err(|error| {
        Failure::new(format!("`{name}` makes no network: {error}"), "model/descriptions/README.md has the vocabulary")
    })?;
    eprintln!("note: `{}` has no trained weights, these are random", description.name);
    Ok(network)
}

/// The engine that the arguments ask for; what they leave open suits the network.
pub(crate) fn engine(args: &args::Engine, network: &IntegerNetwork, view: &Streaming) -> EngineConfig {
    let fitted = EngineConfig::fitting(view, network.formats);
    let channels = args.channels.unwrap_or(fitted.channels);
    let interface = args.interface.map_or(fitted.interface, Into::into);
    let default = match interface {
        Interface::Stream => EngineConfig { lanes: largest_divisor(channels, fitted.lanes), ..fitted },
        Interface::Memory => {
            let EngineConfig { lanes, pixels, chains, strip_width, .. } =
                EngineConfig::in_memory(channels, fitted.colours, view.scale);
            EngineConfig { lanes, pixels, chains, strip_width, ..fitted }
        }
    };
    let lanes = args.lanes.unwrap_or(default.lanes);
    let pixels = args.pixels.unwrap_or(default.pixels);
    let strip_width = args.strip_width.unwrap_or(default.strip_width.next_multiple_of(pixels.max(1)));
    let (head_lanes, tail_channels) = EngineConfig::ends_for(lanes, pixels, default.colours, view.scale);
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
