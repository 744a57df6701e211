//! The bit-sliced kernel: a lane is a pixel, and the tables of sign patterns are shared by all outputs.
//!
//! ```text
//! pixels --head--> stream i16 [block][channel][segment][lane]     updated in place by every stage
//!                     |  ^
//!              sign planes u16 [channel][word]                    double: a stage reads one, writes the other
//!                     |
//!                  table of a pass of 16 cells                    stays in the first-level cache
//! stream --tail--> bands of 12 rows --> SR pixels
//! ```
//!
//! A register holds one bit of `16 * LANES` pixels, or 16 bits of `LANES` pixels. Counting never sees an output's weights:
//! they choose which table entries are added. `geometry.rs` says where a pixel is, `registers.rs` what an instruction set
//! must offer, everything else is written once for all of them.
//!
//! A network is taken if its stages take signs against thresholds and add their input, its stream has at most 16 bits, a count at
//! most 15 and a centred pixel at most 16.

mod adder;
mod aligned;
mod border;
mod cells;
mod finish;
mod geometry;
mod head;
mod planes;
pub(super) mod registers;
mod run;
mod sign;
mod spatial;
mod stage;
mod table;
mod tail;
mod transpose;
mod triples;

pub(super) use run::Network;
