//! The command line.

use std::{num::NonZeroUsize, path::PathBuf};

use bsr_hw::Interface;
use bsr_model::{description::Droppable, integer::Gap};
use clap::{ArgGroup, Args, Parser, Subcommand};

/// Runs the generated RTL in Verilator and compares it with the golden model, bit by bit; enlarges pictures on the CPU.
#[derive(Debug, Parser)]
#[command(version, about)]
pub(crate) struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
    /// Print the result as JSON.
    #[arg(long, global = true)]
    pub(crate) json: bool,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Super-resolve a picture in the RTL and compare every tap and every output beat.
    ///
    /// A network that the engine does not run is compared in golden and SIMD alone, and the report says why.
    ///
    /// Exit code 0: exact; 1: it differs, or the cycles are not those predicted; 2: could not run.
    Run(Box<Run>),
    /// Super-resolve pictures or video on the CPU; needs no tools.
    Upscale(Upscale),
    /// Show which tools are found and what each unlocks.
    Doctor,
}

/// Arguments of `run`.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("network").required(true).multiple(true).args(["model", "integer"])))]
pub(crate) struct Run {
    /// A built-in network, or a description (.toml); one that is not trained has random weights.
    #[arg(long, value_name = "NAME|TOML")]
    pub(crate) model: Option<String>,
    /// Leave a part of the built-in network out: spatial-rescale, channel-rescale, channel-threshold.
    #[arg(long, value_name = "PART", requires = "model", conflicts_with = "integer")]
    pub(crate) drop: Vec<Droppable>,
    /// Averages of the built-in network's channels over the picture, strip, strip=WIDTH or previous-frame.
    #[arg(long, value_name = "GAP", requires = "model", conflicts_with = "integer")]
    pub(crate) gap: Option<Gap>,
    /// An integer network to run in place of the built-in one.
    #[arg(long, value_name = "FILE")]
    pub(crate) integer: Option<PathBuf>,
    /// HR picture, of which the LR picture is made; by default one that is built in.
    #[arg(long, value_name = "PICTURE", conflicts_with = "image")]
    pub(crate) hr: Option<PathBuf>,
    /// LR picture.
    #[arg(long, value_name = "PICTURE")]
    pub(crate) image: Option<PathBuf>,
    /// Stalls: none, random, or source=S,sink=S of none, 3of4, alternate, p10, p90, bursts, row-ends, freeze.
    #[arg(long, value_name = "PATTERN", default_value = "none")]
    pub(crate) stall: String,
    /// Seed of the stalls.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) seed: u64,
    /// Write a waveform (FST) around the first mismatch, else of the start of the frame.
    #[arg(long)]
    pub(crate) trace: bool,
    /// SIMD implementation to compare with, in place of the fastest one: portable, avx2, avx512, avx512-popcount, neon.
    #[arg(long, value_name = "NAME")]
    pub(crate) simd: Option<String>,
    /// Folder for the pictures and the waveform.
    #[arg(short, long, value_name = "DIR", default_value = "out")]
    pub(crate) output: PathBuf,
    /// Parameters of the engine.
    #[command(flatten)]
    pub(crate) engine: Engine,
}

/// Arguments of `upscale`.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("enlarger").required(true).args(["model", "integer"])))]
pub(crate) struct Upscale {
    /// A PNG or JPEG picture, a folder of them, a y4m video, or - for a y4m stream from stdin.
    #[arg(value_name = "IN")]
    pub(crate) input: PathBuf,
    /// A PNG picture, a folder, a y4m video, or - for stdout.
    #[arg(value_name = "OUT")]
    pub(crate) output: PathBuf,
    /// A built-in network.
    #[arg(long, value_name = "NAME")]
    pub(crate) model: Option<String>,
    /// An integer network from a file.
    #[arg(long, value_name = "FILE")]
    pub(crate) integer: Option<PathBuf>,
    /// SIMD implementation in place of the fastest one: portable, avx2, avx512, avx512-popcount, neon.
    #[arg(long, value_name = "NAME")]
    pub(crate) simd: Option<String>,
    /// Threads; by default one for each core.
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<NonZeroUsize>,
}

/// Parameters of the engine.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Engine")]
pub(crate) struct Engine {
    /// Where pixels come from: stream, or memory, in which pictures of any width run in strips [default: stream for
    /// pictures that fit its rows].
    #[arg(long, value_name = "KIND")]
    pub(crate) interface: Option<Interface>,
    /// Output channels computed a cycle.
    #[arg(long, value_name = "P")]
    pub(crate) lanes: Option<usize>,
    /// Pixels computed a cycle.
    #[arg(long, value_name = "G")]
    pub(crate) pixels: Option<usize>,
    /// Interleaved chains of stages.
    #[arg(long, value_name = "N")]
    pub(crate) chains: Option<usize>,
    /// Width of a strip in pixels.
    #[arg(long, value_name = "W")]
    pub(crate) strip_width: Option<usize>,
}
