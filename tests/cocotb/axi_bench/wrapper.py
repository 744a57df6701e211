"""The top of the simulation, made from the port list of the engine."""

import re
from pathlib import Path

PORT = re.compile(r"^ +(input|output) +wire (\[\d+:0\] )?(\w+)", re.MULTILINE)
MASTER = "m_axi_"
# The engine's master has one order of bursts and no identifiers; the agents of cocotbext-axi ask for them.
IDENTIFIERS = {"awid": "output", "bid": "input", "arid": "output", "rid": "input"}


def outputs(engine: Path) -> list[str]:
    """The engine's outputs, in the order of the bits of `unknown`."""
    return [name for direction, _, name in PORT.findall(engine.read_text()) if direction == "output"]


def text(engine: Path) -> str:
    """`bench_top`: the ports of `engine`, a file with the module `accelerator`, and `unknown`, a bit an output that is X or Z."""
    ports = PORT.findall(engine.read_text())
    declared = [f"    {direction} wire {bits}{name}" for direction, bits, name in ports]
    assigned = []
    if any(name.startswith(MASTER) for _, _, name in ports):
        declared += [f"    {direction} wire [0:0] {MASTER}{name}" for name, direction in IDENTIFIERS.items()]
        driven = [name for name, direction in IDENTIFIERS.items() if direction == "output"]
        assigned += [f"    assign {MASTER}{name} = 1'b0;" for name in driven]
    watched = outputs(engine)
    declared.append(f"    output wire [{len(watched) - 1}:0] unknown")
    assigned += [f"    assign unknown[{bit}] = (^{name}) === 1'bx;" for bit, name in enumerate(watched)]
    lines = ["module bench_top (", ",\n".join(declared), ");", "    accelerator dut (.*);", *assigned, "endmodule", ""]
    return "\n".join(lines)
