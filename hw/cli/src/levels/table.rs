//! Which inputs of a LUT an output depends on.

use super::netlist::{Cell, Pin};

/// Inputs of a LUT on which its output `port` depends, as a bit mask: those that change it for some values of the others,
/// constants as they are. `O5` is the lower half of the table, without `I5`.
pub(super) fn dependencies(cell: &Cell, port: &str) -> u8 {
    let inputs: Vec<_> = (0..6).map_while(|k| cell.inputs.get(&format!("I{k}"))).map(|pins| pins[0]).collect();
    let inputs = if port == "O5" { &inputs[..5.min(inputs.len())] } else { &inputs[..] };
    let possible = |row: usize| inputs.iter().enumerate().all(|(k, pin)| *pin != Pin::Constant(row >> k & 1 == 0));
    let value = |row: usize| cell.table >> row & 1;
    let depends = |k: usize| {
        (0..1 << inputs.len()).any(|row| possible(row) && possible(row ^ 1 << k) && value(row) != value(row ^ 1 << k))
    };
    (0..inputs.len()).filter(|k| depends(*k)).map(|k| 1 << k).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lut(table: u64, pins: &[Pin]) -> Cell {
        let inputs = pins.iter().enumerate().map(|(k, pin)| (format!("I{k}"), vec![*pin])).collect();
        Cell { kind: "LUT6_2".into(), table, inputs, ..Cell::default() }
    }

    #[test]
    fn an_input_that_the_table_or_a_constant_makes_no_matter_is_none() {
        let nets: Vec<_> = (0..6).map(Pin::Net).collect();
        // I5 chooses between I3 and I0 & I1.
        let table = (0..64u64).filter(|row| if row >> 5 == 1 { row >> 3 & 1 == 1 } else { row & 3 == 3 });
        let table = table.map(|row| 1 << row).sum();
        assert_eq!(dependencies(&lut(table, &nets), "O6"), 0b10_1011);
        assert_eq!(dependencies(&lut(table, &nets), "O5"), 0b00_0011);
        let mut high = nets.clone();
        high[5] = Pin::Constant(true);
        assert_eq!(dependencies(&lut(table, &high), "O6"), 0b00_1000);
        high[0] = Pin::Constant(false);
        assert_eq!(dependencies(&lut(table, &high), "O5"), 0);
    }
}
