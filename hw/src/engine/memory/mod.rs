//! The side of memory: an AXI4 master that reads LR rows, writes SR lines, and keeps what a strip leaves for the next.
//!
//! | unit | does |
//! |---|---|
//! | `row_reader` | LR rows of a strip, into the ring that the head reads |
//! | `line_writer` | SR pixels, packed into beats of the line that they belong to |
//! | `spill_saver` | the last columns of each pass, for the next strip |
//! | `left_edge` | the same, back from memory, as the left neighbours of a pass |
//! | `sum_saver`, `sum_restorer` | the same for what the tail reads |
//! | `write_queue`, `spill_fetch` | beats to bursts, and bursts back to beats |
//! | `write_master`, `read_master` | one AXI4 channel pair each for all of them |

mod gather;
mod left_edge;
mod line_writer;
mod read_master;
mod row_reader;
mod spill_fetch;
mod spill_saver;
mod sum_restorer;
mod sum_saver;
mod write_master;
mod write_queue;

pub(super) use left_edge::left_edge;
pub(crate) use left_edge::{TAKEN, stream_taken};
pub(super) use line_writer::line_writer;
pub(super) use read_master::read_master;
pub(super) use row_reader::row_reader;
pub(crate) use spill_fetch::FETCHED;
pub(super) use spill_fetch::spill_fetch;
pub(super) use spill_saver::spill_saver;
pub(super) use sum_restorer::sum_restorer;
pub(super) use sum_saver::sum_saver;
pub(super) use write_master::write_master;
pub(super) use write_queue::write_queue;

use crate::rtl::{Expr, Module, choose};

/// Bytes of a beat.
pub(crate) const BEAT_BYTES: usize = 8;
/// Bits of a beat.
pub(crate) const BEAT_BITS: usize = 8 * BEAT_BYTES;
/// Bits of the address of a beat: bytes of a 32-bit space, over 8.
pub(super) const BEAT_ADDRESS_BITS: usize = 29;
/// Beats of the longest burst. Bursts never cross a multiple of as many beats, and so no 4 KiB boundary.
pub(crate) const BURST: usize = 16;
/// Bits of a burst's length, stored as beats - 1.
pub(super) const LENGTH_BITS: usize = 4;
/// Bursts that may be under way on a channel.
pub(crate) const BURSTS_UNDER_WAY: usize = 8;
/// Commands that a write queue holds.
pub(crate) const COMMANDS: usize = 16;
/// Cycles without a beat after which a write queue closes a burst that is not full.
pub(crate) const PATIENCE: usize = 16;

/// Beats of `bits` bits.
pub(crate) fn beats(bits: usize) -> usize {
    bits.div_ceil(BEAT_BITS)
}

/// Length - 1 of the burst that starts at `address` and takes at most `left` beats, at least one.
fn burst_length(m: &mut Module, address: &Expr, left: &Expr) -> Expr {
    let low = m.wire("burst_start", &address.slice(0, LENGTH_BITS));
    let to_boundary = m.wire("to_boundary", &!&low);
    let wide = left.width().max(LENGTH_BITS + 1);
    let rest = m.wire("burst_rest", &left.extend(wide).minus(1));
    let ends = rest.lt(&to_boundary.extend(wide));
    m.wire("burst_length", &choose(&ends, &rest.slice(0, LENGTH_BITS), &to_boundary))
}
