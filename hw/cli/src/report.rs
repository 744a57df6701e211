//! `report.json`.

use crate::bundle::Vectors;
use crate::folder::Files;
use crate::yosys::Counted;
use bsr_hw::area::{Area, Inventory, Memory};
use bsr_hw::board::Board;
use bsr_hw::rate::Frame;
use bsr_hw::{Design, EngineConfig, Program, predict};
use bsr_model::files::encode_integer;
use bsr_model::files::hash;
use bsr_model::integer::IntegerNetwork;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

/// What was generated, from what, and what it takes.
#[derive(Serialize)]
pub(crate) struct Report {
    generator: &'static str,
    version: &'static str,
    model: String,
    board: Board,
    config: EngineConfig,
    stages: usize,
    writes: usize,
    cycles: Vec<Cycles>,
    lines: Lines,
    custom_share: f64,
    memories: Vec<Listed>,
    area_predicted: Area,
    yosys: Option<Counted>,
    as_predicted: Option<bool>,
    fits: BTreeMap<&'static str, Fit>,
    hashes: Hashes,
    files: Vec<File>,
}

/// Predicted cycles of a frame; `results` is the slots in which the lanes made a result.
#[derive(Serialize)]
struct Cycles {
    width: usize,
    height: usize,
    cycles: u64,
    results: u64,
}

#[derive(Serialize)]
struct Lines {
    rust_hdl: usize,
    custom: usize,
}

/// A memory, with the bits in all.
#[derive(Serialize)]
struct Listed {
    #[serde(flatten)]
    memory: Memory,
    bits: usize,
}

/// A resource against the board; `used` is null where only Yosys could tell.
#[derive(Serialize)]
struct Fit {
    used: Option<f64>,
    available: usize,
    fits: Option<bool>,
    source: Option<&'static str>,
}

/// SHA-256 of the network's file and of the Verilog, file after file.
#[derive(Serialize)]
struct Hashes {
    network: String,
    rtl: String,
}

#[derive(Serialize)]
struct File {
    path: String,
    bytes: usize,
    sha256: String,
}

impl Report {
    /// The report of what is about to be written.
    pub(crate) fn new(
        network: &IntegerNetwork,
        board: &Board,
        design: &Design,
        program: &Program,
        vectors: &Vectors,
        inventory: &Inventory,
        files: &Files,
    ) -> Self {
        let lines = |custom| {
            let chosen = design.files.iter().filter(|file| file.custom == custom);
            chosen.map(|file| file.text.lines().count()).sum()
        };
        let network_bytes = encode_integer(network).expect("a network that a program was made of is valid");
        let listed = |memory: &Memory| Listed { memory: memory.clone(), bits: memory.depth * memory.width };
        let file =
            |(path, bytes): (&String, &Vec<u8>)| File { path: path.clone(), bytes: bytes.len(), sha256: hash(bytes) };
        let mut report = Self {
            generator: "hw generate",
            version: env!("CARGO_PKG_VERSION"),
            model: network.name.clone(),
            board: board.clone(),
            config: design.config.clone(),
            stages: program.stages,
            writes: program.writes().len(),
            cycles: cycles(design, program, vectors),
            lines: Lines { rust_hdl: lines(false), custom: lines(true) },
            custom_share: design.custom_share(),
            memories: inventory.memories.iter().map(listed).collect(),
            area_predicted: inventory.area(),
            yosys: None,
            as_predicted: None,
            fits: BTreeMap::new(),
            hashes: Hashes { network: hash(&network_bytes), rtl: design.sha256() },
            files: files.iter().map(file).collect(),
        };
        report.judge();
        report
    }

    /// Adds what Yosys counted.
    pub(crate) fn count(&mut self, counted: Counted) {
        let area = &self.area_predicted;
        let equal = counted.dsp48e1 == area.dsp48e1 && counted.bram36 == area.bram36;
        self.as_predicted = Some(equal && counted.latches == 0 && counted.unmapped_memories == 0);
        self.yosys = Some(counted);
        self.judge();
    }

