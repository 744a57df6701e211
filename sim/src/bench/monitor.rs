//! Watches the pins for broken bus rules, whatever the agents do.
//!
//! AMBA AXI4-Stream 2.2.1: once TVALID is high it stays so, with the same data, until TREADY. AMBA AXI A3.2:
//! the same for the response channels; A3.1.2: no VALID in the cycle after a reset.

use crate::ffi::{Inputs, Outputs};

/// A broken rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, thiserror::Error)]
#[serde(rename_all = "kebab-case", tag = "rule")]
pub enum Violation {
    /// VALID fell before READY came.
    #[error("{channel}: VALID fell before READY in cycle {cycle}")]
    ValidDropped {
        /// The channel.
        channel: Channel,
        /// When.
        cycle: u64,
    },
    /// What was offered changed before READY came.
    #[error("{channel}: data changed under a stall in cycle {cycle}")]
    DataChanged {
        /// The channel.
        channel: Channel,
        /// When.
        cycle: u64,
    },
    /// VALID while in reset.
    #[error("{channel}: VALID during a reset in cycle {cycle}")]
    NotQuietInReset {
        /// The channel.
        channel: Channel,
        /// When.
        cycle: u64,
    },
    /// A response that no request asked for.
    #[error("{channel}: a response without a request in cycle {cycle}")]
    Unasked {
        /// The channel.
        channel: Channel,
        /// When.
        cycle: u64,
    },
    /// TLAST before the last beat of a frame.
    #[error("TLAST with output beat {beat} of {frame} in cycle {cycle}")]
    LastEarly {
        /// Beats of the frame before this one.
        beat: u64,
        /// Beats of a frame.
        frame: u64,
        /// When.
        cycle: u64,
    },
    /// The last beat of a frame without TLAST.
    #[error("no TLAST with the last of {frame} output beats in cycle {cycle}")]
    LastMissing {
        /// Beats of a frame.
        frame: u64,
        /// When.
        cycle: u64,
    },
    /// A rule of the master to memory.
    #[error("memory: {what} in cycle {cycle}")]
    Memory {
        /// What is wrong.
        what: &'static str,
        /// When.
        cycle: u64,
    },
    /// More beats than the frame has.
    #[error("an output beat after the end of the frame in cycle {cycle}")]
    Surplus {
        /// When.
        cycle: u64,
    },
}

/// A channel that the accelerator drives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Channel {
    /// Pixel output.
    Output,
    /// Write response.
    WriteResponse,
    /// Read data.
    ReadData,
}

impl std::fmt::Display for Channel {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(match self {
            Self::Output => "pixel output",
            Self::WriteResponse => "write response",
            Self::ReadData => "read data",
        })
    }
}

/// What a channel showed in a cycle.
#[derive(Clone, Copy, Debug, Default)]
struct Shown {
    valid: bool,
    ready: bool,
    data: u64,
}

/// Watches one simulator.
#[derive(Clone, Debug, Default)]
pub(super) struct Monitor {
    before: [Shown; 3],
    in_reset: bool,
    writes: i64,
    addresses: i64,
    reads: i64,
    /// Beats of the frame that runs, and how many of them came.
    frame: u64,
    beat: u64,
    pub(super) violations: Vec<Violation>,
}

/// More are not kept: one fault can break a rule every cycle.
const MOST: usize = 100;

impl Monitor {
    /// A frame of this many output beats begins.
    pub(super) fn expect_frame(&mut self, beats: u64) {
        self.frame = beats;
        self.beat = 0;
    }

    pub(super) fn observe(&mut self, pins: &Inputs, out: &Outputs, cycle: u64) {
        let now = [
            Shown {
                valid: out.m_tvalid == 1,
                ready: pins.m_tready == 1,
                data: u64::from(out.m_tdata) | u64::from(out.m_tlast) << 8,
            },
            Shown { valid: out.bvalid == 1, ready: pins.bready == 1, data: out.bresp.into() },
            Shown {
                valid: out.rvalid == 1,
                ready: pins.rready == 1,
                data: u64::from(out.rdata) | u64::from(out.rresp) << 32,
            },
        ];
        if pins.aresetn == 0 {
            // The first cycle of a reset still shows what was before it.
            if self.in_reset {
                self.quiet(&now, cycle);
            }
            *self = Self { in_reset: true, violations: std::mem::take(&mut self.violations), ..Self::default() };
            return;
        }
        for (channel, (before, now)) in CHANNELS.into_iter().zip(self.before.into_iter().zip(now)) {
            self.stable(channel, before, now, cycle);
        }
        self.responses(pins, out, &now, cycle);
        if now[0].valid && now[0].ready {
            self.output_beat(out.m_tlast == 1, cycle);
        }
        self.before = now;
        self.in_reset = false;
    }

    fn report(&mut self, violation: Violation) {
        if self.violations.len() < MOST {
            self.violations.push(violation);
        }
    }

