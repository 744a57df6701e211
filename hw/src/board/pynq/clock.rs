//! The clock of the logic, which the processor makes.

/// What the clock is divided from, in MHz: the processor's I/O PLL, 20 times the crystal of 50 MHz.
const PLL_MHZ: f64 = 1000.0;
/// The processor makes no more than 250 MHz.
const FASTEST: u32 = 4;
/// A divisor has six bits.
const SLOWEST: u32 = 63;
/// How far from a clock one may be that is asked for: a thousandth.
const TOLERANCE: f64 = 1e-3;

/// A clock that the processor makes: a whole part of 1000 MHz.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock {
    divisor: u32,
}

/// No such clock can be made.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("the clock is {found} MHz, expected 1000 MHz divided by {FASTEST} to {SLOWEST}")]
pub struct ClockError {
    /// What was asked for, in MHz.
    pub found: f64,
    /// The nearest one that can be made.
    pub nearest: Clock,
}

impl Clock {
    /// The clock of that rate.
    ///
    /// # Errors
    /// [`ClockError`] if the processor makes none within a thousandth of it.
    pub fn new(mhz: f64) -> Result<Self, ClockError> {
        // The cast takes what is no number, or beyond the range, to an end of it.
        let nearest = Self { divisor: ((PLL_MHZ / mhz).round() as u32).clamp(FASTEST, SLOWEST) };
        let near = (nearest.mhz() - mhz).abs() <= TOLERANCE * mhz;
        if near { Ok(nearest) } else { Err(ClockError { found: mhz, nearest }) }
    }

    /// Its rate, in MHz.
    pub fn mhz(self) -> f64 {
        PLL_MHZ / f64::from(self.divisor)
    }

    /// What the PLL is divided by.
    pub fn divisor(self) -> u32 {
        self.divisor
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_is_a_whole_part_of_the_pll() {
        for (mhz, divisor) in [(100.0, 10), (125.0, 8), (142.86, 7), (200.0, 5), (250.0, 4)] {
            assert_eq!(Clock::new(mhz).map(Clock::divisor), Ok(divisor));
        }
    }

    #[test]
    fn what_cannot_be_made_is_answered_with_the_nearest() {
        for (mhz, nearest) in [(190.0, 200.0), (300.0, 250.0), (1.0, 1000.0 / 63.0), (0.0, 1000.0 / 63.0)] {
            assert_eq!(Clock::new(mhz).unwrap_err().nearest.mhz(), nearest, "{mhz}");
        }
        assert!(Clock::new(f64::NAN).is_err());
    }
}
