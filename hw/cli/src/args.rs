//! The command line.

use clap::{Args, Parser, Subcommand, ValueEnum};
use serde::Serialize;
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
    /// Write what makes a bitstream for a board with PYNQ, and the driver that runs it.
    Package(Box<Package>),
    /// Predict the rate and the resources of an engine, without synthesis or simulation.
    Estimate(Box<Estimate>),
    /// Try thousands of engines for some networks and show the best that a board has room for.
    Explore(Explore),
    /// Count the LUT levels between registers with Yosys.
    Levels(Box<Levels>),
    /// List the boards, with their devices' resources and their memories' bandwidth.
    Boards(Boards),
}

/// Options of `hw explore`.
#[derive(Args, Debug)]
pub(crate) struct Explore {
    /// Built-in networks, with commas between them.
    #[arg(long, value_name = "NAME,..", value_delimiter = ',', required = true)]
    pub(crate) models: Vec<String>,
    /// The board whose device the engines have to fit.
    #[arg(long, default_value = "pynq-z2", value_name = "NAME")]
    pub(crate) board: String,
    /// Clock of the rates, in MHz; an assumption, nothing here is placed or routed [default: the board's].
    #[arg(long, value_name = "MHZ")]
    pub(crate) clock: Option<f64>,
    /// Lanes to try, with commas between them [default: all that divide the channels, from 8 on].
    #[arg(long, value_name = "P,..", value_delimiter = ',')]
    pub(crate) lanes: Vec<usize>,
    /// Widths of a strip to try, with commas between them [default: 42, 60, 80].
    #[arg(long, value_name = "W,..", value_delimiter = ',')]
    pub(crate) strip_widths: Vec<usize>,
    /// Draw the best engines as an SVG picture.
    #[arg(long, value_name = "FILE")]
    pub(crate) plot: Option<PathBuf>,
    /// Print what was found as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Options of `hw levels`.
#[derive(Args, Debug)]
pub(crate) struct Levels {
    #[command(flatten)]
    pub(crate) network: Network,
    #[command(flatten)]
    pub(crate) engine: Engine,
    /// What is counted: one lane, all lanes with what they share, or the whole engine.
    #[arg(long, value_enum, default_value_t = Part::Array)]
    pub(crate) part: Part,
    /// Fail, with exit code 1, where a way between two registers has more levels.
    #[arg(long, value_name = "LEVELS")]
    pub(crate) most: Option<u32>,
    /// Print the levels as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// A part of an engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Part {
    /// One lane.
    Lane,
    /// All lanes, and the parities of the windows that they share.
    Array,
    /// Everything.
    Engine,
}

impl Part {
    /// Its module.
    pub(crate) fn module(self) -> &'static str {
        match self {
            Self::Lane => "lane",
            Self::Array => "lane_array",
            Self::Engine => "accelerator",
        }
    }
}

/// Options of `hw boards`.
#[derive(Args, Debug)]
pub(crate) struct Boards {
    /// Print the boards as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Options of `hw estimate`.
#[derive(Args, Debug)]
pub(crate) struct Estimate {
    #[command(flatten)]
    pub(crate) network: Network,
    /// The board whose device the engine is counted against.
    #[arg(long, default_value = "pynq-z2", value_name = "NAME")]
    pub(crate) board: String,
    /// Clock of the rates, in MHz; an assumption, nothing here is placed or routed [default: the board's].
    #[arg(long, value_name = "MHZ")]
    pub(crate) clock: Option<f64>,
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

/// Options of `hw package`.
#[derive(Args, Debug)]
pub(crate) struct Package {
    #[command(flatten)]
    pub(crate) network: Network,
    /// The board.
    #[arg(long, default_value = "pynq-z2", value_name = "NAME")]
    pub(crate) board: String,
    /// Clock that the script tries first, in MHz; where Vivado does not meet it, a slower one [default: the board's].
    #[arg(long, value_name = "MHZ")]
    pub(crate) clock: Option<f64>,
    /// The folder to write.
    #[arg(short, long, value_name = "DIR")]
    pub(crate) output: PathBuf,
    #[command(flatten)]
    pub(crate) engine: Engine,
    /// Replace DIR and all that is in it, even what this command did not write.
    #[arg(long)]
    pub(crate) force: bool,
    /// Print the report as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Which network.
#[derive(Args, Debug)]
#[group(required = true, multiple = false)]
pub(crate) struct Network {
    /// A built-in network, or a description (.toml): random weights where there are no trained ones.
    #[arg(long, value_name = "NAME|TOML")]
    pub(crate) model: Option<String>,
    /// A file with an integer network.
    #[arg(long, value_name = "FILE")]
    pub(crate) integer: Option<PathBuf>,
}

/// Where an engine's pixels come from and go to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Interface {
    /// AXI4-Stream, pictures as wide as a strip.
    Stream,
    /// Memory by an AXI4 master, pictures of any width.
    Memory,
}

impl From<Interface> for bsr_hw::config::Interface {
    fn from(interface: Interface) -> Self {
        match interface {
            Interface::Stream => Self::Stream,
            Interface::Memory => Self::Memory,
        }
    }
}

/// Parameters of the engine; where not given, those of the network or the default.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Engine")]
pub(crate) struct Engine {
    /// Channels of the stream [default: the network's].
    #[arg(long, value_name = "C")]
    pub(crate) channels: Option<usize>,
    /// Where pixels come from and go to [default: stream; of `estimate` and `package`, memory].
    #[arg(long, value_enum, value_name = "WHERE")]
    pub(crate) interface: Option<Interface>,
    /// Output channels computed a cycle; divides the channels [default: the most up to 32 that divide; with memory, up to 20].
    #[arg(long, value_name = "P")]
    pub(crate) lanes: Option<usize>,
    /// Pixels computed a cycle, 1 to 4 [default: 1; with memory up to 4, what an xc7z020 has room for].
    #[arg(long, value_name = "G")]
    pub(crate) pixels: Option<usize>,
    /// Interleaved chains of stages [default: 1; with memory 2].
    #[arg(long, value_name = "N")]
    pub(crate) chains: Option<usize>,
    /// Widest picture, or with memory the width of a strip [default: 64; with memory up to 60, what its block RAMs hold best].
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
    /// Lanes whose parameters load in a cycle, 1, 2 or 4 [default: what no pass over a full strip waits for].
    #[arg(long, value_name = "N")]
    pub(crate) load_lanes: Option<usize>,
    /// Head channels computed a cycle; divides the lanes [default: up to 8, what keeps up with the pixels].
    #[arg(long, value_name = "N")]
    pub(crate) head_lanes: Option<usize>,
    /// Channels that the tail reads a cycle; divides the lanes [default: up to 4, fewer above x2 and for RGB].
    #[arg(long, value_name = "U")]
    pub(crate) tail_channels: Option<usize>,
}