    fn quiet(&mut self, now: &[Shown; 3], cycle: u64) {
        for (channel, now) in CHANNELS.into_iter().zip(now) {
            if now.valid {
                self.report(Violation::NotQuietInReset { channel, cycle });
            }
        }
    }

    fn stable(&mut self, channel: Channel, before: Shown, now: Shown, cycle: u64) {
        if before.valid && !before.ready {
            if !now.valid {
                self.report(Violation::ValidDropped { channel, cycle });
            } else if now.data != before.data {
                self.report(Violation::DataChanged { channel, cycle });
            }
        }
    }

    fn responses(&mut self, pins: &Inputs, out: &Outputs, now: &[Shown; 3], cycle: u64) {
        if now[1].valid && self.writes.min(self.addresses) == 0 {
            self.report(Violation::Unasked { channel: Channel::WriteResponse, cycle });
        }
        if now[2].valid && self.reads == 0 {
            self.report(Violation::Unasked { channel: Channel::ReadData, cycle });
        }
        let answered = i64::from(now[1].valid && now[1].ready);
        self.writes += i64::from(pins.wvalid & out.wready) - answered;
        self.addresses += i64::from(pins.awvalid & out.awready) - answered;
        self.reads += i64::from(pins.arvalid & out.arready) - i64::from(now[2].valid && now[2].ready);
    }

    fn output_beat(&mut self, last: bool, cycle: u64) {
        let (beat, frame) = (self.beat, self.frame);
        self.beat += 1;
        if beat >= frame {
            self.report(Violation::Surplus { cycle });
        } else if last && beat + 1 < frame {
            self.report(Violation::LastEarly { beat, frame, cycle });
        } else if !last && beat + 1 == frame {
            self.report(Violation::LastMissing { frame, cycle });
        }
    }
}

const CHANNELS: [Channel; 3] = [Channel::Output, Channel::WriteResponse, Channel::ReadData];

#[cfg(test)]
mod tests {
    use super::*;

    fn output(data: u8, last: u8) -> Outputs {
        Outputs { m_tvalid: 1, m_tdata: data, m_tlast: last, ..Outputs::default() }
    }

    /// What a monitor of frames of `frame` beats says about these cycles; `ready` and the outputs of each.
    fn watch(frame: u64, cycles: &[(u8, Outputs)]) -> Vec<Violation> {
        let mut monitor = Monitor::default();
        monitor.expect_frame(frame);
        for (cycle, (ready, out)) in cycles.iter().enumerate() {
            let pins = Inputs { aresetn: 1, m_tready: *ready, bready: 1, ..Inputs::default() };
            monitor.observe(&pins, out, cycle as u64);
        }
        monitor.violations
    }

    #[test]
    fn a_frame_by_the_rules_is_silent() {
        assert_eq!(watch(2, &[(0, output(1, 0)), (1, output(1, 0)), (1, output(2, 1))]), []);
    }

    #[test]
    fn a_valid_that_falls_before_ready_is_seen() {
        let seen = watch(1, &[(0, output(1, 1)), (1, Outputs::default())]);
        assert_eq!(seen, [Violation::ValidDropped { channel: Channel::Output, cycle: 1 }]);
    }

    #[test]
    fn data_and_tlast_that_move_under_a_stall_are_seen() {
        let changed = [Violation::DataChanged { channel: Channel::Output, cycle: 1 }];
        assert_eq!(watch(2, &[(0, output(1, 0)), (1, output(2, 0))]), changed);
        assert_eq!(watch(1, &[(0, output(1, 0)), (1, output(1, 1))]), changed);
    }

    #[test]
    fn a_tlast_that_is_early_or_missing_is_seen() {
        assert_eq!(watch(2, &[(1, output(1, 1))]), [Violation::LastEarly { beat: 0, frame: 2, cycle: 0 }]);
        assert_eq!(watch(1, &[(1, output(1, 0))]), [Violation::LastMissing { frame: 1, cycle: 0 }]);
    }

    #[test]
    fn a_beat_after_the_frame_is_seen() {
        assert_eq!(watch(1, &[(1, output(1, 1)), (1, output(1, 0))]), [Violation::Surplus { cycle: 1 }]);
    }

    #[test]
    fn a_response_that_nobody_asked_for_is_seen() {
        let seen = watch(0, &[(1, Outputs { bvalid: 1, ..Outputs::default() })]);
        assert_eq!(seen, [Violation::Unasked { channel: Channel::WriteResponse, cycle: 0 }]);
    }

    #[test]
    fn a_valid_in_reset_is_seen_from_its_second_cycle() {
        let mut monitor = Monitor::default();
        for cycle in 0..2 {
            monitor.observe(&Inputs::default(), &output(0, 0), cycle);
        }
        assert_eq!(monitor.violations, [Violation::NotQuietInReset { channel: Channel::Output, cycle: 1 }]);
    }
}
