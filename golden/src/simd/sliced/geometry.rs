//! Where the pixels of a picture are: sixteen segments, one a bit of a sign word.
//!
//! ```text
//! pixel (y, x)  = number p = y * pitch + x;  columns x = width .. pitch are padding, shared by a row's right and
//!                                           the next row's left border
//! p             = segment * words + word,    16 segments of `words` pixels
//!
//! sign plane    : u16 words;   bit `segment` of word `word` is the sign of pixel p
//! stream        : [block][channel][segment][lane] i16;   word = block * LANES + lane
//!
//!             word 0      1      2          words-1
//! bit 0     [   p=0 ][   1 ][   2 ] ...  [ words-1  ]      a neighbour, p + dy * pitch + dx, is the same bit
//! bit 1     [ words ][ +1  ] ...         [2*words-1 ]      of another word: an unaligned load, no shift
//! ```
//!
//! A register of sign words thus holds the signs of `16 * LANES` pixels, and the `LANES` values of one of its bits lie side by
//! side in the stream. Words outside `0..words` belong to the segment before or after: see `planes.rs`.

use super::border::class;

/// Bits of a sign word.
pub(super) const SEGMENTS: usize = 16;

/// Repeats a block for each segment in turn, as a constant: registers in an array have no addresses.
macro_rules! for_each_segment {
    ($segment:ident => $body:block) => {
        for_each_segment!(@ $segment $body 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15)
    };
    (@ $segment:ident $body:block $($number:literal)*) => {
        $({
            let $segment: usize = $number;
            $body
        })*
    };
}
pub(super) use for_each_segment;

/// Pixels of a picture in segments.
#[derive(Clone, Debug)]
pub(super) struct Geometry {
    /// Rows.
    pub(super) height: usize,
    /// Columns.
    pub(super) width: usize,
    /// Pixels from a row to the next, padding included.
    pub(super) pitch: usize,
    /// Pixels of a segment; a multiple of the lanes.
    pub(super) words: usize,
    /// Lanes of a register.
    pub(super) lanes: usize,
    /// Largest distance of a neighbour: at most `words`.
    pub(super) reach: usize,
    /// One word of 1 bits where a pixel is inside the picture.
    pub(super) inside: Vec<u16>,
    /// For each block a bit a segment: whether a pixel in it may have an incomplete window.
    pub(super) at_border: Vec<u16>,
    /// Border classes of a 3x3 window, `[block][segment][lane]`.
    classes: Vec<u16>,
}

impl Geometry {
    /// For windows of up to `radius` pixels to each side.
    pub(super) fn new((height, width): (usize, usize), radius: usize, lanes: usize) -> Self {
        let pitch = width + radius;
        let reach = radius * pitch + radius;
        let words = (height * pitch).div_ceil(SEGMENTS).max(reach).max(1).next_multiple_of(lanes);
        let blocks = words / lanes;
        let mut geometry = Self {
            height,
            width,
            pitch,
            words,
            lanes,
            reach,
            inside: vec![0; words],
            at_border: vec![0; blocks],
            classes: vec![0; words * SEGMENTS],
        };
        for y in 0..height {
            for x in 0..width {
                let (word, segment) = geometry.place(y * pitch + x);
                geometry.inside[word] |= 1 << segment;
                let margin = y.min(height - 1 - y).min(x).min(width - 1 - x);
                geometry.at_border[word / lanes] |= u16::from(margin < radius) << segment;
                let offset = geometry.stream_offset(y * pitch + x, 1);
                let class = class(1, (y, x), (height, width));
                geometry.classes[offset] = u16::try_from(class).expect("a 3x3 window has 16 classes");
            }
        }
        geometry
    }

    /// Word and segment of a pixel.
    pub(super) fn place(&self, pixel: usize) -> (usize, usize) {
        (pixel % self.words, pixel / self.words)
    }

    /// Elements of one channel of a block of the stream.
    pub(super) fn channel_len(&self) -> usize {
        SEGMENTS * self.lanes
    }

    /// First of a pixel's channels in the stream; channels are [`channel_len`](Self::channel_len) apart.
    pub(super) fn stream_offset(&self, pixel: usize, channels: usize) -> usize {
        let (word, segment) = self.place(pixel);
        (word / self.lanes * channels * SEGMENTS + segment) * self.lanes + word % self.lanes
    }

    /// Row and column of a lane, where it is inside the picture.
    pub(super) fn position(&self, word: usize, segment: usize) -> Option<(usize, usize)> {
        let pixel = segment * self.words + word;
        let (y, x) = (pixel / self.pitch, pixel % self.pitch);
        (y < self.height && x < self.width).then_some((y, x))
    }

    /// Border classes of a 3x3 window at the lanes of a block's segment; `word` is the block's first.
    pub(super) fn classes(&self, word: usize, segment: usize) -> &[u16] {
        &self.classes[word * SEGMENTS + segment * self.lanes..][..self.lanes]
    }

    /// The number of a neighbour in row `dy`, column `dx`, less that of the pixel.
    pub(super) fn step(&self, dy: isize, dx: isize) -> isize {
        dy * self.pitch.cast_signed() + dx
    }
}
