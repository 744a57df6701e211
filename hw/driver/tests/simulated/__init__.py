"""A board whose engine is the Verilated RTL: what PYNQ offers, without a board.

| module | is |
|---|---|
| `pins` | the C interface of a Verilated engine |
| `memory` | DDR behind the engine's AXI4 master: latency, back-pressure, the rules of AXI |
| `board` | engine and memory on one clock, AXI4-Lite, buffers behind a cache |
"""
