//! What the RTL is compared with.

use bsr_golden::{
    Trace,
    simd::{Backend, Prepared},
};
use bsr_model::integer::IntegerNetwork;
use ndarray::{ArrayView3, s};

use super::failure::Failure;

/// LR pixels up to which golden runs on all of a picture. It is a specification, and slow.
const GOLDEN_PIXELS: usize = 1 << 14;
/// Rows of a larger picture on which golden's values are compared.
const GOLDEN_ROWS: usize = 16;

/// Every value of a frame, and how the two implementations that gave it agree.
pub(crate) struct Reference {
    /// By golden, or by SIMD where the picture is too large for golden.
    pub(crate) trace: Trace,
    /// Values in which golden and SIMD differ.
    pub(crate) mismatches_simd: u64,
    /// Columns and rows of LR pixels that golden was compared on, where that is not the whole picture.
    pub(crate) golden_part: Option<(usize, usize)>,
}

impl Reference {
    /// Runs golden and SIMD; of a large picture golden runs on the upper left, `columns` wide where there are as many.
    pub(crate) fn new(
        network: &IntegerNetwork,
        backend: Backend,
        lr: ArrayView3<u8>,
        columns: usize,
    ) -> Result<Self, Failure> {
        let (_, height, width) = lr.dim();
        let simd = Prepared::new(network, backend)?.run_with_taps(lr)?;
        if height * width <= GOLDEN_PIXELS {
            let trace = bsr_golden::run(network, lr)?;
            let mismatches_simd = differences(&trace, &simd, (height, width));
            return Ok(Self { trace, mismatches_simd, golden_part: None });
        }
        // As far as a cut edge reaches into the picture: a pixel a convolution.
        let reach = network.streaming()?.stages.len() + 2;
        let (rows, columns) = (height.min(GOLDEN_ROWS), width.min(columns));
        let part = lr.slice(s![.., ..height.min(rows + reach), ..width.min(columns + reach)]);
        let golden = bsr_golden::run(network, part)?;
        let mismatches_simd = differences(&golden, &simd, (rows, columns));
        Ok(Self { trace: simd, mismatches_simd, golden_part: Some((columns, rows)) })
    }
}

/// Values of two runs that differ in the upper left LR pixels.
fn differences(golden: &Trace, other: &Trace, (rows, columns): (usize, usize)) -> u64 {
    fn count<T: PartialEq>(left: ArrayView3<T>, right: ArrayView3<T>, (rows, columns): (usize, usize)) -> u64 {
        let enough = |map: &ArrayView3<T>| map.dim().1 >= rows && map.dim().2 >= columns;
        if left.dim().0 != right.dim().0 || !enough(&left) || !enough(&right) {
            return left.len().max(1) as u64;
        }
        let part = s![.., ..rows, ..columns];
        left.slice(part).iter().zip(right.slice(part)).filter(|(left, right)| left != right).count() as u64
    }
    let scale = golden.sr.dim().1 / golden.sum.dim().1.max(1);
    let missing = golden.stages.len().abs_diff(other.stages.len()) as u64;
    let stages = golden.stages.iter().zip(&other.stages);
    let stages = stages.map(|(left, right)| count(left.view(), right.view(), (rows, columns)));
    missing
        + stages.sum::<u64>()
        + count(golden.sum.view(), other.sum.view(), (rows, columns))
        + count(golden.sr.view(), other.sr.view(), (rows * scale, columns * scale))
}
