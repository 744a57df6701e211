//! All engines of a space for some networks on a board: what does not fit and why, and the best of the rest.
//!
//! Resources are estimated as for any engine; the rate of most is outlined ([`crate::rate`]), for there are thousands.

mod pareto;
mod space;

pub use space::Space;

use crate::area::{self, Estimated};
use crate::board::{self, Board, Over};
use crate::rate::{self, Frame};
use crate::{EngineConfig, Geometry};
use rayon::prelude::*;
use serde::Serialize;

/// Most LUT levels between registers of a popcount for the clock of a board.
const LEVELS: usize = 3;
/// Bits of a block RAM.
const BRAM36_BITS: f64 = 36_864.0;

/// A network as an engine sees it, and what it scores.
#[derive(Clone, Debug)]
pub struct Subject {
    /// Name.
    pub name: String,
    /// The engine that fits it, of which a space varies the rest: [`EngineConfig::fitting`], with memory.
    pub engine: EngineConfig,
    /// PSNR by stream bits.
    pub scores: Vec<Score>,
}

/// PSNR of the integer network at a width of the stream.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Score {
    /// Stream bits.
    pub stream_bits: u32,
    /// In dB.
    pub psnr: f64,
}

/// An engine that the board has room for.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Point {
    /// The network.
    pub model: String,
    /// The engine.
    pub config: EngineConfig,
    /// Pixel-shuffle factor: networks of different factors are not compared.
    pub scale: usize,
    /// Of the integer network with this engine's stream bits, in dB.
    pub psnr: f64,
    /// Frames a second with SR pictures of 1280 x 720 pixels.
    pub fps_720p: f64,
    /// With those of 1920 x 1080 pixels.
    pub fps_1080p: f64,
    /// LUTs.
    pub lut: usize,
    /// Flip-flops.
    pub ff: usize,
    /// Block RAMs of 36 kbit.
    pub bram36: f64,
    /// DSP slices.
    pub dsp: usize,
    /// Traffic of the memory at the rate of the 720p frames, in MB/s.
    pub ddr_mb_s: f64,
}

/// Engines of one shape that were tried for a network.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Shape {
    /// The network.
    pub model: String,
    /// Lanes.
    pub lanes: usize,
    /// Pixels a cycle.
    pub pixels: usize,
    /// Engines that were tried.
    pub tried: usize,
    /// Engines that fit.
    pub fit: usize,
    /// What those that do not fit take too much of, by the one that takes the least.
    pub over: Vec<Over>,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Explored {
    /// Every shape that was tried.
    pub shapes: Vec<Shape>,
    /// Engines that fit and that no other is better than in everything, by rate.
    pub pareto: Vec<Point>,
    /// Number of engines that fit.
    pub fit: usize,
}

/// Tries every engine of the space for every network, at a clock in MHz.
pub fn explore(space: &Space, subjects: &[Subject], board: &Board, clock_mhz: f64) -> Explored {
    let (mut shapes, mut points) = (vec![], vec![]);
    for subject in subjects {
        let all = space.engines(subject);
        for engines in all.chunk_by(|a, b| (a.lanes, a.pixels) == (b.lanes, b.pixels)) {
            let judged: Vec<_> = engines.par_iter().map(|engine| judge(subject, engine, board, clock_mhz)).collect();
            let (fit, over): (Vec<_>, Vec<_>) = judged.into_iter().partition(Result::is_ok);
            let (fit, over): (Vec<_>, Vec<_>) =
                (fit.into_iter().filter_map(Result::ok).collect(), over.into_iter().filter_map(Result::err).collect());
            shapes.push(Shape {
                model: subject.name.clone(),
                lanes: engines[0].lanes,
                pixels: engines[0].pixels,
                tried: engines.len(),
                fit: fit.len(),
                over: least(&over),
            });
            points.extend(fit);
        }
    }
    let figures: Vec<_> = points.iter().map(Point::figures).collect();
    let fit = points.len();
    let mut pareto: Vec<_> = pareto::pareto(&figures).into_iter().map(|k| points[k].clone()).collect();
    pareto.sort_by(|a, b| a.scale.cmp(&b.scale).then(b.fps_720p.total_cmp(&a.fps_720p)));
    Explored { shapes, pareto, fit }
}

impl Point {
    /// Of every figure, more is better. Rates count in steps of a percent, LUTs in steps of a hundred: less is noise.
    fn figures(&self) -> Vec<f64> {
        let percent = |rate: f64| (rate.ln() * 100.0).round();
        // Networks of one factor only are better or worse than each other.
        let scale = self.scale as f64;
        vec![
            scale,
            -scale,
            (self.psnr * 100.0).round(),
            percent(self.fps_720p),
            percent(self.fps_1080p),
            -(self.lut as f64 / 100.0).round(),
            -self.bram36,
            -(self.dsp as f64),
            -(self.ddr_mb_s / 10.0).round(),
        ]
    }
}

