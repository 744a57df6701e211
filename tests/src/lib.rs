//! What the cross-crate tests share.
//!
//! | module | what it holds |
//! |---|---|
//! | [`engines`] | small engines that cover the generator's parameters, and their simulators |
//! | [`cases`] | random networks, pictures and stalls within an engine's limits |
//! | [`networks`] | the random networks behind them |
//! | [`loaded`] | an engine on the bench with a network in it |
//! | [`programs`] | the command-line programs, built once |
//! | [`telling`] | networks whose output shows what goes into it |
//! | [`bugs`] | designs with one bug seeded into the Verilog |
//! | [`hunt`] | the cases that pass on the right design, and what they find in one with a bug |
//! | [`audit`] | the checks that every design has to pass, and every seeded bug to fail |

pub mod audit;
pub mod bugs;
pub mod cases;
pub mod engines;
pub mod hunt;
pub mod loaded;
pub mod networks;
pub mod programs;
pub mod telling;
