//! The engine: fused stages over the rows of a strip, one array of lanes, depth first.
//!
//! Only signs need neighbours; the full-precision stream is pointwise and is updated in place. Row `r` of stage `l`
//! needs sign rows `r-1..=r+1` of stage `l-1` and its own stream row. In step `t` stage `l` computes row
//! `t - 1 - l`; every stage is skewed one pixel to the left of its predecessor, so that column `c` of stage `l` lives
//! at position `(c + l) mod w` of its row buffer.

mod accelerator;
mod anchor;
mod border_sums;
mod centre;
mod control;
mod head_unit;
mod lane;
mod lane_array;
mod lane_store;
mod line_buffer;
mod memory;
mod pass_planner;
mod pass_runner;
mod pixel_reader;
mod pixel_writer;
mod requantise;
mod sign_store;
mod spatial_unit;
mod step_counter;
mod stream_store;
mod strip_counter;
mod tail_unit;
mod times;
mod window;
mod words;

pub use accelerator::accelerator;
pub(crate) use accelerator::{READ as READ_SIGNS, spill_queue};
pub(crate) use control::{Target, record_words, targets};
pub(crate) use head_unit::{
    fetch_cycles, lanes_a_record, latency as head_latency, prefetched, request_delay, settle_cycles,
};
pub(crate) use line_buffer::ROWS as BUFFERED_ROWS;
pub(crate) use memory::{
    BEAT_BITS, BURST, BURSTS_UNDER_WAY, COMMANDS, FETCHED, PATIENCE, TAKEN as EDGE_TAKEN, beats, stream_taken,
};
pub(crate) use pass_runner::SPILL_LAG;
pub(crate) use spatial_unit::{way as spatial_way, weight_passes as factor_passes};
pub(crate) use tail_unit::latency as tail_latency;
