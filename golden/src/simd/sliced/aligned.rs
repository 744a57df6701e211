//! Memory whose first element is at the start of a cache line, so that a register never straddles two.

use std::ops::{Deref, DerefMut};

/// Bytes of a cache line, and of the largest register.
const LINE: usize = 64;

/// Zeroed elements at the start of a cache line.
#[derive(Debug)]
pub(super) struct Aligned<T> {
    cells: Vec<T>,
    start: usize,
    len: usize,
}

impl<T: Copy + Default> Aligned<T> {
    /// `len` zeros.
    pub(super) fn new(len: usize) -> Self {
        let cells = vec![T::default(); len + LINE / size_of::<T>()];
        let start = cells.as_ptr().align_offset(LINE).min(LINE / size_of::<T>());
        Self { cells, start, len }
    }
}

impl<T> Deref for Aligned<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.cells[self.start..][..self.len]
    }
}

impl<T> DerefMut for Aligned<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        &mut self.cells[self.start..][..self.len]
    }
}
