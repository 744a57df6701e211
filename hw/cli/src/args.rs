//! The command line.

use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;

/// Generator of the streaming XNOR-popcount engine.
#[derive(Debug, Parser)]
#[command(name = "hw", version)]
pub(crate) struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Write the Verilog of an engine with the weights of a network, vectors, a testbench and a report.
    Generate(Box<Generate>),
    /// Predict the rate and the resources of an engine, without synthesis or simulation.
    Estimate(Box<Estimate>),
}

/// Options of `hw estimate`.
#[derive(Args, Debug)]
pub(crate) struct Estimate {
    #[command(flatten)]
    pub(crate) network: Network,
    /// The board whose device the engine is counted against.
    #[arg(long, default_value = "pynq-z2", value_name = "NAME")]
    pub(crate) board: String,
    /// Clock of the rates, in MHz; an assumption, nothing here is placed or routed.
    #[arg(long, default_value_t = 200.0, value_name = "MHZ")]
    pub(crate) clock: f64,
    #[command(flatten)]
    pub(crate) engine: Engine,
    /// Count with Yosys, too; takes minutes.
    #[arg(long)]
    pub(crate) yosys: bool,
    /// Print the estimate as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Options of `hw generate`.
#[derive(Args, Debug)]
pub(crate) struct Generate {
    #[command(flatten)]
    pub(crate) network: Network,
    /// The board whose device the engine is counted against.
    #[arg(long, default_value = "pynq-z2", value_name = "NAME")]
    pub(crate) board: String,
    /// The folder to write.
    #[arg(short, long, value_name = "DIR")]
    pub(crate) output: PathBuf,
    #[command(flatten)]
    pub(crate) engine: Engine,
    /// Replace DIR and all that is in it, even what this command did not write.
    #[arg(long)]
    pub(crate) force: bool,
    /// Count LUT, FF, BRAM and DSP with Yosys; takes minutes.
    #[arg(long)]
    pub(crate) yosys: bool,
    /// Print the report as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Which network.
#[derive(Args, Debug)]
#[group(required = true, multiple = false)]
pub(crate) struct Network {
    /// A built-in network.
    #[arg(long, value_name = "NAME")]
    pub(crate) model: Option<String>,
    /// A file with an integer network.
    #[arg(long, value_name = "FILE")]
    pub(crate) integer: Option<PathBuf>,
}

/// Parameters of the engine; where not given, those of the network or the default.
#[derive(Args, Debug)]
#[command(next_help_heading = "Engine")]
pub(crate) struct Engine {
    /// Channels of the stream [default: the network's].
    #[arg(long, value_name = "C")]
    pub(crate) channels: Option<usize>,
    /// Output channels computed a cycle; divides the channels [default: 32, or what divides].
    #[arg(long, value_name = "P")]
    pub(crate) lanes: Option<usize>,
    /// Pixels computed a cycle [default: 1].
    #[arg(long, value_name = "G")]
    pub(crate) pixels: Option<usize>,
    /// Interleaved chains of stages [default: 1].
    #[arg(long, value_name = "N")]
    pub(crate) chains: Option<usize>,
    /// Widest picture [default: 64].
    #[arg(long, value_name = "W")]
    pub(crate) strip_width: Option<usize>,
    /// Bits of a stream value [default: the network's].
    #[arg(long, value_name = "B")]
    pub(crate) stream_bits: Option<u32>,
    /// Most binary stages [default: the network's].
    #[arg(long, value_name = "L")]
    pub(crate) stages: Option<usize>,
    /// Register stages of the popcount [default: 4].
    #[arg(long, value_name = "N")]
    pub(crate) popcount_stages: Option<usize>,
    /// Head channels computed a cycle; divides the lanes [default: 4, 8 of four pixels, or what divides].
    #[arg(long, value_name = "N")]
    pub(crate) head_lanes: Option<usize>,
    /// Channels that the tail reads a cycle; divides the lanes [default: 4, 2 above x2, or what divides].
    #[arg(long, value_name = "U")]
    pub(crate) tail_channels: Option<usize>,
}
