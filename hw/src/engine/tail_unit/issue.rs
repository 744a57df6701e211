//! The order of the tail: pairs of columns, kernel rows, groups of channels.

use crate::geometry::{COORDINATE_BITS, Geometry};
use crate::rtl::{Expr, Module, choose, index_bits, lit};

/// One round of a pair of columns: `U` channels of one row of the kernel.
pub(super) struct Issue {
    /// Row of the store.
    pub row: Expr,
    /// Pair that ends with the columns that are read, from 0, the one left of the picture.
    pub pair: Expr,
    /// `U` channels.
    pub group: Expr,
    /// The round within the pair.
    pub round: Expr,
    /// Whether there is a round, and no wait between two pairs.
    pub works: Expr,
    pub first: Expr,
    /// Whether the odd column, the first of the two that are read, lies in the picture, and the even one.
    pub inside: [Expr; 2],
    /// The last round of a pair of the picture.
    pub pair_ends: Expr,
    /// With that: the pair is the last of its row, its second column is outside, the row is the last.
    pub row_ends: Expr,
    pub single: Expr,
    pub picture_ends: Expr,
}

/// In strips, a row's columns are counted from the first that it has there.
struct Strip {
    /// The two columns left of them are in the picture, and the one right of them.
    left: Expr,
    right: Expr,
    /// Row of the store.
    row: Expr,
}

struct Place {
    run: (Expr, Expr),
    pair: (Expr, Expr),
    ky: (Expr, Expr),
    group: (Expr, Expr),
    round: (Expr, Expr),
}

/// One round a cycle; a row starts only when the line buffer has room for it.
///
/// A pair needs the two columns before its own second one, and reads the next two. So pair 0, left of the picture,
/// makes nothing: it reads column 0.
pub(super) fn issue(m: &mut Module, g: &Geometry) -> Issue {
    let start = m.input("start_i", 1);
    let active = m.input("active_i", 1);
    let row = m.input("row_i", COORDINATE_BITS);
    let width = m.input("width_i", COORDINATE_BITS);
    let height = m.input("height_i", COORDINATE_BITS);
    let room = m.input("room_i", 1);
    let strip = g.memory.then(|| Strip {
        left: m.input("left_inside_i", 1),
        right: m.input("right_inside_i", 1),
        row: m.input("store_row_i", 2),
    });
    let (cycles, groups) = (g.pair_cycles() as u64, g.tail_groups(1).end);
    let (upper, lower) = (g.tail_groups(0), g.tail_groups(2));
    let p = Place {
        run: m.state("run", 1, 0),
        pair: m.state("pair", COORDINATE_BITS, 0),
        ky: m.state("ky", 2, 0),
        group: m.state("group", index_bits(groups), upper.start as u64),
        round: m.state("round", index_bits(g.pair_cycles()), 0),
    };
    let first = m.wire("first_round", &p.round.0.is(0));
    let before = m.wire("before_picture", &p.pair.0.is(0));
    let row_begins = m.wire("row_begins", &(&p.run.0 & &(&first & &before)));
    let advance = m.wire("advance", &(&p.run.0 & &(&!&row_begins | &room)));
    let last_group = p.group.0.is(groups as u64 - 1);
    let last_group = if lower.end == groups {
        last_group
    } else {
        choose(&p.ky.0.is(2), &p.group.0.is(lower.end as u64 - 1), &last_group)
    };
    let last_group = m.wire("last_group", &last_group);
    let last_cycle = m.wire("last_cycle", &p.round.0.is(cycles - 1));
    let rounded = m.wire("width_rounded", &width.plus(1));
    m.drops("width_rounded", &rounded.bit(0));
    let pairs = rounded.slice(1, COORDINATE_BITS - 1).extend(COORDINATE_BITS);
    let last_pair = m.wire("last_pair", &p.pair.0.eq(&pairs));
    m.comb(|s| {
        for (q, d) in [&p.run, &p.pair, &p.ky, &p.group, &p.round] {
            s.set(d, q);
        }
        s.when(&advance, |s| {
            s.set(&p.round.1, &p.round.0.plus(1));
            s.set(&p.group.1, &p.group.0.plus(1));
            s.when(&last_group, |s| {
                s.set(&p.group.1, &lit(0, p.group.0.width()));
                s.set(&p.ky.1, &p.ky.0.plus(1));
            });
            s.when(&last_cycle, |s| {
                for d in [&p.round.1, &p.ky.1] {
                    s.set(d, &lit(0, d.width()));
                }
                s.set(&p.group.1, &lit(upper.start as u64, p.group.0.width()));
                s.set(&p.pair.1, &p.pair.0.plus(1));
                s.when(&last_pair, |s| s.set(&p.run.1, &lit(0, 1)));
            });
        });
        s.when(&(&start & &active), |s| {
            s.set(&p.run.1, &lit(1, 1));
            s.set(&p.pair.1, &lit(0, COORDINATE_BITS));
        });
    });
    m.output("idle_o", &!&p.run.0);
    m.output("row_begins_o", &(&row_begins & &room));
    let store_row = strip.as_ref().map_or_else(|| row.slice(0, 2), |strip| strip.row.clone());
    let tap_row = m.wire("tap_row", &(&store_row + &p.ky.0).minus(1));
    let ends = row.plus(1).eq(&height);
    let ends = m.wire("picture_ends", &ends);
    let row_inside = !&(&(&p.ky.0.is(0) & &row.is(0)) | &(&p.ky.0.is(2) & &ends));
    let row_inside = m.wire("row_inside", &row_inside);
    // Right of the last column: the odd column of the last pair if their number is odd, else the even one.
    let past = [&last_pair & &width.bit(0), &last_pair & &!&width.bit(0)];
    let [odd, even] = match &strip {
        None => [!&(&before | &past[0]), !&last_pair],
        Some(Strip { left, right, .. }) => {
            let odd = &(&before & &!left) | &(&past[0] & &!right);
            [!&odd, !&(&past[0] | &(&past[1] & &!right))]
        }
    };
    let (odd, even) = (m.wire("odd_inside", &odd), m.wire("even_inside", &even));
    let last_round = p.round.0.is(g.tail_rounds() as u64 - 1);
    let works = if g.pair_cycles() == g.tail_rounds() {
        p.run.0.clone()
    } else {
        &p.run.0 & &p.round.0.lt(&lit(g.tail_rounds() as u64, p.round.0.width()))
    };
    Issue {
        row: tap_row,
        pair: p.pair.0.clone(),
        group: p.group.0.clone(),
        round: p.round.0.clone(),
        works: m.wire("works", &works),
        inside: [&row_inside & &odd, &row_inside & &even],
        pair_ends: m.wire("pair_ends", &(&(&p.run.0 & &last_round) & &!&before)),
        single: m.wire("single", &(&last_pair & &width.bit(0))),
        row_ends: last_pair,
        picture_ends: ends,
        first,
    }
}
