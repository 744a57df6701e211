//! Which words of a feature map have come.

/// A set of `(row, column, pass)`.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    columns: usize,
    passes: usize,
    words: Vec<bool>,
}

impl Seen {
    pub(super) fn new(rows: usize, columns: usize, passes: usize) -> Self {
        Self { columns, passes, words: vec![false; rows * columns * passes] }
    }

    /// Adds a word that lies inside; false if it was there.
    pub(super) fn insert(&mut self, row: usize, column: usize, pass: usize) -> bool {
        !std::mem::replace(&mut self.words[(row * self.columns + column) * self.passes + pass], true)
    }

    /// Words that have not come, as `(row, column, pass)`.
    pub(super) fn missing(&self) -> impl Iterator<Item = (usize, usize, usize)> + '_ {
        let absent = self.words.iter().enumerate().filter(|(_, seen)| !**seen);
        absent.map(|(index, _)| {
            let (pixel, pass) = (index / self.passes, index % self.passes);
            (pixel / self.columns, pixel % self.columns, pass)
        })
    }
}
