//! `sim run`.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Instant,
};

use bsr_golden::{Trace, simd::Prepared};
use bsr_hw::{Design, EngineConfig, Program};
use bsr_model::{
    integer::{Formats, Streaming},
    protocol::{Picture, with_bicubic_chroma, write_picture},
};
use bsr_sim::{
    Simulator, Variant,
    bench::{Sending, Stall},
    engine_for,
    session::{Outcome, Session},
    strip_width,
    tools::{Compiler, Search},
};
use ndarray::{Array2, ArrayView3, Axis};

use super::{
    args::{Engine, Run},
    backend,
    failure::Failure,
    output, panel,
    report::{Extra, FirstMismatch, Report},
    subject::{Networks, Pictures},
};

/// Runs; true if the RTL is exact and as fast as predicted.
pub(crate) fn run(arguments: &Run, json: bool) -> Result<bool, Failure> {
    let start = Instant::now();
    let stall = Stall::parse(&arguments.stall, arguments.seed)?;
    let backend = backend::choose(arguments.simd.as_deref())?;
    let networks = Networks::from_arguments(arguments)?;
    let network = networks.integer.streaming()?;
    let pictures = Pictures::from_arguments(arguments, network.scale)?;
    let lr = pictures.lr_luma();
    let (lr_height, lr_width) = lr.dim();
    let config = configure(&network, networks.integer.formats, &arguments.engine);
    let design = bsr_hw::generate(&config)?;
    check_size(&design, lr_width, lr_height)?;
    let program = Program::new(&config, &networks.integer)?;
    fs::create_dir_all(&arguments.output).map_err(|error| Failure::cannot_write(&arguments.output, error))?;

    let spinner = output::spinner();
    let progress = |what: &str| spinner.set_message(what.to_owned());
    let simulator = Simulator::of_design(&design, Variant::default(), &progress)?;
    progress("golden model");
    let input = lr.view().insert_axis(Axis(0));
    let trace = bsr_golden::run(&networks.integer, input)?;
    let mismatches_simd = differences(&trace, &Prepared::new(&networks.integer, backend)?.run_with_taps(input)?);
    progress("RTL");
    let sending = Sending { stall, seed: arguments.seed, ..Sending::default() };
    let (network, program, trace) = (&network, &program, &trace);
    let session = Session { config: &config, network, program, lr: lr.view(), trace, sending };
    let clock = Instant::now();
    let outcome = session.run(&simulator, None)?;
    let seconds = clock.elapsed().as_secs_f64();

    let mut files = Vec::new();
    if arguments.trace {
        progress("waveform");
        files.push(waveform(&session, &outcome, &arguments.output, &progress)?);
    }
    let sr = outcome.sr(lr_height * network.scale, lr_width * network.scale);
    let name = format!("{}_{}", networks.name, pictures.name);
    files.extend(draw(&pictures, &sr, &arguments.output, &name)?);
    progress("floating-point network");
    let psnr_float = networks.float.as_ref().and_then(|float| pictures.psnr_float(float));
    spinner.finish_and_clear();

    let prediction = bsr_hw::predict(&config, network.stages.len(), lr_width, lr_height);
    let cycles = outcome.frame.as_ref().map_or(0, |frame| frame.cycles());
    let report = Report {
        model: networks.name.clone(),
        picture: pictures.name.clone(),
        lr_width,
        lr_height,
        mismatches_rtl: outcome.mismatches(),
        mismatches_simd,
        simd_backend: backend.name(),
        first_mismatch: first_mismatch(&outcome, arguments, stall),
        beats_checked: outcome.comparison.beats_checked,
        taps_checked: outcome.comparison.taps_checked,
        cycles,
        cycles_predicted: prediction.cycles,
        psnr_bicubic: pictures.psnr_bicubic(),
        psnr_sr: pictures.psnr(&sr.mapv(f64::from)),
        psnr_float,
        seed: arguments.seed,
        simulator: format!("Verilator {}", simulator.verilator),
        wall_s: start.elapsed().as_secs_f64(),
        sim_cycles_per_s: outcome.cycles as f64 / seconds,
    };
    let stalled = stall != Stall::NONE;
    if json {
        output::json(&report)?;
    } else {
        let compiler = Compiler::find(&Search::from_environment()).map_or_else(|_| String::new(), |tool| tool.version);
        report.print(&Extra { stalled, sums_checked: outcome.comparison.sums_checked, compiler, files })?;
    }
    Ok(outcome.is_exact() && mismatches_simd == 0 && (stalled || cycles == prediction.cycles))
}

/// The engine that runs the network, with what the user chooses.
fn configure(network: &Streaming, formats: Formats, chosen: &Engine) -> EngineConfig {
    let mut config = engine_for(network, formats);
    config.lanes = chosen.lanes.unwrap_or(config.lanes);
    (config.head_lanes, config.tail_channels) = EngineConfig::ends_for(config.lanes, config.scale);
    config.pixels = chosen.pixels.unwrap_or(config.pixels);
    config.chains = chosen.chains.unwrap_or(config.chains);
    config.strip_width = chosen.strip_width.unwrap_or_else(|| strip_width(config.strip_width, config.pixels.max(1)));
    config
}

