//! The order of the head unit: words, passes, groups of channels, colours, then pixels.

use super::colour::Colour;
use super::rows::Rows;
use super::{conv, sum};
use crate::engine::step_counter::STEP_BITS;
use crate::engine::words::in_words;
use crate::geometry::Geometry;
use crate::rtl::{Expr, Module, choose, index_bits, lit, value_bits};

const IDLE: u64 = 0;
const PRIME: u64 = 1;
const RUN: u64 = 2;
const FLUSH: u64 = 3;
const SETTLE: u64 = 4;

/// What the controller decodes from its registers.
pub(super) struct Control {
    /// A row begins.
    pub begins: Expr,
    /// Columns are fetched ahead.
    pub fetches: Expr,
    /// One colour of a pixel is issued to a group of channels.
    pub issue: Expr,
    /// The first issue of a colour to a group of channels: its weights are taken over.
    pub weights_begin: Expr,
    /// The weights that are next are loaded, those of the lanes at `beat`.
    pub loads: Expr,
    pub beat: Expr,
    /// The issue is the long skip's, or else the head's.
    pub skip: Expr,
    pub pixel: Expr,
    pub colour: Colour,
    /// Group of the pass.
    pub part: Expr,
    /// Group of all channels.
    pub group: Expr,
    /// First pixel of the word, counted from the first word.
    pub position: Expr,
    /// The last issue of a word.
    pub word_ends: Expr,
    /// A slot is asked for, and the slot reads the stream; before an upsampler none does.
    pub asks: Expr,
    pub reads: Option<Expr>,
    pub asked: Asked,
}

/// The pass whose slot is asked for.
pub(super) struct Asked {
    pub pass: Expr,
    pub word: Expr,
    pub skip_word: Expr,
    pub head_column: Expr,
    pub head_writes: Expr,
}

/// Cycles from the first issue of a pass until its slot is asked for: the stream's word comes with the first sum.
pub(crate) fn request_delay(g: &Geometry) -> usize {
    conv::latency(g) - (sum::word_arrives(g) + 1)
}

/// Cycles from the last slot's question until all that the row wrote can be read.
pub(crate) fn settle_cycles(g: &Geometry) -> usize {
    request_delay(g) + g.latency() + 3
}

/// Columns that are fetched from the one left of a word, at most: two words, a column on either side, and the one that
/// tells that they have arrived.
pub(crate) fn prefetched(g: &Geometry) -> usize {
    2 * g.pixels + 3
}

/// The controller's registers.
pub(super) struct Place {
    state: (Expr, Expr),
    beat: (Expr, Expr),
    colour: Colour,
    part: (Expr, Expr),
    pass: (Expr, Expr),
    group: (Expr, Expr),
    pub position: (Expr, Expr),
    /// From 0 in the first word.
    pub word: (Expr, Expr),
    skip_word: (Expr, Expr),
    count: (Expr, Expr),
}

/// Declares the registers.
pub(super) fn place(m: &mut Module, g: &Geometry) -> Place {
    Place {
        state: m.state("state", 3, IDLE),
        beat: m.state("beat", index_bits(2 * g.pixels), 0),
        colour: Colour::new(m, g),
        part: m.state("part", index_bits(g.lanes / g.head_lanes), 0),
        pass: m.state("pass", g.pass_bits(), 0),
        group: m.state("group", index_bits(g.head_groups()), 0),
        position: m.state("position", STEP_BITS, 0),
        word: m.state("word", g.word_bits(), 0),
        skip_word: m.state("skip_word", g.word_bits(), 0),
        count: m.state("count", value_bits(settle_cycles(g)), 0),
    }
}

