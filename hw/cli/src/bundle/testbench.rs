//! The testbench: plain Verilog, with the sizes of the vectors filled in.

use super::Vectors;
use bsr_hw::{Program, registers};

/// `NAME` stands for a size of the vectors or an offset of the register map.
const TEMPLATE: &str = include_str!("testbench.v");

/// The testbench of a program and its vectors.
pub(super) fn text(program: &Program, vectors: &Vectors) -> String {
    let (width, height) = vectors.size;
    let sizes = [
        ("@WIDTH@", width.to_string()),
        ("@HEIGHT@", height.to_string()),
        ("@INPUT_BEATS@", vectors.lr.len().to_string()),
        ("@OUTPUT_BEATS@", vectors.sr.len().to_string()),
        ("@WRITES@", program.writes().len().to_string()),
        ("@CYCLES@", vectors.prediction.cycles.to_string()),
        ("@WIDTH_OFFSET@", format!("{:03x}", registers::WIDTH.offset)),
        ("@HEIGHT_OFFSET@", format!("{:03x}", registers::HEIGHT.offset)),
        ("@CONTROL_OFFSET@", format!("{:03x}", registers::CONTROL.offset)),
    ];
    sizes.iter().fold(TEMPLATE.to_owned(), |text, (name, value)| text.replace(name, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_size_is_left_open() {
        let prediction = bsr_hw::Prediction { cycles: 9, ..bsr_hw::Prediction::default() };
        let vectors =
            Vectors { lr: ndarray::arr2(&[[1]]), sr: ndarray::arr2(&[[1, 2], [3, 4]]), size: (1, 1), prediction };
        let network = bsr_model::zoo::find("e2fif_x2_c32b8").unwrap().integer_network();
        let view = network.streaming().unwrap();
        let config = bsr_hw::EngineConfig {
            channels: view.channels(),
            lanes: view.channels(),
            max_stages: view.stages.len(),
            stream_bits: network.formats.stream_bits,
            ..Default::default()
        };
        let text = text(&Program::new(&config, &network).unwrap(), &vectors);
        assert!(!text.contains('@') || text.matches('@').count() == text.matches("@(posedge").count());
        assert!(text.contains("OUTPUT_BEATS = 4;"));
    }
}