    /// False if Yosys counted other than predicted, a latch, or a memory in flip-flops.
    pub(crate) fn as_predicted(&self) -> bool {
        self.as_predicted != Some(false)
    }

    /// Every resource against the board.
    fn judge(&mut self) {
        let (board, area) = (&self.board, &self.area_predicted);
        let counted = self.yosys.as_ref();
        let fit = |counted: Option<f64>, predicted: Option<f64>, available: usize| {
            let used = counted.or(predicted);
            let source = counted.map(|_| "yosys").or(predicted.map(|_| "predicted"));
            Fit { used, available, fits: used.map(|used| used <= available as f64), source }
        };
        self.fits = BTreeMap::from([
            ("lut", fit(counted.map(|c| (c.lut + c.lut_memory) as f64), None, board.lut)),
            ("lut_memory", fit(counted.map(|c| c.lut_memory as f64), None, board.lut_memory)),
            ("ff", fit(counted.map(|c| c.ff as f64), None, board.ff)),
            ("bram36", fit(counted.map(|c| c.bram36), Some(area.bram36), board.bram36)),
            ("dsp48e1", fit(counted.map(|c| c.dsp48e1 as f64), Some(area.dsp48e1 as f64), board.dsp)),
        ]);
    }

    /// As JSON, one key a line.
    pub(crate) fn json(&self) -> String {
        serde_json::to_string_pretty(self).expect("the report has string keys and finite numbers") + "\n"
    }

    /// For people.
    pub(crate) fn summary(&self, folder: &Path) -> String {
        let c = &self.config;
        let mut text = format!(
            "{}: {} files, {} lines of Verilog, {:.1} % of them custom text\n\
             engine    {} channels, {} lanes, {} pixel(s), {} chain(s), strip {}, {} stages, stream {} bits\n",
            folder.display(),
            self.files.len() + 2,
            self.lines.rust_hdl + self.lines.custom,
            100.0 * self.custom_share,
            c.channels,
            c.lanes,
            c.pixels,
            c.chains,
            c.strip_width,
            c.max_stages,
            c.stream_bits,
        );
        for frame in &self.cycles {
            let _ = writeln!(text, "frame     {} x {}: {} cycles predicted", frame.width, frame.height, frame.cycles);
        }
        for (resource, fit) in &self.fits {
            if let (Some(used), Some(fits), Some(source)) = (fit.used, fit.fits, fit.source) {
                let verdict = if fits { "fits" } else { "DOES NOT FIT" };
                let _ = writeln!(
                    text,
                    "{resource:<9} {used} of {} on {}: {verdict} ({source})",
                    fit.available, self.board.name
                );
            }
        }
        if let Some(counted) = &self.yosys {
            let verdict = if self.as_predicted() { "as predicted" } else { "NOT AS PREDICTED" };
            let _ = writeln!(
                text,
                "counted   {}: {} CARRY4, {} latches, {} memories in flip-flops; DSP48E1 and BRAM36 {verdict} ({} and {})",
                counted.tool,
                counted.carry4,
                counted.latches,
                counted.unmapped_memories,
                self.area_predicted.dsp48e1,
                self.area_predicted.bram36,
            );
        }
        text
    }
}

/// A pixel, the picture of the vectors, and what the engine is for: a frame of 720p in strips, else pictures as wide as
/// a strip.
fn cycles(design: &Design, program: &Program, vectors: &Vectors) -> Vec<Cycles> {
    let (g, (width, height)) = (design.geometry(), vectors.size);
    let hd = Frame::hd(g.scale);
    let large = if g.memory { vec![(hd.width, hd.height)] } else { vec![(g.max_width(), 48), (g.max_width(), 360)] };
    let sizes = [(1, 1), (width, height)].into_iter().chain(large);
    let frame = |(width, height)| {
        let frame = predict(&design.config, program.stages, width, height);
        Cycles { width, height, cycles: frame.cycles, results: frame.results }
    };
    sizes.map(frame).collect()
}
