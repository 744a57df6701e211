//! The command line.

use std::path::PathBuf;

use bsr_model::{description::Droppable, integer::Gap};
use clap::{ArgGroup, Args, Parser, Subcommand};

/// Binarized super-resolution networks: describe, import, lower, evaluate.
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
    /// List the built-in networks: what they cost, and whether they stream.
    List,
    /// Write the description of a network, or of one derived from it.
    Describe(Describe),
    /// Show what a network, a file of a network or a checkpoint holds.
    Inspect(Inspect),
    /// Import a trained checkpoint into a compact checkpoint.
    Import(Import),
    /// Lower a network to integers, with every choice reported.
    Lower(Lower),
    /// PSNR and SSIM on a folder of HR pictures.
    Evaluate(Evaluate),
    /// Make the model card of a folder of the zoo.
    Card(Card),
    /// The figures of all trained networks, beside the papers', as Markdown.
    Table,
    /// Parameters and operations of all built-in networks, beside the literature's, as Markdown.
    Costs,
    /// How far the floating-point path is from what PyTorch computed, layer by layer.
    Agree(Agree),
}

/// Arguments of `inspect`.
#[derive(Debug, Args)]
pub(crate) struct Inspect {
    /// A built-in network, or a file: description (.toml), compact checkpoint, integer network, checkpoint.
    #[arg(value_name = "NAME|FILE")]
    pub(crate) what: String,
}

/// Arguments of `describe`.
#[derive(Debug, Args)]
pub(crate) struct Describe {
    /// A built-in network, or a description (.toml).
    #[arg(value_name = "NAME|TOML")]
    pub(crate) what: String,
    /// Super-resolution factor, for a description that says with `scale` how many channels its tail has.
    #[arg(long, value_name = "S", value_parser = clap::value_parser!(u8).range(1..=4))]
    pub(crate) scale: Option<u8>,
    /// Leave a part out: spatial-rescale, channel-rescale, channel-threshold.
    #[arg(long, value_name = "PART")]
    pub(crate) drop: Vec<Droppable>,
    /// Averages of channels over the picture, strip, strip=WIDTH or previous-frame.
    #[arg(long, value_name = "GAP")]
    pub(crate) gap: Option<Gap>,
    /// File to write, in place of stdout.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

/// Arguments of `agree`.
#[derive(Debug, Args)]
pub(crate) struct Agree {
    /// Folders of test vectors.
    #[arg(required = true, value_name = "DIR")]
    pub(crate) folders: Vec<PathBuf>,
}

/// Arguments of `import`.
#[derive(Debug, Args)]
pub(crate) struct Import {
    /// Trained checkpoint: .safetensors, .pt or .pth.
    pub(crate) checkpoint: PathBuf,
    /// Network that it was trained as: a built-in name or a description.
    #[arg(long, value_name = "NAME|TOML")]
    pub(crate) network: String,
    /// Take the tensors under this key of the checkpoint, such as params_ema or state_dict.
    #[arg(long, value_name = "KEY")]
    pub(crate) key: Option<String>,
    /// Remove this from the front of the tensors' names.
    #[arg(long, value_name = "PREFIX")]
    pub(crate) strip_prefix: Option<String>,
    /// Compact checkpoint to write.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: PathBuf,
}

/// Arguments of `lower`.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("source").required(true).args(["model", "compact", "checkpoint"])))]
pub(crate) struct Lower {
    /// A built-in network.
    #[arg(long, value_name = "NAME")]
    pub(crate) model: Option<String>,
    /// A compact checkpoint.
    #[arg(long, value_name = "FILE")]
    pub(crate) compact: Option<PathBuf>,
    /// A trained checkpoint and its network.
    #[command(flatten)]
    pub(crate) trained: Trained,
    /// Bits of a stream value, 4 to 24.
    #[arg(long, value_name = "B")]
    pub(crate) stream_bits: Option<u32>,
    /// Fraction bits of a stream value, in place of those that calibration finds.
    #[arg(long, value_name = "F")]
    pub(crate) fraction_bits: Option<u32>,
    /// Folder of HR pictures of which the LR pictures calibrate, in place of the built-in ones.
    #[arg(long, value_name = "DIR")]
    pub(crate) calibrate: Option<PathBuf>,
    /// Integer network to write.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: PathBuf,
}

/// Arguments of `evaluate`.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("source").required(true).args(["model", "integer", "checkpoint"])))]
pub(crate) struct Evaluate {
    /// A built-in network.
    #[arg(long, value_name = "NAME")]
    pub(crate) model: Option<String>,
    /// An integer network; the figures of the floating-point network are then unknown.
    #[arg(long, value_name = "FILE", conflicts_with = "stream_bits")]
    pub(crate) integer: Option<PathBuf>,
    /// A trained checkpoint and its network.
    #[command(flatten)]
    pub(crate) trained: Trained,
    /// Lower again, with this many bits of a stream value, 4 to 24.
    #[arg(long, value_name = "B")]
    pub(crate) stream_bits: Option<u32>,
    /// Folder of HR pictures.
    #[arg(value_name = "DIR")]
    pub(crate) folder: PathBuf,
}

/// A trained checkpoint, and the network that it is of.
#[derive(Debug, Args)]
pub(crate) struct Trained {
    /// Trained checkpoint: .safetensors, .pt or .pth.
    #[arg(long, value_name = "FILE", requires = "network")]
    pub(crate) checkpoint: Option<PathBuf>,
    /// Network that it was trained as: a built-in name or a description.
    #[arg(long, value_name = "NAME|TOML", requires = "checkpoint")]
    pub(crate) network: Option<String>,
    /// Take the tensors under this key of the checkpoint, such as params_ema or state_dict.
    #[arg(long, value_name = "KEY", requires = "checkpoint")]
    pub(crate) key: Option<String>,
    /// Remove this from the front of the tensors' names.
    #[arg(long, value_name = "PREFIX", requires = "checkpoint")]
    pub(crate) strip_prefix: Option<String>,
}

/// Arguments of `card`.
#[derive(Debug, Args)]
pub(crate) struct Card {
    /// Folder with `compact.safetensors` and `integer.safetensors`; `card.json` and `card.md` are written there.
    #[arg(value_name = "ENTRY")]
    pub(crate) entry: PathBuf,
    /// What the training package wrote beside the checkpoint; the present card's training where it is absent.
    #[arg(long, value_name = "FILE")]
    pub(crate) training: Option<PathBuf>,
    /// Stream bits to lower to beside those of the integer network.
    #[arg(long, value_name = "B", value_delimiter = ',')]
    pub(crate) stream_bits: Vec<u32>,
    /// Folders of HR pictures to score on.
    #[arg(required = true, value_name = "DIR")]
    pub(crate) sets: Vec<PathBuf>,
}
