//! Binarized super-resolution networks: how they are described, imported from a checkpoint and lowered.
//!
//! Everything downstream (the golden model, the CPU implementation, the RTL) consumes one type,
//! [`integer::IntegerNetwork`]: integers only, every width stated.
//!
//! | module | holds |
//! |---|---|
//! | [`description`] | the vocabulary of layers in which a network is written down (TOML) |
//! | [`checkpoint`] | trained tensors, and their import into a described network |
//! | [`float`] | the imported network in floating point, and running it |
//! | [`lower`] | floating point to integers: formats from calibration, every choice reported |
//! | [`integer`] | the integer network |
//! | [`files`] | the compact checkpoint and the integer network as files |
//! | [`protocol`] | how LR pictures are made and SR pictures judged |
//! | [`cost`] | parameters and operations of a network |
//! | [`agreement`] | how far the floating-point path is from what PyTorch computed |
//! | [`zoo`] | networks that are built in, by name |

pub mod agreement;
pub mod checkpoint;
pub mod cost;
pub mod description;
pub mod files;
pub mod float;
pub mod integer;
pub mod lower;
pub mod protocol;
pub mod zoo;

mod closest;