/// Of every resource that is over, the engine that takes the least too much.
fn least(all: &[Vec<Over>]) -> Vec<Over> {
    let mut least: Vec<Over> = vec![];
    for over in all.iter().flatten() {
        match least.iter_mut().find(|known| known.resource == over.resource) {
            Some(known) if over.used < known.used => *known = *over,
            Some(_) => {}
            None => least.push(*over),
        }
    }
    least
}

/// The point of an engine, or what it takes too much of.
fn judge(subject: &Subject, engine: &EngineConfig, board: &Board, clock_mhz: f64) -> Result<Point, Vec<Over>> {
    array_fits(engine, board)?;
    let area: Estimated = area::estimate(engine).expect("the space has valid engines alone");
    let (hd, full_hd) = (Frame::hd(subject.engine.scale), Frame::full_hd(subject.engine.scale));
    let rate = |frame: Frame| 1e6 * clock_mhz / rate::outline(engine, subject.engine.max_stages, frame) as f64;
    let fps_720p = rate(hd);
    let ddr_mb_s = fps_720p * rate::traffic(engine, subject.engine.max_stages, hd) as f64 / 1e6;
    let mut over = board::over(board, &area);
    let usable = board.ddr_usable_mb_s as f64;
    if ddr_mb_s > usable {
        over.push(Over { resource: "ddr_mb_s", used: ddr_mb_s.round(), available: usable });
    }
    if !over.is_empty() {
        return Err(over);
    }
    let score = subject.scores.iter().find(|score| score.stream_bits == engine.stream_bits);
    Ok(Point {
        model: subject.name.clone(),
        config: engine.clone(),
        scale: subject.engine.scale,
        psnr: score.expect("the space has scored widths alone").psnr,
        fps_720p,
        fps_1080p: rate(full_hd),
        lut: area.lut,
        ff: area.ff,
        bram36: area.exact.bram36,
        dsp: area.exact.dsp48e1,
        ddr_mb_s,
    })
}

/// Bits of the stream, of the signs and of the sign weights.
fn bits(g: &Geometry) -> usize {
    let signs = 3 * g.sign_depth() * g.channels * g.pixels;
    g.stream_depth() * g.stream_word() + signs + g.lane_records() * g.taps
}

/// Whether the popcounts, multipliers and memories of the lanes alone fit, and whether the popcount is fast enough: known at once,
/// where the whole engine takes a thousand times longer.
fn array_fits(engine: &EngineConfig, board: &Board) -> Result<(), Vec<Over>> {
    let g = Geometry::new(engine);
    let popcount = g.popcount();
    let counters = (g.lanes * g.pixels) as f64;
    let all = [
        ("lut", counters * popcount.cost().lut_sites() as f64, board.lut),
        ("bram36", bits(&g) as f64 / BRAM36_BITS, board.bram36),
        ("dsp", counters, board.dsp),
        ("popcount_levels", popcount.levels() as f64, LEVELS),
    ];
    let all = all.map(|(resource, used, available)| Over { resource, used, available: available as f64 });
    let over: Vec<_> = all.into_iter().filter(|over| over.used > over.available).collect();
    if over.is_empty() { Ok(()) } else { Err(over) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Interface;

    fn narrow() -> Space {
        Space { strip_widths: vec![32, 64], ends: vec![(4, 2)], popcount_stages: vec![4], ..Space::default() }
    }

    fn small() -> Subject {
        Subject {
            name: "small".into(),
            engine: EngineConfig {
                channels: 16,
                max_stages: 4,
                interface: Interface::Memory,
                ..EngineConfig::default()
            },
            scores: vec![Score { stream_bits: 10, psnr: 30.0 }, Score { stream_bits: 12, psnr: 30.1 }],
        }
    }

    #[test]
    fn every_engine_of_a_space_is_valid_and_another() {
        let all = Space::default().engines(&small());
        for (k, engine) in all.iter().enumerate() {
            engine.validate().unwrap();
            assert!(!all[..k].contains(engine));
        }
    }

    #[test]
    fn what_is_found_fits_and_nothing_that_fits_is_better_in_everything() {
        let board = board::find("pynq-z2").unwrap();
        let found = explore(&narrow(), &[small()], board, 200.0);
        assert!(!found.pareto.is_empty() && found.pareto.len() < found.fit);
        for point in &found.pareto {
            assert!(point.lut <= board.lut && point.bram36 <= board.bram36 as f64 && point.dsp <= board.dsp);
        }
        for shape in &found.shapes {
            assert_eq!(shape.fit == shape.tried, shape.over.is_empty(), "{} x {}", shape.lanes, shape.pixels);
            assert!(shape.over.iter().all(|over| over.used > over.available));
        }
    }

    #[test]
    fn a_board_without_multipliers_has_no_point_and_says_so() {
        let board = Board { dsp: 7, ..board::find("zybo-z7-10").unwrap().clone() };
        let found = explore(&narrow(), &[small()], &board, 200.0);
        assert_eq!(found.pareto, []);
        assert!(found.shapes.iter().all(|shape| shape.over.iter().any(|over| over.resource == "dsp")));
    }
}