/// Most LR pixels of a run: golden and SIMD keep every tap of every pixel, in all about 17 KiB a pixel at full depth.
const MOST_PIXELS: usize = 1 << 18;

fn check_size(design: &Design, width: usize, height: usize) -> Result<(), Failure> {
    let widest = design.geometry().max_width();
    if width <= widest && width * height <= MOST_PIXELS {
        return Ok(());
    }
    if width <= widest {
        let found =
            format!("the LR picture is too tall: {width} x {height} pixels, every tap of {MOST_PIXELS} is kept");
        return Err(Failure::new(found, Some("crop the picture")));
    }
    let needed = strip_width(width, design.config.pixels);
    let hint = format!("crop the picture, or build a wider engine with --strip-width {needed}");
    Err(Failure::new(format!("the LR picture is too wide: {width} pixels, the engine takes {widest}"), Some(hint)))
}

/// Values of two runs that differ.
fn differences(golden: &Trace, other: &Trace) -> u64 {
    fn count<T: PartialEq>(left: ArrayView3<T>, right: ArrayView3<T>) -> u64 {
        if left.dim() != right.dim() {
            return left.len().max(1) as u64;
        }
        left.iter().zip(right).filter(|(left, right)| left != right).count() as u64
    }
    let missing = golden.stages.len().abs_diff(other.stages.len()) as u64;
    let stages = golden.stages.iter().zip(&other.stages).map(|(left, right)| count(left.view(), right.view()));
    missing
        + stages.sum::<u64>()
        + count(golden.sum.view(), other.sum.view())
        + count(golden.sr.view(), other.sr.view())
}

/// Runs again, with a simulator that can write a waveform: one that can is slower all the time.
fn waveform(session: &Session, outcome: &Outcome, folder: &Path, progress: &dyn Fn(&str)) -> Result<PathBuf, Failure> {
    let variant = Variant { trace: true, ..Variant::default() };
    let simulator = Simulator::of_engine(session.config, variant, progress)?;
    let path = folder.join("wave.fst");
    let part = folder.join("wave.fst.part");
    session.run(&simulator, Some((&part, outcome.window())))?;
    fs::rename(&part, &path).map_err(|error| Failure::cannot_write(&path, error))?;
    Ok(path)
}

/// Writes the SR picture, and all pictures side by side.
fn draw(pictures: &Pictures, sr: &Array2<u8>, folder: &Path, name: &str) -> Result<[PathBuf; 2], Failure> {
    let scale = pictures.scale;
    let sr =
        with_bicubic_chroma(&pictures.lr, sr.view(), scale).expect("the SR picture is `scale` times the LR picture");
    let lr = panel::nearest(&pictures.lr, scale);
    let bicubic = bicubic(&pictures.lr, scale);
    let mut row = vec![("LR", &lr), ("BICUBIC", &bicubic), ("SR", &sr)];
    row.extend(pictures.sample.as_ref().map(|sample| ("HR", sample.hr())));
    let files = [folder.join(format!("{name}.png")), folder.join(format!("{name}_sr.png"))];
    write_picture(&files[0], &panel::side_by_side(&row))?;
    write_picture(&files[1], &sr)?;
    Ok(files)
}

fn bicubic(lr: &Picture, scale: usize) -> Picture {
    use bsr_model::protocol::{Resize, imresize_u8};
    let enlarged = imresize_u8(lr.pixels().view(), Resize::Up(scale));
    Picture::try_from(enlarged).expect("resizing keeps the number of channels")
}

fn first_mismatch(outcome: &Outcome, arguments: &Run, stall: Stall) -> Option<FirstMismatch> {
    let mismatch = outcome.comparison.first.clone();
    let violation = outcome.violations.first().map(ToString::to_string);
    let what = violation.or_else(|| outcome.frame.as_ref().err().map(ToString::to_string));
    if mismatch.is_none() && what.is_none() {
        return None;
    }
    Some(FirstMismatch { mismatch, what, seed: arguments.seed, replay: replay(arguments, stall) })
}

/// The command that shows the mismatch again.
fn replay(arguments: &Run, stall: Stall) -> String {
    let mut command = "sim run".to_owned();
    let mut add = |flag: &str, value: Option<String>| {
        if let Some(value) = value {
            command += &format!(" --{flag} {value}");
        }
    };
    let path = |path: &Option<PathBuf>| path.as_ref().map(|path| format!("'{}'", path.display()));
    let number = |number: Option<usize>| number.map(|number| number.to_string());
    add("model", arguments.model.clone());
    add("integer", path(&arguments.integer));
    add("hr", path(&arguments.hr));
    add("image", path(&arguments.image));
    add("stall", Some(stall.to_string()));
    add("seed", Some(arguments.seed.to_string()));
    add("simd", arguments.simd.clone());
    add("lanes", number(arguments.engine.lanes));
    add("pixels", number(arguments.engine.pixels));
    add("chains", number(arguments.engine.chains));
    add("strip-width", number(arguments.engine.strip_width));
    command + " --trace"
}
