//! Enlarging a picture by a separable filter, before the head or for the tail.

use serde::{Deserialize, Serialize};

/// Interpolation filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Filter {
    /// Two taps along each axis.
    Bilinear,
    /// Keys' cubic with a = -1/2, four taps along each axis, as in MATLAB's `imresize`.
    Bicubic,
}

/// `e = clamp(rnd(sum over j, i of w[y % s][j] * w[x % s][i] * p, 2m - k), 0, 255 << k)` in units of `2^-k` grey levels.
///
/// Tap `j` of row `y` reads row `y / s + j - 2` of the picture, mirrored at its borders (-1 is row 0, -2 row 1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Enlarge {
    /// `s`, 1..=4.
    pub scale: usize,
    /// One row of five weights for each of the `s` phases, in units of `2^-m` with `m = 10`; each row adds up to 1.
    pub weight: Vec<[i32; 5]>,
}

impl Enlarge {
    /// `m`.
    pub const WEIGHT_BITS: u32 = 10;

    /// The filter in integers; what rounding leaves goes to the largest weight.
    pub fn new(filter: Filter, scale: usize) -> Self {
        let one = f64::from(1 << Self::WEIGHT_BITS);
        let row = |phase: usize| {
            let exact = filter.weights(phase, scale);
            let mut row = exact.map(|w| (w * one).round() as i32);
            let largest = (0..5).max_by(|&a, &b| exact[a].total_cmp(&exact[b])).expect("five weights");
            row[largest] += (1 << Self::WEIGHT_BITS) - row.iter().sum::<i32>();
            row
        };
        Self { scale, weight: (0..scale).map(row).collect() }
    }
}

impl Filter {
    /// Weights of the five rows or columns around, for a phase of the enlarged picture.
    pub fn weights(self, phase: usize, scale: usize) -> [f64; 5] {
        let centre = (phase as f64 + 0.5) / scale as f64 - 0.5;
        std::array::from_fn(|tap| self.kernel((tap as f64 - 2.0 - centre).abs()))
    }

    /// The kernel at a distance.
    fn kernel(self, d: f64) -> f64 {
        match self {
            Filter::Bilinear => (1.0 - d).max(0.0),
            Filter::Bicubic if d < 1.0 => 1.5 * d.powi(3) - 2.5 * d.powi(2) + 1.0,
            Filter::Bicubic if d < 2.0 => -0.5 * d.powi(3) + 2.5 * d.powi(2) - 4.0 * d + 2.0,
            Filter::Bicubic => 0.0,
        }
    }
}

/// The row or column of a picture that lies at `at` when the picture is mirrored at its borders without end.
pub fn mirrored(at: isize, size: usize) -> usize {
    let size = size as isize;
    let within = at.rem_euclid(2 * size);
    (if within < size { within } else { 2 * size - 1 - within }) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_phase_adds_up_to_one() {
        for filter in [Filter::Bilinear, Filter::Bicubic] {
            for scale in 2..=4 {
                let enlarge = Enlarge::new(filter, scale);
                assert_eq!(enlarge.weight.len(), scale);
                assert!(enlarge.weight.iter().all(|row| row.iter().sum::<i32>() == 1024), "{enlarge:?}");
            }
        }
    }

    #[test]
    fn bicubic_weights_by_two_are_those_of_the_cubic_a_quarter_off() {
        assert_eq!(Enlarge::new(Filter::Bicubic, 2).weight, [[-24, 232, 888, -72, 0], [0, -72, 888, 232, -24]]);
        assert_eq!(Enlarge::new(Filter::Bilinear, 2).weight, [[0, 256, 768, 0, 0], [0, 0, 768, 256, 0]]);
    }

    #[test]
    fn a_picture_is_mirrored_at_its_borders() {
        assert_eq!([-2, -1, 0, 2, 3, 4].map(|at| mirrored(at, 3)), [1, 0, 0, 2, 2, 1]);
        assert_eq!([-2, -1, 0, 1, 2].map(|at| mirrored(at, 1)), [0; 5]);
    }
}
