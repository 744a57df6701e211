//! The best engines as a picture: LUTs and PSNR over the rate.

use super::models;
use bsr_hw::board::Board;
use bsr_hw::explore::{Explored, Point};
use plotters::coord::Shift;
use plotters::prelude::*;
use std::ops::Range;

const SIZE: (u32, u32) = (900, 960);

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// A panel: what is drawn upwards, and the board's limit of it.
struct Panel {
    title: String,
    axis: &'static str,
    value: fn(&Point) -> f64,
    range: Range<f64>,
    limit: Option<f64>,
}

/// The picture as SVG.
pub(super) fn svg(found: &Explored, board: &Board, clock: f64) -> String {
    let mut text = String::new();
    let drawn = draw(&SVGBackend::with_string(&mut text, SIZE).into_drawing_area(), found, board, clock);
    drawn.expect("a string takes every mark");
    text
}

fn draw(
    area: &Area,
    found: &Explored,
    board: &Board,
    clock: f64,
) -> Result<(), DrawingAreaErrorKind<<SVGBackend<'static> as DrawingBackend>::ErrorType>> {
    area.fill(&WHITE)?;
    let title = format!("Best engines on {}, {clock} MHz assumed, nothing placed or routed", board.name);
    let area = area.titled(&title, ("sans-serif", 20))?;
    let psnr = || found.pareto.iter().map(|point| point.psnr);
    let (low, high) = (psnr().fold(f64::INFINITY, f64::min), psnr().fold(0.0, f64::max));
    let panels = [
        Panel {
            title: format!("LUT, of {}", board.lut),
            axis: "LUT",
            value: |point| point.lut as f64,
            range: 0.0..board.lut as f64 * 1.05,
            limit: Some(board.lut as f64),
        },
        Panel {
            title: "PSNR on Set5, by the stream's bits".into(),
            axis: "dB",
            value: |point| point.psnr,
            range: if low <= high { low - 0.1..high + 0.1 } else { 0.0..1.0 },
            limit: None,
        },
    ];
    for (area, panel) in area.split_evenly((panels.len(), 1)).iter().zip(&panels) {
        draw_panel(area, found, panel)?;
    }
    area.present()
}

fn draw_panel(
    area: &Area,
    found: &Explored,
    panel: &Panel,
) -> Result<(), DrawingAreaErrorKind<<SVGBackend<'static> as DrawingBackend>::ErrorType>> {
    let fastest = found.pareto.iter().map(|point| point.fps_720p).fold(1.0, f64::max) * 1.05;
    let mut chart = ChartBuilder::on(area)
        .caption(&panel.title, ("sans-serif", 16))
        .margin(12)
        .x_label_area_size(40)
        .y_label_area_size(70)
        .build_cartesian_2d(0.0..fastest, panel.range.clone())?;
    chart.configure_mesh().x_desc("frames/s, SR 1280 x 720").y_desc(panel.axis).light_line_style(WHITE).draw()?;
    if let Some(limit) = panel.limit {
        chart.draw_series(LineSeries::new([(0.0, limit), (fastest, limit)], RED.stroke_width(1)))?;
    }
    for (k, model) in models(found).into_iter().enumerate() {
        let colour = Palette99::pick(k).to_rgba();
        let points = found.pareto.iter().filter(|point| point.model == model);
        let marks = points.map(|point| Circle::new((point.fps_720p, (panel.value)(point)), 4, colour.filled()));
        chart.draw_series(marks)?.label(model).legend(move |(x, y)| Circle::new((x + 8, y), 4, colour.filled()));
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::LowerRight)
        .background_style(WHITE.mix(0.8))
        .border_style(BLACK)
        .draw()
}
