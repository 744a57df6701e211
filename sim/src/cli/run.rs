//! `sim run`.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Arc, atomic::AtomicU64},
    time::Instant,
};

use bsr_hw::{Design, EngineConfig, Interface, Program, planes, raster};
use bsr_model::{
    integer::{Formats, Streaming},
    protocol::{Picture, write_picture},
};
use bsr_sim::{
    Simulator, Variant,
    bench::{Sending, Stall},
    engine_for, memory_engine_for,
    session::{Outcome, Session},
    strip_width,
    tools::{Compiler, Search},
};
use ndarray::Array3;

use super::{
    args::{Engine, Run},
    backend,
    failure::Failure,
    output, panel,
    reference::Reference,
    report::{Extra, FirstMismatch, Report},
    subject::{Networks, Pictures},
    without_rtl,
};

/// Runs; true if the RTL is exact and as fast as predicted.
pub(crate) fn run(arguments: &Run, json: bool) -> Result<bool, Failure> {
    let start = Instant::now();
    let stall = Stall::parse(&arguments.stall, arguments.seed)?;
    let backend = backend::choose(arguments.simd.as_deref())?;
    let networks = Networks::from_arguments(arguments)?;
    let network = match networks.integer.streaming() {
        Ok(network) => network,
        Err(refusal) => return without_rtl::run(arguments, &networks, &refusal, backend, json),
    };
    let pictures = Pictures::from_arguments(arguments, network.scale)?;
    let lr_planes = pictures.lr_planes(networks.integer.input.mean.len());
    let (colours, lr_height, lr_width) = lr_planes.dim();
    let config = configure(&network, networks.integer.formats, &arguments.engine, lr_width);
    let design = bsr_hw::generate(&config)?;
    check_size(&design, lr_width, lr_height)?;
    let program = Program::new(&config, &networks.integer)?;
    fs::create_dir_all(&arguments.output).map_err(|error| Failure::cannot_write(&arguments.output, error))?;

    let spinner = output::spinner();
    let progress = |what: &str| spinner.set_message(what.to_owned());
    let simulator = Simulator::of_design(&design, Variant::default(), &progress)?;
    progress("golden model");
    let reference = Reference::new(&networks.integer, backend, lr_planes.view(), 3 * config.strip_width)?;
    let mismatches_simd = reference.mismatches_simd;
    let prediction = bsr_hw::predict(&config, network.stages.len(), lr_width, lr_height);
    let sending = Sending { stall, seed: arguments.seed, ..Sending::default() };
    let (network, program, trace) = (&network, &program, &reference.trace);
    let cycles = Arc::new(AtomicU64::new(0));
    let progress_of = Some(&cycles);
    let lr = raster(lr_planes.view());
    let session = Session { config: &config, network, program, lr: lr.view(), trace, sending, progress: progress_of };
    let clock = Instant::now();
    let expected = prediction.cycles + 3 * program.writes().len() as u64;
    let outcome = output::with_cycles(&spinner, expected, &cycles, || session.run(&simulator, None))?;
    let seconds = clock.elapsed().as_secs_f64();

    let mut files = Vec::new();
    if arguments.trace {
        progress("waveform");
        files.push(waveform(&session, &outcome, &arguments.output, &progress)?);
    }
    let sr = outcome.sr(lr_height * network.scale, colours * lr_width * network.scale);
    let sr = planes(sr.view(), colours);
    let name = format!("{}_{}", networks.name, pictures.name);
    files.extend(draw(&pictures, &sr, &arguments.output, &name)?);
    progress("floating-point network");
    let psnr_float = networks.float.as_ref().and_then(|float| pictures.psnr_float(float));
    spinner.finish_and_clear();

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
        psnr_sr: pictures.psnr_of_planes(&sr),
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
        let sums_checked = outcome.comparison.sums_checked;
        report.print(&Extra { stalled, sums_checked, golden_part: reference.golden_part, compiler, files })?;
    }
    Ok(outcome.is_exact() && mismatches_simd == 0 && (stalled || cycles == prediction.cycles))
}

