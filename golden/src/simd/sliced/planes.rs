//! The signs of a stream as bit planes, one a channel, with a margin so that a neighbour is read like any other word.
//!
//! ```text
//! words   -reach .. 0          0 .. words        words .. words + reach
//!         words[.. + words]<<1   the signs       words[.. - words]>>1
//! ```
//!
//! A word before the first one holds the pixels of the segments before, a bit lower; bits that leave the picture become 0, and
//! so are padded pixels. One more plane, of zeros, stands for inputs that do not exist.

use rayon::prelude::*;

use super::geometry::Geometry;

/// Sign planes of all channels.
#[derive(Debug)]
pub(super) struct Planes {
    /// Words of a plane, margins included.
    stride: usize,
    reach: usize,
    cells: Vec<u16>,
}

impl Planes {
    /// All zeros: `channels` planes and the plane that stays zero.
    pub(super) fn new(channels: usize, geometry: &Geometry) -> Self {
        let stride = geometry.words + 2 * geometry.reach;
        Self { stride, reach: geometry.reach, cells: vec![0; (channels + 1) * stride] }
    }

    /// All words.
    pub(super) fn cells(&self) -> &[u16] {
        &self.cells
    }

    /// Index of the word of a plane that is `step` after word 0.
    pub(super) fn index(&self, plane: usize, step: isize) -> usize {
        (plane * self.stride + self.reach).checked_add_signed(step).expect("a step is at most the margin")
    }

    /// Takes over the signs that a stage wrote, `[block][channel][lane]`, and fills the margins.
    pub(super) fn publish(&mut self, signs: &[u16], channels: usize, lanes: usize) {
        let (stride, reach) = (self.stride, self.reach);
        self.cells.par_chunks_mut(stride).take(channels).enumerate().for_each(|(channel, plane)| {
            let words = &mut plane[reach..stride - reach];
            for (block, to) in words.chunks_exact_mut(lanes).enumerate() {
                to.copy_from_slice(&signs[(block * channels + channel) * lanes..][..lanes]);
            }
            fill_margins(plane, reach);
        });
    }
}

/// Copies the ends of a plane to its margins, a segment on.
fn fill_margins(plane: &mut [u16], reach: usize) {
    let end = plane.len() - reach;
    let words = end - reach;
    for k in 0..reach {
        plane[k] = plane[k + words] << 1;
        plane[end + k] = plane[reach + k] >> 1;
    }
}
