//! Times this project's CPU backends beside the direct popcount kernels and other runtimes, all on the same network and size.
//!
//! Rounds are interleaved: each runs every contender once, so that a busy machine is busy for all of them. What is reported is
//! each one's shortest time.

mod contender;
mod failure;
mod ours;
mod peer;
#[cfg(target_arch = "x86_64")]
mod prototype;
mod report;

use std::{fs, path::PathBuf, process::ExitCode};

use bsr_golden::simd::Backend;
use bsr_model::{integer::IntegerNetwork, zoo};
use clap::Parser;
use ndarray::Array3;

use contender::{Contender, Entry, Time};
use failure::Failure;
use ours::Ours;
use peer::{Peer, Started};
#[cfg(target_arch = "x86_64")]
use prototype::Prototype;

/// Time the CPU backends beside their prototypes and other runtimes.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    /// A built-in network.
    #[arg(long, value_name = "NAME", default_value = "e2fif_x2")]
    model: String,
    /// Size of the LR picture.
    #[arg(long, value_name = "WxH", default_value = "320x180", value_parser = size)]
    size: (usize, usize),
    /// Numbers of threads.
    #[arg(long, value_name = "N,..", default_value = "1", value_delimiter = ',', value_parser = threads)]
    threads: Vec<usize>,
    /// Our backends that run, in place of all that the CPU has.
    #[arg(long, value_name = "NAME,..", value_delimiter = ',', value_parser = Backend::by_name)]
    backends: Option<Vec<Backend>>,
    /// How often each contender runs.
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// Python with the peers' packages; without it only our own code runs.
    #[arg(long, value_name = "FILE")]
    python: Option<PathBuf>,
    /// The peers that run.
    #[arg(
        long,
        value_name = "NAME,..",
        value_delimiter = ',',
        requires = "python",
        default_value = "onnxruntime,onnxruntime-int8,openvino,openvino-bf16,openvino-int8,openvino-binary,torch,torch-bf16,torch-compile,torch-compile-bf16"
    )]
    peers: Vec<String>,
    /// Folder of the package `bsr_peers`.
    #[arg(long, value_name = "DIR", default_value = "bench/peers")]
    peers_folder: PathBuf,
    /// Folder of the built-in networks' files, which the peers read.
    #[arg(long, value_name = "DIR", default_value = "model/zoo")]
    zoo: PathBuf,
    /// The report as JSON: an array of `name, kind, what, threads, cpu_ms, wall_ms, ratio_to_ours`.
    #[arg(long, value_name = "FILE", default_value = "target/bench-cpu.json")]
    output: PathBuf,
}

fn main() -> miette::Result<ExitCode> {
    match run(&Arguments::parse()) {
        Ok(()) => Ok(ExitCode::SUCCESS),
        Err(failure) => {
            eprintln!("{:?}", miette::Report::new(failure));
            Ok(ExitCode::from(2))
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), Failure> {
    let entry = zoo::find(&arguments.model)
        .map_err(|error| Failure::new(error, "`model list` shows the names of the built-in networks"))?;
    let network = entry.integer_network();
    let mut contenders = our_own(&network, arguments)?;
    if let Some(python) = &arguments.python {
        let checkpoint = arguments.zoo.join(&arguments.model).join("compact.safetensors");
        for (name, &threads) in arguments.peers.iter().flat_map(|name| arguments.threads.iter().map(move |n| (name, n)))
        {
            match Peer::start(python, &arguments.peers_folder, name, &checkpoint, arguments.size, threads)? {
                Started::Ready(peer) => contenders.push(Box::new(peer)),
                Started::Missing(reason) => eprintln!("bench-cpu: {name} does not run here: {reason}"),
            }
        }
    }
    let results = rounds(&mut contenders, arguments.rounds)?;
    let lines = report::lines(&results);
    report::print(&lines);
    let json = serde_json::to_string_pretty(&lines).expect("the report is plain data");
    fs::write(&arguments.output, json).map_err(|error| Failure::cannot_write(&arguments.output, error))
}

/// Every backend that runs here and, for one thread, the direct kernels.
fn our_own(network: &IntegerNetwork, arguments: &Arguments) -> Result<Vec<Box<dyn Contender>>, Failure> {
    let parts = network.streaming().map_err(|error| Failure::new(error, "time a network of binary stages"))?;
    let (height, width) = arguments.size;
    let picture = Array3::from_shape_fn((network.input.mean.len(), height, width), |(c, y, x)| {
        (c * 85 + x * 255 / width + (y * y) % 97) as u8
    });
    let mut contenders: Vec<Box<dyn Contender>> = Vec::new();
    for &threads in &arguments.threads {
        for backend in arguments.backends.clone().unwrap_or_else(Backend::available) {
            let layers = parts.stages().len();
            let ours = Ours::new(network, layers, backend, picture.clone(), threads)
                .map_err(|error| Failure::new(error, "`sim doctor` shows what this machine has"))?;
            contenders.push(Box::new(ours));
        }
    }
    #[cfg(target_arch = "x86_64")]
    if height >= 2 && width % 4 == 0 {
        let prototypes = Prototype::all(&parts.stages().collect::<Vec<_>>(), arguments.size);
        contenders.extend(prototypes.into_iter().map(|p| Box::new(p) as Box<_>));
    }
    Ok(contenders)
}

/// Runs all contenders in turn, again and again; gives the shortest times.
fn rounds(contenders: &mut [Box<dyn Contender>], rounds: u32) -> Result<Vec<(Entry, Time)>, Failure> {
    let mut results = Vec::new();
    for round in 0..rounds {
        let mut times = Vec::new();
        for contender in contenders.iter_mut() {
            times.extend(contender.entries().into_iter().zip(contender.run()?));
        }
        match round {
            0 => results = times,
            _ => results.iter_mut().zip(times).for_each(|(least, (_, time))| least.1 = least.1.least(time)),
        }
    }
    Ok(results)
}

/// `WxH` as height and width.
fn size(text: &str) -> Result<(usize, usize), String> {
    let parse = |text: &str| text.parse().ok().filter(|&side: &usize| (1..=8192).contains(&side));
    let sides = text.split_once('x').and_then(|(width, height)| parse(height).zip(parse(width)));
    sides.ok_or_else(|| format!("`{text}` is no size such as 320x180, with sides of 1 to 8192"))
}

fn threads(text: &str) -> Result<usize, String> {
    let threads = text.parse().ok().filter(|threads| (1..=256).contains(threads));
    threads.ok_or_else(|| format!("`{text}` is no number of threads from 1 to 256"))
}
