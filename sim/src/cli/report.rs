//! The result of a run.

use bsr_sim::compare::Mismatch;
use serde::Serialize;

use super::{failure::Failure, output};

/// What `sim run --json` prints.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    pub(crate) model: String,
    pub(crate) picture: String,
    pub(crate) lr_width: usize,
    pub(crate) lr_height: usize,
    pub(crate) mismatches_rtl: u64,
    pub(crate) mismatches_simd: u64,
    pub(crate) simd_backend: &'static str,
    pub(crate) first_mismatch: Option<FirstMismatch>,
    pub(crate) beats_checked: u64,
    pub(crate) taps_checked: u64,
    pub(crate) cycles: u64,
    pub(crate) cycles_predicted: u64,
    pub(crate) psnr_bicubic: Option<f64>,
    pub(crate) psnr_sr: Option<f64>,
    pub(crate) psnr_float: Option<f64>,
    pub(crate) seed: u64,
    pub(crate) simulator: String,
    pub(crate) wall_s: f64,
    pub(crate) sim_cycles_per_s: f64,
}

/// A mismatch and how to see it again.
#[derive(Debug, Serialize)]
pub(crate) struct FirstMismatch {
    #[serde(flatten)]
    pub(crate) mismatch: Option<Mismatch>,
    /// What else is wrong: a bus rule, a frame that does not end.
    pub(crate) what: Option<String>,
    pub(crate) seed: u64,
    pub(crate) replay: String,
}

/// What the JSON form has no key for.
pub(crate) struct Extra {
    pub(crate) stalled: bool,
    pub(crate) sums_checked: u64,
    /// Columns and rows that golden was compared on, where that is not the whole picture.
    pub(crate) golden_part: Option<(usize, usize)>,
    pub(crate) compiler: String,
    pub(crate) files: Vec<std::path::PathBuf>,
}

impl Report {
    pub(crate) fn print(&self, extra: &Extra) -> Result<(), Failure> {
        let Self { model, picture, lr_width, lr_height, cycles, cycles_predicted, .. } = self;
        output::line(&format!("{model} on {picture}, LR {lr_width} x {lr_height}"))?;
        let psnr = |name: &str, value: Option<f64>| match value {
            Some(value) => output::line(&format!("  PSNR {name:<10} {value:>8.3} dB")),
            None => Ok(()),
        };
        psnr("bicubic", self.psnr_bicubic)?;
        psnr("SR", self.psnr_sr)?;
        psnr("float", self.psnr_float)?;
        let note = if extra.stalled { ", without stalls" } else { "" };
        output::line(&format!("  cycles {cycles}, predicted {cycles_predicted}{note}"))?;
        output::line(&format!(
            "  checked {} output beats, {} taps, {} inputs of the tail",
            self.beats_checked, self.taps_checked, extra.sums_checked
        ))?;
        let wrong = self.mismatches_rtl + self.mismatches_simd;
        output::line(&format!(
            "  {wrong} mismatches: RTL {}, SIMD ({}) {}",
            self.mismatches_rtl, self.simd_backend, self.mismatches_simd
        ))?;
        if let Some((columns, rows)) = extra.golden_part {
            let part = format!("{columns} x {rows} LR pixels");
            output::line(&format!("  RTL against SIMD everywhere, SIMD against golden on the first {part}"))?;
        }
        if let Some(first) = &self.first_mismatch {
            let mismatch = first.mismatch.as_ref().map(ToString::to_string);
            let text = mismatch.or_else(|| first.what.clone()).unwrap_or_default();
            output::line(&format!("  first: {text}\n  replay: {}", first.replay))?;
        }
        output::line(&format!(
            "  {}, {}; {:.1} s, {:.0} cycles/s",
            self.simulator, extra.compiler, self.wall_s, self.sim_cycles_per_s
        ))?;
        extra.files.iter().try_for_each(|file| output::line(&format!("  wrote {}", file.display())))
    }
}
