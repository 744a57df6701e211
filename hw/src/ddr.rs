//! Memory as the engine's cycles are predicted with it.

use serde::Serialize;

/// How fast memory answers.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Ddr {
    /// Cycles from a read's address to its first beat, where nothing else is under way.
    pub read_latency: u64,
    /// Cycles from the last beat of a write to its response.
    pub write_latency: u64,
    /// Bytes that may move a cycle, reads and writes together; none for as many as the bus carries.
    pub bytes_per_cycle: Option<f64>,
}

impl Ddr {
    /// Memory that never keeps a burst waiting for another: a beat a cycle on each channel.
    pub const STALL_FREE: Self = Self { read_latency: 24, write_latency: 12, bytes_per_cycle: None };

    /// Memory with `bytes_per_s` usable at an engine's clock, and the latency of a loaded controller.
    pub fn with_bandwidth(bytes_per_s: f64, clock_hz: f64) -> Self {
        Self { read_latency: 60, write_latency: 40, bytes_per_cycle: Some(bytes_per_s / clock_hz) }
    }
}
