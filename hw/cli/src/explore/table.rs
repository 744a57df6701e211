//! What was found, for people.

use bsr_hw::board::Board;
use bsr_hw::explore::{Explored, Point, Shape};
use std::fmt::Write as _;

/// Best engines by rate, then what does not fit.
pub(super) fn text(found: &Explored, board: &Board, clock: f64) -> String {
    let tried: usize = found.shapes.iter().map(|shape| shape.tried).sum();
    let mut text = format!(
        "{} at {clock} MHz: {tried} engines, {} fit, {} are best in something\n\n\
         {:<16} {:>5} {:>6} {:>5} {:>4} {:>4} {:>4} {:>8} {:>6} {:>7} {:>7} {:>6} {:>6} {:>4} {:>5}\n",
        board.name,
        found.fit,
        found.pareto.len(),
        "network",
        "P x G",
        "chains",
        "strip",
        "bits",
        "head",
        "tail",
        "popcount",
        "PSNR",
        "720p/s",
        "1080p/s",
        "LUT",
        "BRAM36",
        "DSP",
        "MB/s"
    );
    for point in &found.pareto {
        row(&mut text, point);
    }
    text += "\nengines that do not fit, by shape, with the least that they take too much:\n";
    for shape in found.shapes.iter().filter(|shape| shape.fit < shape.tried) {
        let _ = writeln!(text, "{}", dropped(shape));
    }
    text
}

fn row(text: &mut String, point: &Point) {
    let c = &point.config;
    let _ = writeln!(
        text,
        "{:<16} {:>5} {:>6} {:>5} {:>4} {:>4} {:>4} {:>8} {:>6.2} {:>7.2} {:>7.2} {:>6} {:>6} {:>4} {:>5.0}",
        point.model,
        format!("{}x{}", c.lanes, c.pixels),
        c.chains,
        c.strip_width,
        c.stream_bits,
        c.head_lanes,
        c.tail_channels,
        c.popcount_stages,
        point.psnr,
        point.fps_720p,
        point.fps_1080p,
        point.lut,
        point.bram36,
        point.dsp,
        point.ddr_mb_s
    );
}

fn dropped(shape: &Shape) -> String {
    let over: Vec<_> =
        shape.over.iter().map(|over| format!("{} by {}", over.resource, over.used - over.available)).collect();
    let Shape { model, lanes, pixels, tried, fit, .. } = shape;
    format!("{model:<16} {:>5} {:>5} of {tried:>4}: {}", format!("{lanes}x{pixels}"), tried - fit, over.join(", "))
}
