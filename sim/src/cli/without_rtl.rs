//! `sim run` of a network that the engine does not run: golden and SIMD, on two frames, value by value.

use std::time::Instant;

use bsr_golden::{
    Memory, Trace, run_frame,
    simd::{Backend, Prepared},
};
use bsr_model::{cost::Cost, integer::NotStreaming};
use ndarray::{Array3, s};
use serde::Serialize;

use super::{
    args::Run,
    failure::Failure,
    output,
    subject::{Networks, Pictures},
};

/// What `sim run --json` prints where there is no RTL.
#[derive(Debug, Serialize)]
struct Report {
    model: String,
    picture: String,
    lr_width: usize,
    lr_height: usize,
    /// Always null: no RTL ran.
    mismatches_rtl: Option<u64>,
    why_no_rtl: String,
    mismatches_simd: u64,
    simd_backend: &'static str,
    taps_checked: u64,
    frames: usize,
    random_weights: bool,
    wall_s: f64,
}

/// Operations that golden does of a picture that nobody chose: half a minute or so.
const BUDGET: f64 = 3e9;

/// Runs; true if golden and SIMD agree on every tap of both frames.
pub(crate) fn run(
    arguments: &Run,
    networks: &Networks,
    refusal: &NotStreaming,
    backend: Backend,
    json: bool,
) -> Result<bool, Failure> {
    let start = Instant::now();
    let integer = &networks.integer;
    let pictures = Pictures::from_arguments(arguments, integer.scale())?;
    let whole = pictures.lr_planes(integer.input.mean.len());
    let given = arguments.image.is_some() || arguments.hr.is_some();
    let first = if given { whole } else { piece(whole, networks) };
    // The second frame is the first one upside down: a network that keeps something between frames shows it.
    let second = first.slice(s![.., ..;-1, ..]).to_owned();
    let spinner = output::spinner();
    spinner.set_message("golden model and SIMD");
    let prepared = Prepared::new(integer, backend)?;
    let (mut golden_memory, mut simd_memory) = (Memory::new(), Memory::new());
    let (mut mismatches_simd, mut taps_checked) = (0, 0);
    for frame in [&first, &second] {
        let golden = run_frame(integer, frame.view(), &mut golden_memory)?;
        let simd = prepared.run_frame_with_taps(frame.view(), &mut simd_memory)?;
        mismatches_simd += differences(&golden, &simd);
        taps_checked += golden.stages.iter().map(|tap| tap.len() as u64).sum::<u64>();
    }
    spinner.finish_and_clear();
    let (_, lr_height, lr_width) = first.dim();
    let report = Report {
        model: networks.name.clone(),
        picture: pictures.name,
        lr_width,
        lr_height,
        mismatches_rtl: None,
        why_no_rtl: refusal.hint().map_or_else(|| refusal.to_string(), |hint| format!("{refusal}; {hint}")),
        mismatches_simd,
        simd_backend: prepared.code().name(),
        taps_checked,
        frames: 2,
        random_weights: networks.random,
        wall_s: start.elapsed().as_secs_f64(),
    };
    if json {
        output::json(&report)?
    } else {
        report.print()?
    }
    Ok(mismatches_simd == 0)
}

/// Values of two runs that differ.
fn differences(golden: &Trace, other: &Trace) -> u64 {
    fn count<T: PartialEq>(left: &Array3<T>, right: &Array3<T>) -> u64 {
        if left.dim() != right.dim() {
            return left.len().max(1) as u64;
        }
        left.iter().zip(right).filter(|(left, right)| left != right).count() as u64
    }
    let missing = golden.stages.len().abs_diff(other.stages.len()) as u64;
    let stages = golden.stages.iter().zip(&other.stages).map(|(left, right)| count(left, right));
    missing + stages.sum::<u64>() + count(&golden.sum, &other.sum) + count(&golden.sr, &other.sr)
}

/// As much of the built-in picture as golden runs within its budget, at least 8 x 8.
fn piece(lr: Array3<u8>, networks: &Networks) -> Array3<u8> {
    let (_, height, width) = lr.dim();
    let cost = networks.float.as_ref().and_then(|float| Cost::of(&float.description).ok());
    let scale = networks.integer.scale() as f64;
    let of_pixel = cost.map_or(1e6, |cost| (cost.ops_binary + cost.ops_float) * scale * scale / (1280.0 * 720.0));
    let side = (BUDGET / of_pixel).sqrt() as usize;
    let (height, width) = (height.min(side.max(8)), width.min(side.max(8)));
    lr.slice(s![.., ..height, ..width]).to_owned()
}

impl Report {
    fn print(&self) -> Result<(), Failure> {
        let Self { model, picture, lr_width, lr_height, taps_checked, simd_backend, mismatches_simd, .. } = self;
        let weights = if self.random_weights { ", random weights" } else { "" };
        output::line(&format!("{model} on {picture}, LR {lr_width} x {lr_height}, {} frames{weights}", self.frames))?;
        output::line(&format!("  no RTL: {}", self.why_no_rtl))?;
        output::line(&format!("  checked {taps_checked} taps"))?;
        output::line(&format!("  {mismatches_simd} mismatches: SIMD ({simd_backend})"))?;
        output::line(&format!("  {:.1} s", self.wall_s))
    }
}
