//! Checkpoints of untrained networks, for running them before there are weights.

use super::{Tensor, Tensors, plan};
use crate::description::{Description, DescriptionError};

/// A checkpoint with random weights for a described network, one for every seed.
///
/// It has every tensor that the network may have, under the first of its names. Values are uniform within what keeps
/// the stream at the size of a trained network's, so that lowering has something to work with.
///
/// # Errors
/// [`DescriptionError`] if the description does not hold together.
pub fn random(description: &Description, seed: u64) -> Result<Tensors, DescriptionError> {
    let unit = (1.0 / description.divisor) as f32;
    let needs = plan::needs(&description.expand()?, unit);
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut uniform = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 40) as f32 / (1_u64 << 24) as f32
    };
    let mut tensor = |need: plan::Need| {
        let (shape, (low, high)) = (need.shape.usual(), need.usual);
        let count = shape.iter().product();
        let values = std::iter::repeat_with(|| low + (high - low) * uniform()).take(count).collect();
        let name = need.names.into_iter().next().expect("a tensor has a name");
        (name, Tensor { shape, values })
    };
    Ok(Tensors(needs.into_iter().map(&mut tensor).collect()))
}
