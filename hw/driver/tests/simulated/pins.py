"""The C interface of a Verilated engine. Its pins are those that sim/src/build/shim.cpp declares."""

import ctypes
import re
from pathlib import Path

SHIM = (Path(__file__).parents[4] / "sim/src/build/shim.cpp").read_text()

TYPES = {
    "uint8_t": ctypes.c_uint8,
    "uint16_t": ctypes.c_uint16,
    "int16_t": ctypes.c_int16,
    "uint32_t": ctypes.c_uint32,
    "uint64_t": ctypes.c_uint64,
}


def fields(structure: str) -> list:
    """The fields of a structure in the shim: `(name, type)` in order."""
    body = re.search(rf"struct {structure} {{(.*?)}};", SHIM, re.DOTALL)[1]
    declarations = re.findall(r"(\w+) ([\w, \n]+);", body)
    return [(name, TYPES[kind]) for kind, names in declarations for name in re.split(r",\s*", names)]


class Inputs(ctypes.Structure):
    """Pins that are driven; `m_a*`, `m_r*`, `m_w*`, `m_b*` are those of the master to memory."""

    _fields_ = fields("Inputs")


class Outputs(ctypes.Structure):
    """Pins that are seen, just before the rising edge."""

    _fields_ = fields("Outputs")


class Top:
    """One engine. `step` is a clock cycle with the pins of `inputs`, which leaves what was seen in `outputs`."""

    def __init__(self, library: str, seed: int = 1):
        functions = ctypes.CDLL(library)
        sizes = (ctypes.c_uint32 * 4)()
        functions.bsr_layout(sizes)
        assert (sizes[0], sizes[1]) == (ctypes.sizeof(Inputs), ctypes.sizeof(Outputs)), "the simulator has other pins"
        functions.bsr_new.restype = ctypes.c_void_p
        self.inputs, self.outputs = Inputs(), Outputs()
        top = ctypes.c_void_p(functions.bsr_new(ctypes.c_uint32(seed)))
        cycle = functions.bsr_cycle
        cycle.restype = None
        pins = (top, ctypes.byref(self.inputs), ctypes.byref(self.outputs))
        self.step = lambda: cycle(*pins)
