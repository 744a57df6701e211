//! The maps of the last run, kept for the next: fresh memory costs a page fault for every 4 KB.

use std::sync::{Mutex, PoisonError};

/// Room for one value. Runs at the same time each have their own, and the last to end leaves its own here.
#[derive(Debug)]
pub(super) struct Spare<T>(Mutex<Option<T>>);

impl<T> Spare<T> {
    /// The value, if there is one and it fits.
    pub(super) fn take(&self, fits: impl FnOnce(&T) -> bool) -> Option<T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take().filter(fits)
    }

    /// Leaves a value.
    pub(super) fn leave(&self, value: T) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(value);
    }
}

impl<T> Default for Spare<T> {
    fn default() -> Self {
        Self(Mutex::new(None))
    }
}

impl<T> Clone for Spare<T> {
    /// Empty: what is spare is spare once.
    fn clone(&self) -> Self {
        Self::default()
    }
}
