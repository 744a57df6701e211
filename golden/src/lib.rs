//! The executable specification of the integer network.
//!
//! One operator a file: its formula, the naive loop that does it, its tests. Everything is exact; sums are `i64`.
//! [`run`] puts the operators together and keeps the output of every stage, so that an implementation is compared
//! tap by tap. Speed lives elsewhere and is proven equal to this.
//!
//! Feature maps are `[channel][row][column]`. The operators state their ranges and expect them to hold;
//! [`check`] proves them for a whole network before anything runs.

pub mod activation;
pub mod affine;
pub mod attention;
pub mod branch;
pub mod channel;
pub mod check;
pub mod concat;
pub mod conv;
pub mod dot;
pub mod enlarge;
pub mod head;
pub mod local_mean;
pub mod long_skip;
pub mod mean;
pub mod pixel_shuffle;
pub mod pixels;
pub mod requantise;
mod run;
pub mod saturate;
pub mod sigmoid;
pub mod sign;
pub mod simd;
pub mod skip;
pub mod spatial;
pub mod stage;
pub mod stream_conv;
pub mod stream_dot;
pub mod tail;
pub mod totals;
pub mod window;

pub use check::{NetworkError, PictureError};
pub use run::{RunError, Trace, run, run_frame};
pub use totals::{Memory, Totals};