/// The engine that runs the network on pictures of this width, with what the user chooses.
fn configure(network: &Streaming, formats: Formats, chosen: &Engine, width: usize) -> EngineConfig {
    let streams = engine_for(network, formats);
    // With a binary upsampler there are no strips: rows are as long as the picture is wide.
    let fits = network.upsampler || chosen.strip_width.is_some() || width <= streams.strip_width;
    let interface = chosen.interface.unwrap_or(if fits { Interface::Stream } else { Interface::Memory });
    let mut config = match interface {
        Interface::Stream => streams,
        Interface::Memory => memory_engine_for(network, formats),
    };
    config.lanes = chosen.lanes.unwrap_or(config.lanes);
    config.pixels = chosen.pixels.unwrap_or(config.pixels);
    (config.head_lanes, config.tail_channels) =
        EngineConfig::ends_for(config.lanes, config.pixels, config.colours, config.scale);
    config.chains = chosen.chains.unwrap_or(config.chains);
    config.strip_width = match (chosen.strip_width, interface) {
        (Some(width), _) => width,
        (None, Interface::Stream) if network.upsampler => config.strip_width.max(width),
        (None, Interface::Stream) => strip_width(config.strip_width, config.pixels.max(1)),
        (None, Interface::Memory) => config.strip_width.next_multiple_of(config.pixels.max(1)),
    };
    config.load_lanes = EngineConfig::enough_load_lanes(config.lanes, config.pixels, config.strip_width);
    config
}

/// Most LR pixels of a run: every tap of every pixel is kept, about 9 KiB a pixel at full depth.
const MOST_PIXELS: usize = 1 << 20;

fn check_size(design: &Design, width: usize, height: usize) -> Result<(), Failure> {
    let geometry = design.geometry();
    let (widest, tallest) = (geometry.max_width(), geometry.max_height());
    if width > widest {
        let hint = match design.config.interface {
            Interface::Memory => "crop the picture".into(),
            Interface::Stream => {
                let wider =
                    format!("build a wider engine with --strip-width {}", strip_width(width, design.config.pixels));
                if design.config.upsampler { wider } else { format!("give --interface memory, or {wider}") }
            }
        };
        return Err(Failure::new(
            format!("the LR picture is too wide: {width} pixels, the engine takes {widest}"),
            Some(hint),
        ));
    }
    if height > tallest || width * height > MOST_PIXELS {
        let most = format!("the engine takes {tallest} rows, and every tap of up to {MOST_PIXELS} pixels is kept");
        let found = format!("the LR picture is too tall: {width} x {height} pixels, {most}");
        return Err(Failure::new(found, Some("crop the picture")));
    }
    Ok(())
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
fn draw(pictures: &Pictures, sr: &Array3<u8>, folder: &Path, name: &str) -> Result<[PathBuf; 2], Failure> {
    let scale = pictures.scale;
    let sr = pictures.sr(sr);
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
    arguments.drop.iter().for_each(|part| add("drop", Some(part.name().to_owned())));
    add("gap", arguments.gap.map(|gap| gap.argument()));
    add("integer", path(&arguments.integer));
    add("hr", path(&arguments.hr));
    add("image", path(&arguments.image));
    add("stall", Some(stall.to_string()));
    add("seed", Some(arguments.seed.to_string()));
    add("simd", arguments.simd.clone());
    let interface = arguments.engine.interface.map(|kind| format!("{kind:?}").to_lowercase());
    add("interface", interface);
    add("lanes", number(arguments.engine.lanes));
    add("pixels", number(arguments.engine.pixels));
    add("chains", number(arguments.engine.chains));
    add("strip-width", number(arguments.engine.strip_width));
    command + " --trace"
}