/// Walks a row; a pass starts when the columns of its word are `fetched` and the first stage has read the sign row that
/// the head is about to write over.
pub(super) fn control(m: &mut Module, g: &Geometry, p: Place, rows: &Rows, fetched: &Expr) -> Control {
    let start = m.input("start_i", 1);
    let hold = m.input("hold_i", 1);
    let (beats, parts) = (2 * g.pixels as u64, g.lanes / g.head_lanes);
    let settle = settle_cycles(g);
    let begins = &(&p.state.0.is(IDLE) & &start) & &rows.any;
    let begins = m.wire("begins", &begins);
    let priming = m.wire("priming", &p.state.0.is(PRIME));
    let running = m.wire("running", &p.state.0.is(RUN));
    let first_beat = m.wire("first_beat", &p.beat.0.is(0));
    let opens = m.wire("pass_opens", &(&p.colour.in_first(&(&running & &first_beat)) & &p.part.0.is(0)));
    let may_open = fetched & &!&hold;
    let issue = m.wire("issue", &(&running & &(&!&opens | &may_open)));
    let asks = m.wire("pass_begins", &(&opens & &issue));
    let flush = m.wire("flush", &p.state.0.is(FLUSH));
    let last_beat = m.wire("last_beat", &p.beat.0.is(beats - 1));
    let group_ends = p.colour.in_last(&last_beat);
    let last_part = m.wire("last_part", &(&group_ends & &p.part.0.is(parts as u64 - 1)));
    let last_pass = m.wire("last_pass", &(&last_part & &p.pass.0.is(g.passes as u64 - 1)));
    let last_group = p.group.0.is(g.head_groups() as u64 - 1);
    let word_ends = m.wire("word_ends", &(&issue & &last_pass));
    let next_word = |q: &Expr| choose(&q.is(g.words as u64 - 1), &lit(0, g.word_bits()), &q.plus(1));
    m.comb(|s| {
        for (q, d) in [&p.state, &p.beat, &p.part, &p.pass, &p.group, &p.position, &p.word, &p.skip_word] {
            s.set(d, q);
        }
        s.set(&p.count.1, &p.count.0.plus(1));
        s.when(&begins, |s| {
            s.set(&p.state.1, &lit(PRIME, 3));
            s.set(&p.position.1, &lit(0, STEP_BITS));
            s.set(&p.word.1, &lit(0, g.word_bits()));
            s.set(&p.skip_word.1, &rows.first_skip_word);
        });
        s.when(&(&priming | &issue), |s| {
            s.set(&p.beat.1, &p.beat.0.plus(1));
            s.when(&last_beat, |s| s.set(&p.beat.1, &lit(0, p.beat.0.width())));
        });
        s.when(&(&priming & &last_beat), |s| s.set(&p.state.1, &lit(RUN, 3)));
        p.colour.step(s, &(&issue & &last_beat));
        s.when(&(&issue & &group_ends), |s| {
            s.set(&p.part.1, &p.part.0.plus(1));
            s.set(&p.group.1, &choose(&last_group, &lit(0, p.group.0.width()), &p.group.0.plus(1)));
        });
        s.when(&(&issue & &last_part), |s| {
            s.set(&p.part.1, &lit(0, p.part.0.width()));
            s.set(&p.pass.1, &p.pass.0.plus(1));
        });
        s.when(&word_ends, |s| {
            s.set(&p.pass.1, &lit(0, g.pass_bits()));
            s.set(&p.position.1, &p.position.0.plus(g.pixels as u64));
            s.set(&p.word.1, &next_word(&p.word.0));
            s.set(&p.skip_word.1, &next_word(&p.skip_word.0));
            s.when(&rows.last_word, |s| s.set(&p.state.1, &lit(FLUSH, 3)));
        });
        s.when(&flush, |s| {
            s.set(&p.state.1, &lit(SETTLE, 3));
            s.set(&p.count.1, &lit(0, p.count.0.width()));
        });
        let settled = &p.state.0.is(SETTLE) & &p.count.0.is(settle as u64 - 1);
        s.when(&settled, |s| s.set(&p.state.1, &lit(IDLE, 3)));
    });
    m.output("idle_o", &p.state.0.is(IDLE));
    let loads_of_group = g.head_lanes / super::lanes_a_record(g);
    let loads = &priming | &issue;
    let loads = if loads_of_group as u64 == beats {
        loads
    } else {
        &loads & &p.beat.0.lt(&lit(loads_of_group as u64, p.beat.0.width()))
    };
    let late = request_delay(g);
    let reads = (!g.upsampler).then(|| m.delay_reset_by("reads", &(&asks & &rows.skip_active), late));
    let asks = m.delay_reset_by("asks", &(&asks | &flush), late);
    let fields = [
        ("pass", &p.pass.0),
        ("word", &p.word.0),
        ("skip_word", &p.skip_word.0),
        ("column", &rows.head_column),
        ("writes", &rows.head_writes),
    ];
    let [pass, word, skip_word, head_column, head_writes] =
        fields.map(|(name, value)| m.delay_by(&format!("asked_{name}"), value, late));
    // A pass's word of the long skip, then that of the head.
    let issued = in_words(m, g, "beat", &p.beat.0, 1);
    Control {
        fetches: m.wire("fetches", &(&priming | &running)),
        weights_begin: m.wire("weights_begin", &(&issue & &first_beat)),
        loads: m.wire("loads", &loads),
        skip: !&issued.word,
        pixel: issued.place.unwrap_or(lit(0, 1)),
        colour: p.colour,
        beat: p.beat.0,
        part: p.part.0,
        group: p.group.0,
        position: p.position.0,
        asked: Asked { pass, word, skip_word, head_column, head_writes },
        begins,
        issue,
        word_ends,
        asks,
        reads,
    }
}
