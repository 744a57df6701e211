//! Co-simulation of the generated RTL in Verilator.
