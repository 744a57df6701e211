//! Cycles and memory traffic of frames of any size: predicted exactly, or in outline where thousands are asked for.

mod outline;

pub use outline::{outline, traffic};

use crate::{EngineConfig, Geometry, Prediction, predict};
use serde::Serialize;

/// A frame that rates are told for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Frame {
    /// LR width.
    pub width: usize,
    /// LR height.
    pub height: usize,
}

impl Frame {
    /// The frame whose SR picture has 1280 x 720 pixels.
    pub fn hd(scale: usize) -> Self {
        Self { width: 1280 / scale, height: 720 / scale }
    }

    /// The frame whose SR picture has 1920 x 1080 pixels.
    pub fn full_hd(scale: usize) -> Self {
        Self { width: 1920 / scale, height: 1080 / scale }
    }

    /// Bytes of the LR and of the SR picture, a byte a colour.
    pub fn bytes(self, colours: usize, scale: usize) -> usize {
        colours * self.width * self.height * (1 + scale * scale)
    }
}

/// What a frame takes, exactly; `None` for frames wider than the engine runs.
pub fn predicted(config: &EngineConfig, stages: usize, frame: Frame) -> Option<Prediction> {
    let runs = frame.width <= Geometry::new(config).max_width();
    runs.then(|| predict(config, stages, frame.width, frame.height))
}

/// Share of the frame's cycles in which the lanes make results, were every word full.
pub fn utilisation(config: &EngineConfig, stages: usize, frame: Frame, cycles: u64) -> f64 {
    let Frame { width, height } = frame;
    let outputs = (stages - 1) * config.channels + Geometry::new(config).tail_inputs();
    (width * height * outputs) as f64 / ((config.lanes * config.pixels) as f64 * cycles as f64)
}
