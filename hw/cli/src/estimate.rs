//! `hw estimate`: rate and resources of an engine, before any synthesis or simulation.

use crate::args::{self, Estimate};
use crate::failure::Failure;
use crate::{generate, yosys};
use bsr_hw::area::{self, Estimated};
use bsr_hw::board::{self, Board};
use bsr_hw::rate::{self, Frame};
use bsr_hw::{EngineConfig, Geometry, Prediction};
use serde::Serialize;
use std::fmt::Write as _;

/// What is told about an engine; a rate is null where the engine does not run that frame.
#[derive(Serialize)]
struct Told {
    model: String,
    board: String,
    config: EngineConfig,
    clock_mhz: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    fps_720p_x2: Option<Option<f64>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fps_720p_x3: Option<Option<f64>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fps_720p_x4: Option<Option<f64>>,
    fps_1080p_x2: Option<f64>,
    cycles_per_frame: Option<u64>,
    utilisation: Option<f64>,
    ddr_mb_per_frame: Option<f64>,
    /// Why a rate is null.
    without_rate: Option<String>,
    widest: Widest,
    lut: usize,
    carry4: usize,
    ff: usize,
    bram36: f64,
    dsp: usize,
    lut_per_mac: f64,
    fits: bool,
    over: Vec<&'static str>,
    counted: Option<yosys::Counted>,
}

/// The widest picture that the engine runs, as high as the LR frame.
#[derive(Serialize)]
struct Widest {
    width: usize,
    height: usize,
    cycles: u64,
    utilisation: f64,
}

/// Estimates; true if Yosys counted what was predicted, or was not asked.
pub(crate) fn run(options: &Estimate) -> Result<bool, Failure> {
    let board = board::find(&options.board).map_err(|error| Failure::new(error, "the default is --board pynq-z2"))?;
    let clock = clock(options.clock, board)?;
    let mut engine = options.engine.clone();
    engine.interface.get_or_insert(args::Interface::Memory);
    let subject = generate::subject(&options.network, &engine)?;
    let estimated = area::estimate(&subject.design.config).expect("a design was generated from these parameters");
    let mut told = tell(clock, board, &subject, &estimated);
    if options.yosys {
        told.counted = Some(yosys::Yosys::find()?.count(&subject.design)?);
    }
    let exact = told.counted.as_ref().is_none_or(|counted| as_predicted(&told, counted));
    if options.json {
        println!("{}", serde_json::to_string_pretty(&told).expect("string keys and finite numbers"));
    } else {
        print!("{}", summary(&told, board));
    }
    Ok(exact)
}

/// The clock in MHz that the user chose, or the board's.
pub(crate) fn clock(chosen: Option<f64>, board: &Board) -> Result<f64, Failure> {
    let clock = chosen.unwrap_or(board.clock_mhz);
    if clock.is_finite() && clock > 0.0 {
        return Ok(clock);
    }
    let what = format!("the clock is {clock} MHz, expected a positive number");
    Err(Failure::new(what, "leave out --clock to take the board's"))
}

/// DSP and block RAM exactly, the rest within 5 %.
fn as_predicted(told: &Told, counted: &yosys::Counted) -> bool {
    let near = |predicted: usize, counted: usize| predicted.abs_diff(counted) * 20 <= counted;
    counted.dsp48e1 == told.dsp
        && counted.bram36 == told.bram36
        && near(told.lut, counted.lut + counted.lut_memory)
        && near(told.carry4, counted.carry4)
        && near(told.ff, counted.ff)
}

