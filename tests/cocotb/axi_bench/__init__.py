"""A second bench for the generated engine, which shares no code with `sim`.

cocotb drives the pins through the agents of cocotbext-axi, in Icarus Verilog or Verilator; the pictures and what golden
makes of them come from `tests/tests/second_bench.rs`, which calls `run`.

| module | is |
|---|---|
| `run` | builds the simulator of a case and runs the tests in it |
| `wrapper` | the top of the simulation: the engine, identifiers for the agents, a flag an output that is X |
| `case` | what the Rust side writes: engine, network, pictures |
| `engine` | the engine on its clock: reset, registers, the network in it |
| `stalls` | back-pressure |
| `rules` | what is watched in every cycle |
| `pictures` | a frame over streams or through memory |
| `registers_test`, `stream_test`, `memory_test` | the tests |
"""
