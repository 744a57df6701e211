//! Described networks with random weights, so that each can be run before there are trained ones.

use ndarray::s;

use crate::{
    checkpoint::{ImportError, import, random},
    description::Description,
    float::FloatNetwork,
    integer::IntegerNetwork,
    lower::{LowerError, LoweringOptions, calibration_pictures, lower},
};

/// Side of what is taken of a calibration picture: random weights need no more.
const SIDE: usize = 16;

/// Stream bits to try, the first that hold the stream.
const STREAM_BITS: [u32; 4] = [11, 14, 18, 22];

/// Why a description gives no network.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum UntrainedError {
    /// The description does not hold together.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// The network cannot be lowered.
    #[error(transparent)]
    Lower(#[from] LowerError),
}

/// A described network with random weights, the same at every call, in floating point and in integers.
///
/// # Errors
/// [`UntrainedError`]: the description does not hold together, or random weights drive the stream out of any format.
pub fn untrained(description: &Description) -> Result<(FloatNetwork, IntegerNetwork), UntrainedError> {
    let tensors = random(description, 1).map_err(ImportError::from)?;
    let float = import(description, &tensors)?.network;
    let pictures = calibration_pictures(description.colour.channels());
    let pictures: Vec<_> = pictures.iter().map(|picture| picture.slice(s![.., ..SIDE, ..SIDE]).to_owned()).collect();
    let [narrow @ .., widest] = STREAM_BITS;
    let lowered = |stream_bits| {
        lower(&float, &pictures, &LoweringOptions { stream_bits, ..LoweringOptions::default() })
            .map(|done| done.network)
    };
    let found = narrow.into_iter().find_map(|bits| lowered(bits).ok());
    let integer = found.map_or_else(|| lowered(widest), Ok)?;
    Ok((float, integer))
}