fn tell(clock: f64, board: &Board, subject: &generate::Subject, area: &Estimated) -> Told {
    let config = &subject.design.config;
    let g = subject.design.geometry();
    let stages = subject.program.stages;
    let (hd, full_hd) = (Frame::hd(g.scale), Frame::full_hd(2));
    let rate = |prediction: &Option<Prediction>| prediction.map(|frame| 1e6 * clock / frame.cycles as f64);
    let used = |frame, cycles| rate::utilisation(config, stages, frame, cycles);
    let predicted = rate::predicted(config, stages, hd);
    let predicted_full = (g.scale == 2).then(|| rate::predicted(config, stages, full_hd)).flatten();
    let at_scale = |scale: usize| (g.scale == scale).then(|| rate(&predicted));
    let widest = Frame { width: g.max_width().min(hd.width), ..hd };
    let widest_cycles = predicted.or_else(|| rate::predicted(config, stages, widest)).map_or(0, |frame| frame.cycles);
    let over: Vec<_> = board::over(board, area).iter().map(|over| over.resource).collect();
    Told {
        model: subject.network.name.clone(),
        board: board.name.clone(),
        config: config.clone(),
        clock_mhz: clock,
        fps_720p_x2: at_scale(2),
        fps_720p_x3: at_scale(3),
        fps_720p_x4: at_scale(4),
        fps_1080p_x2: rate(&predicted_full),
        cycles_per_frame: predicted.map(|frame| frame.cycles),
        utilisation: predicted.map(|frame| used(hd, frame.cycles)),
        ddr_mb_per_frame: predicted.map(|frame| moved(&g, &frame, hd) as f64 / 1e6),
        without_rate: without_rate(&g, hd.width, predicted_full.is_none()),
        widest: Widest {
            width: widest.width,
            height: widest.height,
            cycles: widest_cycles,
            utilisation: used(widest, widest_cycles),
        },
        lut: area.lut,
        carry4: area.carry4,
        ff: area.ff,
        bram36: area.exact.bram36,
        dsp: area.exact.dsp48e1,
        lut_per_mac: area.lut_per_mac,
        fits: over.is_empty(),
        over,
        counted: None,
    }
}

/// Bytes that a frame moves to and from memory; where others carry the pictures, a byte a pixel of both.
fn moved(g: &Geometry, prediction: &Prediction, frame: Frame) -> u64 {
    if g.memory { prediction.traffic.iter().sum() } else { frame.bytes(g.colours, g.scale) as u64 }
}

/// Why there is no rate for the 720p frame, or for the 1080p one.
fn without_rate(g: &Geometry, width: usize, no_hd: bool) -> Option<String> {
    let limit = |name: &str, width: usize| {
        let wider = if g.upsampler {
            "take a wider --strip-width, for no engine with a binary upsampler has strips"
        } else {
            "run with --interface memory"
        };
        let most = g.max_width();
        format!("{name} is {width} LR pixels wide and the engine runs pictures of up to {most}: wider frames {wider}")
    };
    if g.max_width() < width {
        Some(limit("720p", width))
    } else if g.scale == 2 && no_hd {
        Some(limit("1080p", 960))
    } else {
        None
    }
}

/// For people.
fn summary(told: &Told, board: &Board) -> String {
    let c = &told.config;
    let mut text = format!(
        "{} on {}: {} channels, {} lanes, {} pixel(s), {} chain(s), strip {}, at {} MHz\n",
        told.model, told.board, c.channels, c.lanes, c.pixels, c.chains, c.strip_width, told.clock_mhz
    );
    let mut row = |name: &str, value: String| {
        let _ = writeln!(text, "{name:<9} {value}");
    };
    let w = &told.widest;
    row(
        "widest",
        format!("{} x {}: {} cycles, array used {:.1} %", w.width, w.height, w.cycles, 100.0 * w.utilisation),
    );
    if let Some(fps) = told.fps_720p_x2.or(told.fps_720p_x3).or(told.fps_720p_x4).flatten() {
        row("720p", format!("{fps:.2} frames/s"));
    }
    if let Some(fps) = told.fps_1080p_x2 {
        row("1080p", format!("{fps:.2} frames/s"));
    }
    if let Some(why) = &told.without_rate {
        row("no rate", why.clone());
    }
    row("lut", format!("{} of {}, {:.3} a binary MAC of the array", told.lut, board.lut, told.lut_per_mac));
    row("carry4", told.carry4.to_string());
    row("ff", format!("{} of {}", told.ff, board.ff));
    row("bram36", format!("{} of {}", told.bram36, board.bram36));
    row("dsp48e1", format!("{} of {}", told.dsp, board.dsp));
    let verdict = if told.fits { "yes".into() } else { format!("no: {}", told.over.join(", ")) };
    row("fits", verdict);
    if let Some(y) = &told.counted {
        let lut = y.lut + y.lut_memory;
        let counts = format!(
            "{}: {lut} LUT, {} CARRY4, {} FF, {} BRAM36, {} DSP48E1",
            y.tool, y.carry4, y.ff, y.bram36, y.dsp48e1
        );
        row("counted", counts);
    }
    text
}
