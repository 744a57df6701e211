"""What PYNQ finds in a handoff, as JSON."""

import json
import sys

from pynqmetadata.frontends import Metadata
from pynqmetadata.views.runtime.runtime_metadata_parser import RuntimeMetadataParser

found = RuntimeMetadataParser(Metadata(sys.argv[1]))
ip = found.ip_dict["accelerator"]
ports = found.md.blocks["accelerator"].ports


def drivers(pin: str) -> list:
    """What is connected to a pin of the engine, as `block/pin`."""
    others = ports[pin].signals[pin].connections().values()
    return [f"{signal.parent().parent().name}/{signal.name}" for signal in others]


json.dump(
    {
        "type": ip["type"],
        "address": ip["phys_addr"],
        "range": ip["addr_range"],
        "registers": {name: register["address_offset"] for name, register in ip["registers"].items()},
        "clock": found.clock_dict[0],
        "memory": list(ports["m_axi"].addrmap.values()),
        "drivers": {pin: drivers(pin) for pin in ("aclk", "aresetn")},
    },
    sys.stdout,
)
