"""The part of PYNQ that the driver uses, over a simulated board: same names, same arguments, same refusals.

Handoffs are read by pynqmetadata, as PYNQ 4.0 reads them.
"""

from pathlib import Path

from pynqmetadata.frontends import Metadata
from pynqmetadata.views.runtime.runtime_metadata_parser import RuntimeMetadataParser

board = None
"""The `simulated.board.Board` of this process."""

drivers = {}


class MMIO:
    def __init__(self, base_addr: int, length: int = 4):
        self.base_addr, self.length = base_addr, length

    def read(self, offset: int = 0) -> int:
        self._check(offset)
        return board.read(offset)

    def write(self, offset: int, data) -> None:
        self._check(offset)
        if type(data) is not int:
            raise ValueError("Data type must be int or bytes.")
        board.write(offset, data)

    def _check(self, offset) -> None:
        if offset % 4 or not 0 <= offset < self.length:
            raise MemoryError(f"offset {offset!r} of {self.length} bytes")


class RegisterIP(type):
    """Binds a driver to the blocks that it names."""

    def __init__(cls, name, bases, attributes):
        drivers.update(dict.fromkeys(attributes.get("bindto", []), cls))
        super().__init__(name, bases, attributes)


class DefaultIP(metaclass=RegisterIP):
    def __init__(self, description: dict):
        self.mmio = MMIO(description["phys_addr"], description["addr_range"])


class Overlay:
    """The blocks in `.hwh`: name, address and type."""

    def __init__(self, bitfile_name: str):
        handoff = Path(bitfile_name).with_suffix(".hwh")
        self.ip_dict = RuntimeMetadataParser(Metadata(str(handoff))).ip_dict

    def __getattr__(self, name: str):
        description = self.ip_dict[name]
        return drivers[description["type"]](description)


def allocate(shape, dtype="u4", target=None, **kwargs):
    return board.allocate(shape, dtype, **kwargs)
