//! How pixels become integers: `in = (pixel << k) - mean`.

use super::conv::exp2;
use crate::{
    description::PlacedSkip,
    float::FloatNetwork,
    integer::{Enlarge, InputFormat},
};

/// Largest `k`.
const MAX_SHIFT: u32 = 7;

/// Least `k` where a picture is enlarged: its values lie between the grey levels.
const ENLARGED_SHIFT: u32 = 4;

/// The smallest `k` at which every mean is an integer, else the largest; and the largest error of a mean.
pub(super) fn lower(network: &FloatNetwork) -> (InputFormat, f64) {
    let description = &network.description;
    let (mean, filter) = (&description.mean, description.enlarge);
    let added = network.layers.last().is_some_and(|layer| matches!(layer.skip(), PlacedSkip::Enlarged(_)));
    let least = if filter.is_some() || added { ENLARGED_SHIFT } else { 0 };
    let (format, error) = format(mean, least);
    let enlarge = filter.map(|filter| Enlarge::new(filter, description.scale));
    (InputFormat { enlarge, ..format }, error)
}

fn format(mean: &[f64], least: u32) -> (InputFormat, f64) {
    let error = |k: u32| {
        let error = |&m: &f64| (m - (m * exp2(k as i32)).round() / exp2(k as i32)).abs();
        mean.iter().map(error).fold(0.0, f64::max)
    };
    let pixel_shift = (least..=MAX_SHIFT).find(|&k| error(k) == 0.0).unwrap_or(MAX_SHIFT);
    let integers = mean.iter().map(|m| (m * exp2(pixel_shift as i32)).round() as i32).collect();
    (InputFormat { pixel_shift, mean: integers, enlarge: None }, error(pixel_shift))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mean_of_half_a_grey_level_needs_one_bit() {
        let integers = |pixel_shift, mean| InputFormat { pixel_shift, mean: vec![mean], enlarge: None };
        assert_eq!(format(&[127.5], 0), (integers(1, 255), 0.0));
        assert_eq!(format(&[127.5], 4), (integers(4, 2040), 0.0));
    }

    #[test]
    fn a_mean_without_a_binary_form_takes_all_the_bits() {
        let (format, error) = format(&[114.444, 111.4605, 103.02], 0);
        assert_eq!(format.pixel_shift, 7);
        assert!(error > 0.0 && error <= 1.0 / 256.0);
    }
}
