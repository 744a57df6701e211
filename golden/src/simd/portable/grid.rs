//! A map `[y][x][depth]` with a margin of zeros, so that a window at the border is read like any other.

use std::ops::AddAssign;

use bsr_model::integer::Skip;
use ndarray::Array3;

/// `depth` elements a pixel on a grid of `(height + 2 margin) x (width + 2 margin)` pixels.
#[derive(Clone, Debug)]
pub(super) struct Grid<T> {
    depth: usize,
    height: usize,
    width: usize,
    margin: usize,
    cells: Vec<T>,
}

impl<T: Copy + Default> Grid<T> {
    /// All zeros. `size` is `(height, width)` without the margin.
    pub(super) fn new(depth: usize, (height, width): (usize, usize), margin: usize) -> Self {
        let cells = vec![T::default(); (height + 2 * margin) * (width + 2 * margin) * depth];
        Self { depth, height, width, margin, cells }
    }

    /// Elements a pixel.
    pub(super) fn depth(&self) -> usize {
        self.depth
    }

    /// `(height, width)` without the margin.
    pub(super) fn size(&self) -> (usize, usize) {
        (self.height, self.width)
    }

    /// The elements of one pixel.
    pub(super) fn pixel(&self, y: usize, x: usize) -> &[T] {
        &self.cells[self.offset(y + self.margin, x + self.margin)..][..self.depth]
    }

    /// The elements of one pixel.
    pub(super) fn pixel_mut(&mut self, y: usize, x: usize) -> &mut [T] {
        let start = self.offset(y + self.margin, x + self.margin);
        &mut self.cells[start..start + self.depth]
    }

    /// Row `ky` of the window centred on a pixel: `kernel * depth` elements. `kernel / 2` is at most the margin.
    pub(super) fn window_row(&self, y: usize, x: usize, ky: usize, kernel: usize) -> &[T] {
        let inset = self.margin - kernel / 2;
        &self.cells[self.offset(y + ky + inset, x + inset)..][..kernel * self.depth]
    }

    /// A copy as `[depth][y][x]`.
    pub(super) fn planes(&self) -> Array3<T> {
        Array3::from_shape_fn((self.depth, self.height, self.width), |(c, y, x)| self.pixel(y, x)[c])
    }

    /// First element of a pixel, counted with the margin.
    fn offset(&self, row: usize, column: usize) -> usize {
        (row * (self.width + 2 * self.margin) + column) * self.depth
    }
}

impl<T: Copy + AddAssign> Grid<T> {
    /// Adds another grid of the same layout, element by element.
    pub(super) fn add(&mut self, other: &Self) {
        for (sum, &addend) in self.cells.iter_mut().zip(&other.cells) {
            *sum += addend;
        }
    }
}

impl Grid<i32> {
    /// What a layer with so many outputs adds to its result, in a grid of its own; `written` are the kept outputs so far.
    pub(super) fn added(&self, skip: &Skip, outputs: usize, written: &[Option<Self>]) -> Self {
        let mut added = Self::new(outputs, self.size(), self.margin);
        self.add_skip(skip, written, &mut added);
        added
    }

    fn add_skip(&self, skip: &Skip, written: &[Option<Self>], added: &mut Self) {
        match skip {
            Skip::None => {}
            Skip::Identity => added.add_repeated(self, 1),
            Skip::From(at) => {
                added.add_repeated(written[*at].as_ref().expect("an output that a later layer adds is kept"), 1);
            }
            Skip::Repeat => added.add_repeated(self, added.depth / self.depth),
            Skip::Sum(terms) => terms.iter().for_each(|term| self.add_skip(term, written, added)),
        }
    }

    /// Adds each channel of another map to so many of this one.
    fn add_repeated(&mut self, other: &Self, times: usize) {
        for (y, x) in (0..self.height).flat_map(|y| (0..other.width).map(move |x| (y, x))) {
            let groups = self.pixel_mut(y, x).chunks_exact_mut(times);
            groups.zip(other.pixel(y, x)).for_each(|(group, &value)| group.iter_mut().for_each(|sum| *sum += value));
        }
    }

    /// The channels of several maps of one size, one map after the other.
    pub(super) fn concatenated(parts: &[&Self]) -> Self {
        let (size, margin) = (parts[0].size(), parts[0].margin);
        let mut whole = Self::new(parts.iter().map(|part| part.depth).sum(), size, margin);
        for (y, x) in (0..size.0).flat_map(|y| (0..size.1).map(move |x| (y, x))) {
            let mut rest = whole.pixel_mut(y, x);
            for part in parts {
                let (channels, after) = rest.split_at_mut(part.depth);
                channels.copy_from_slice(part.pixel(y, x));
                rest = after;
            }
        }
        whole
    }

    /// The map with `scale * scale` channels less and `scale` times the rows and columns.
    pub(super) fn shuffled(&self, scale: usize) -> Self {
        let (area, size) = (scale * scale, (self.height * scale, self.width * scale));
        let mut larger = Self::new(self.depth / area, size, self.margin);
        for y in 0..size.0 {
            for x in 0..size.1 {
                let within = y % scale * scale + x % scale;
                let values = self.pixel(y / scale, x / scale).iter().skip(within).step_by(area);
                larger.pixel_mut(y, x).iter_mut().zip(values).for_each(|(to, &from)| *to = from);
            }
        }
        larger
    }
}
