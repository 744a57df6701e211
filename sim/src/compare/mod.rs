//! Every tap and every output beat of a run against the golden model's.
//!
//! A [`Checker`] listens to a bench and compares as words come. A value that differs, comes twice, never comes or
//! lies outside the picture is a mismatch; so is a frame of which nothing was checked.

mod checker;
mod in_lanes;
mod mismatch;
mod seen;

pub use checker::{Checker, Comparison};
pub use mismatch::{Fault, Mismatch};
