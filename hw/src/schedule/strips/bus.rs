//! `read_master`, `write_master`, the write queues, and memory.

use crate::Ddr;
use crate::engine::{BURST, BURSTS_UNDER_WAY, COMMANDS, PATIENCE};
use std::collections::VecDeque;

/// A read under way.
struct Read {
    client: usize,
    left: i64,
    ready: u64,
}

/// What the masters do in a cycle.
#[derive(Default)]
pub(super) struct Moves {
    granted: Option<usize>,
    valid: Option<usize>,
    started: Option<usize>,
    beat: Option<usize>,
    written: Option<(usize, i64)>,
}

impl Moves {
    pub(super) fn granted(&self, client: usize) -> bool {
        self.granted == Some(client)
    }

    pub(super) fn valid(&self, client: usize) -> bool {
        self.valid == Some(client)
    }

    pub(super) fn starts(&self, client: usize) -> bool {
        self.started == Some(client)
    }

    pub(super) fn beats(&self, client: usize) -> bool {
        self.beat == Some(client)
    }

    /// Beats of a burst of this client that memory answered for.
    pub(super) fn written(&self, client: usize) -> i64 {
        self.written.filter(|(of, _)| *of == client).map_or(0, |(_, beats)| beats)
    }
}

pub(super) struct Bus {
    ddr: Ddr,
    /// The address that is offered: client and beats.
    asking: Option<(usize, i64)>,
    reads: VecDeque<Read>,
    owners: usize,
    /// The burst that is written: client, beats and beats left.
    sending: Option<(usize, i64, i64)>,
    addressing: bool,
    /// Bursts without response: client, beats, and when memory answers.
    awaited: VecDeque<(usize, i64, Option<u64>)>,
    /// Bytes read and written.
    pub traffic: [u64; 2],
}

impl Bus {
    pub(super) fn new(ddr: Ddr) -> Self {
        Self {
            ddr,
            asking: None,
            reads: VecDeque::new(),
            owners: 0,
            sending: None,
            addressing: false,
            awaited: VecDeque::new(),
            traffic: [0; 2],
        }
    }

    pub(super) fn writes_idle(&self) -> bool {
        self.sending.is_none() && !self.addressing && self.awaited.is_empty()
    }

    pub(super) fn cycle(&mut self, now: u64, requests: [Option<i64>; 3], commands: [Option<i64>; 3]) -> Moves {
        let mut moves = Moves::default();
        self.read(now, requests, &mut moves);
        self.write(now, commands, &mut moves);
        moves
    }

    fn read(&mut self, now: u64, requests: [Option<i64>; 3], moves: &mut Moves) {
        let room = self.owners < BURSTS_UNDER_WAY;
        let granted = (0..3).find(|k| room && requests[*k].is_some());
        if let Some(read) = self.reads.front_mut().filter(|read| read.ready <= now) {
            moves.valid = Some(read.client);
            self.traffic[0] += 8;
            read.left -= 1;
            if read.left == 0 {
                self.reads.pop_front();
                self.owners -= 1;
            }
        }
        if let Some((client, left)) = self.asking.take() {
            self.reads.push_back(Read { client, left, ready: now + self.ddr.read_latency });
        }
        if let Some(client) = granted {
            self.asking = requests[client].map(|beats| (client, beats));
            self.owners += 1;
        }
        moves.granted = granted;
    }

    fn write(&mut self, now: u64, commands: [Option<i64>; 3], moves: &mut Moves) {
        let busy = self.sending.is_some() || self.addressing;
        let free = !busy && self.awaited.len() < BURSTS_UNDER_WAY;
        let started = (0..3).find(|k| free && commands[*k].is_some());
        if self.awaited.front().is_some_and(|burst| burst.2.is_some_and(|at| at <= now)) {
            moves.written = self.awaited.pop_front().map(|(client, beats, _)| (client, beats));
        }
        self.addressing = false;
        if let Some((client, beats, left)) = self.sending.take() {
            moves.beat = Some(client);
            self.traffic[1] += 8;
            if left > 1 {
                self.sending = Some((client, beats, left - 1));
            } else if let Some(burst) = self.awaited.iter_mut().find(|burst| burst.2.is_none()) {
                burst.2 = Some(now + self.ddr.write_latency);
            }
        }
        if let Some(client) = started {
            let beats = commands[client].expect("started with a command");
            self.sending = Some((client, beats, beats));
            self.addressing = true;
            self.awaited.push_back((client, beats, None));
        }
        moves.started = started;
    }
}

/// `write_queue`.
pub(super) struct Queue {
    /// Beats below which there is room.
    room: i64,
    open: i64,
    quiet: usize,
    commands: VecDeque<i64>,
    level: i64,
}

impl Queue {
    pub(super) fn new(room: i64) -> Self {
        Self { room, open: 0, quiet: 0, commands: VecDeque::new(), level: 0 }
    }

    pub(super) fn has_room(&self) -> bool {
        self.level < self.room && self.commands.len() < COMMANDS - 2
    }

    pub(super) fn any(&self) -> bool {
        self.level > 0
    }

    /// Beats of the burst that waits.
    pub(super) fn command(&self) -> Option<i64> {
        self.commands.front().copied()
    }

    /// `pushed` is the address of a beat and whether it closes its burst.
    pub(super) fn cycle(&mut self, pushed: Option<(i64, bool)>, starts: bool, beat: bool) {
        let gives_up = pushed.is_none() && self.quiet == PATIENCE && self.open > 0 && self.commands.is_empty();
        if starts {
            self.commands.pop_front();
        }
        self.quiet = (self.quiet + 1).min(PATIENCE);
        if let Some((address, last)) = pushed {
            self.quiet = 0;
            self.open += 1;
            if last || address.rem_euclid(BURST as i64) == BURST as i64 - 1 {
                self.commands.push_back(self.open);
                self.open = 0;
            }
        } else if gives_up {
            self.commands.push_back(self.open);
            self.open = 0;
        }
        self.level += i64::from(pushed.is_some()) - i64::from(beat);
    }
}
