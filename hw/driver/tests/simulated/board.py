"""Engine and memory on one clock, as a processor sees them."""

import numpy as np

from .memory import BASE, Memory
from .pins import Top

PAGE = 4096
PATIENCE = 1_000
"""Cycles that an access may take."""


class BusError(Exception):
    """An access that the engine refuses: on a Zynq it ends the process."""


class Board:
    """An engine behind AXI4-Lite, and its memory.

    `pause` cycles go by after an access, for a processor is slower than the engine.
    """

    def __init__(self, library: str, latency: int = 30, stall: float = 0.2, seed: int = 1, pause: int = 0):
        self.top = Top(library, seed)
        self.memory = Memory(64 << 20, latency, stall, seed)
        self.memory.owned = self._is_owned
        self.pause = pause
        self.cycle = 0
        self.buffers: dict[int, int] = {}
        self.next = BASE + PAGE
        self.reset()

    def reset(self) -> None:
        self.top.inputs.aresetn = 0
        self.ticks(8)
        self.top.inputs.aresetn = 1
        self.ticks(8)

    def tick(self) -> None:
        top, memory = self.top, self.memory
        memory.drive(top.inputs, self.cycle)
        top.step()
        memory.sample(top.inputs, top.outputs, self.cycle)
        self.cycle += 1

    def ticks(self, cycles: int) -> None:
        for _ in range(cycles):
            self.tick()

    def read(self, address: int) -> int:
        pins, out = self.top.inputs, self.top.outputs
        pins.araddr, pins.arvalid, pins.rready = address, 1, 1
        for _ in range(PATIENCE):
            self.tick()
            if out.arready:
                pins.arvalid = 0
            if out.rvalid:
                data, response = out.rdata, out.rresp
                pins.rready = 0
                self.ticks(self.pause)
                return self._accepted(data, response, address)
        raise BusError(f"no answer to a read of {address:#x}")

    def write(self, address: int, data: int) -> None:
        pins, out = self.top.inputs, self.top.outputs
        pins.awaddr, pins.wdata, pins.wstrb = address, data, 0xF
        pins.awvalid = pins.wvalid = pins.bready = 1
        for _ in range(PATIENCE):
            self.tick()
            if out.awready:
                pins.awvalid = 0
            if out.wready:
                pins.wvalid = 0
            if out.bvalid:
                response = out.bresp
                pins.bready = 0
                self._accepted(0, response, address)
                return
        raise BusError(f"no answer to a write of {address:#x}")

    @staticmethod
    def _accepted(data: int, response: int, address: int) -> int:
        if response != 0:
            raise BusError(f"the access to {address:#x} was answered {response}")
        return data

    def allocate(self, shape, dtype="u4", **_) -> "Buffer":
        """A buffer on pages of its own, with a page that is nobody's behind it."""
        buffer = np.zeros(shape, dtype).view(Buffer)
        buffer.board, buffer.device_address = self, self.next
        self.buffers[self.next] = buffer.nbytes
        self.next += (buffer.nbytes + 2 * PAGE - 1) // PAGE * PAGE
        assert self.next <= BASE + len(self.memory.data), "memory is full"
        return buffer

    def _is_owned(self, address: int, length: int) -> bool:
        return any(start <= address and address + length <= start + size for start, size in self.buffers.items())


class Buffer(np.ndarray):
    """What the processor has in its cache: memory sees it after `flush`, and is seen after `invalidate`.

    What was written and not flushed may be written back at any time; here it is when that does the most harm, over what the
    engine wrote. A new buffer is such: the kernel has cleared it.
    """

    board: Board
    device_address: int
    dirty = True

    def __setitem__(self, key, value) -> None:
        self.dirty = True
        super().__setitem__(key, value)

    @property
    def physical_address(self) -> int:
        return self.device_address

    def flush(self) -> None:
        self.board.memory.store(self.device_address, self.tobytes())
        self.dirty = False

    def invalidate(self) -> None:
        if self.dirty:
            self.flush()
        data = self.board.memory.bytes(self.device_address, self.nbytes)
        super().__setitem__(..., np.frombuffer(bytes(data), self.dtype).reshape(self.shape))

    def freebuffer(self) -> None:
        del self.board.buffers[self.device_address]
