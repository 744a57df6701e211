"""The engine as an IP of a PYNQ overlay."""

import json
from pathlib import Path

import pynq

from .accelerator import Accelerator
from .errors import MissingFile, WrongHardware

VLNV = "bsr:bsr:accelerator:1.0"
"""Vendor, library, name and version of the packaged IP."""

FILES = {
    ".bit": "the bitstream",
    ".hwh": "the description of the block design",
    ".json": "the generator's report",
}
"""Files beside each other under one stem."""


class AcceleratorIP(Accelerator, pynq.DefaultIP):
    """What PYNQ makes of the engine in an overlay."""

    bindto = [VLNV]

    def __init__(self, description: dict):
        pynq.DefaultIP.__init__(self, description)
        Accelerator.__init__(self, self.mmio, pynq.allocate)


def open_accelerator(bitfile) -> AcceleratorIP:
    """Loads a bitstream and returns the engine in it. Raises `MissingFile` and `WrongHardware`."""
    bitfile = Path(bitfile)
    for suffix, what in FILES.items():
        path = bitfile.with_suffix(suffix)
        if not path.is_file():
            raise MissingFile(f"there is no `{path}`, {what}", f"copy it beside `{bitfile.name}`, with the same stem")
    overlay = pynq.Overlay(str(bitfile))
    names = [name for name, ip in overlay.ip_dict.items() if ip["type"] == VLNV]
    if len(names) != 1:
        raise WrongHardware(
            f"`{bitfile.name}` has {len(names)} engines `{VLNV}`, expected one", "give another bitstream"
        )
    accelerator = getattr(overlay, names[0])
    accelerator.rtl_sha256 = json.loads(bitfile.with_suffix(".json").read_text())["hashes"]["rtl"]
    return accelerator
