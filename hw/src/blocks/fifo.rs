//! A queue in LUTs.

use super::{RamStyle, ram};
use crate::rtl::{Module, index_bits, lit, value_bits};
use std::rc::Rc;

/// `data_o` is the oldest of `level_o` entries. The user neither pushes into a full queue nor pops an empty one.
///
/// # Panics
/// If `depth` is no power of two.
pub fn fifo(depth: usize, width: usize) -> Rc<Module> {
    assert!(depth.is_power_of_two() && depth > 1, "the pointers of a queue wrap by themselves");
    let mut m = Module::clocked(
        format!("fifo_{depth}x{width}"),
        format!(
            "Queue of {depth} entries of {width} bits. data_o is the oldest entry, level_o their number.\n\
             Never pushed while full, never popped while empty."
        ),
    );
    let push = m.input("push_i", 1);
    let data = m.input("data_i", width);
    let pop = m.input("pop_i", 1);
    let (write_q, write) = m.state("write", index_bits(depth), 0);
    let (read_q, read) = m.state("read", index_bits(depth), 0);
    let (level_q, level) = m.state("level", value_bits(depth), 0);
    m.comb(|s| {
        for (d, q) in [(&write, &write_q), (&read, &read_q), (&level, &level_q)] {
            s.set(d, q);
        }
        s.when(&push, |s| s.set(&write, &write_q.plus(1)));
        s.when(&pop, |s| s.set(&read, &read_q.plus(1)));
        s.when(&(&push & &!&pop), |s| s.set(&level, &level_q.plus(1)));
        s.when(&(&!&push & &pop), |s| s.set(&level, &level_q.minus(1)));
    });
    let oldest = m.instance(
        "entries",
        &ram(depth, width, RamStyle::Immediate),
        &[("write_en_i", &push), ("write_address_i", &write_q), ("write_data_i", &data), ("read_address_i", &read_q)],
        &["read_data_o"],
    );
    m.output("data_o", &oldest[0]);
    m.output("level_o", &level_q);
    m.output("any_o", &level_q.ne(&lit(0, value_bits(depth))));
    Rc::new(m)
}
