"""DDR behind an AXI4 master of 64 bits."""

from collections import deque
from random import Random

BASE = 0x1000_0000
BEAT = 8
MOST_BEATS = 16
"""Of a burst: the HP ports of a Zynq-7000 speak AXI3."""


class Write:
    """A burst on its way to memory."""

    def __init__(self):
        self.address = None
        self.length = None
        self.beats = []
        self.due = None


class Memory:
    """Answers after `latency` cycles; every channel holds back in each cycle with probability `stall`.

    A burst is read when its first beat is due, and written with its response.
    """

    def __init__(self, size: int, latency: int, stall: float, seed: int):
        self.data = bytearray(size)
        self.latency = latency
        self.stall = stall
        self.random = Random(seed)
        self.reads = deque()
        self.writes = deque()
        self.waiting = [None] * 3
        self.owned = lambda address, length: True
        """Whether these bytes are a buffer's."""
        self.silent = False
        """Never answers: what a wrong block design does."""
        self.fails = False
        """Answers SLVERR."""

    def bytes(self, address: int, length: int) -> bytes:
        return self.data[address - BASE : address - BASE + length]

    def store(self, address: int, data: bytes) -> None:
        self.data[address - BASE : address - BASE + len(data)] = data

    def drive(self, pins, cycle: int) -> None:
        """Sets the pins that answer the master."""
        holds = self.random.random
        stall = 1.0 if self.silent else self.stall
        pins.m_arready = holds() >= stall
        pins.m_awready = holds() >= stall
        pins.m_wready = holds() >= stall
        if not pins.m_rvalid and self.reads and self.reads[0][2] <= cycle and holds() >= stall:
            self._offer_read(pins)
        if not pins.m_bvalid and self.writes and (self.writes[0].due or cycle + 1) <= cycle and holds() >= stall:
            pins.m_bvalid = 1
            pins.m_bresp = 2 if self.fails else 0

    def _offer_read(self, pins) -> None:
        address, left, _ = self.reads[0]
        pins.m_rvalid = 1
        pins.m_rdata = int.from_bytes(self.bytes(address, BEAT), "little")
        pins.m_rlast = left == 1
        pins.m_rresp = 2 if self.fails else 0

    def sample(self, pins, out, cycle: int) -> None:
        """Follows what was transferred in this cycle."""
        if out.m_arvalid or out.m_awvalid or out.m_wvalid or any(self.waiting):
            self._watch(pins, out)
        if pins.m_arready and out.m_arvalid:
            self._check(out.m_araddr, out.m_arlen + 1)
            self.reads.append([out.m_araddr, out.m_arlen + 1, cycle + self.latency])
        if pins.m_rvalid and out.m_rready:
            pins.m_rvalid = 0
            burst = self.reads[0]
            burst[0], burst[1] = burst[0] + BEAT, burst[1] - 1
            if burst[1] == 0:
                self.reads.popleft()
        if pins.m_awready and out.m_awvalid:
            self._check(out.m_awaddr, out.m_awlen + 1)
            write = self._next(lambda write: write.address is None)
            write.address, write.length = out.m_awaddr, out.m_awlen + 1
            self._complete(write, cycle)
        if pins.m_wready and out.m_wvalid:
            write = self._next(lambda write: not write.beats or not write.beats[-1][2])
            write.beats.append((out.m_wdata, out.m_wstrb, out.m_wlast))
            self._complete(write, cycle)
        if pins.m_bvalid and out.m_bready:
            pins.m_bvalid = 0
            self._commit(self.writes.popleft())

    def _next(self, wanted) -> Write:
        """The first burst that lacks this part; address and data come in either order."""
        write = next((write for write in self.writes if wanted(write)), None)
        if write is None:
            write = Write()
            self.writes.append(write)
        return write

    def _complete(self, write: Write, cycle: int) -> None:
        ended = bool(write.beats) and bool(write.beats[-1][2])
        if write.address is not None and ended:
            assert len(write.beats) == write.length, "WLAST is not with the last beat of its burst"
            write.due = cycle + self.latency

    def _commit(self, write: Write) -> None:
        for beat, (data, strobes, _) in enumerate(write.beats):
            for lane, byte in enumerate(data.to_bytes(BEAT, "little")):
                if strobes >> lane & 1:
                    address = write.address + beat * BEAT + lane
                    assert self.owned(address, 1), f"a write to {address:#x}, which is no buffer's"
                    self.data[address - BASE] = byte

    def _check(self, address: int, beats: int) -> None:
        last = address + beats * BEAT - 1
        assert address % BEAT == 0, f"a burst at {address:#x}, which is not aligned"
        assert address // 4096 == last // 4096, f"a burst at {address:#x} crosses 4 KiB"
        assert beats <= MOST_BEATS, f"a burst of {beats} beats"
        assert self.owned(address, beats * BEAT), f"a burst at {address:#x}, which is no buffer's"

    def _watch(self, pins, out) -> None:
        """What is offered stays as it is until it is taken."""
        offered = [
            (out.m_arvalid, pins.m_arready, (out.m_araddr, out.m_arlen)),
            (out.m_awvalid, pins.m_awready, (out.m_awaddr, out.m_awlen)),
            (out.m_wvalid, pins.m_wready, (out.m_wdata, out.m_wstrb, out.m_wlast)),
        ]
        for channel, (valid, ready, what) in enumerate(offered):
            before = self.waiting[channel]
            assert before is None or (valid and what == before), "an offer changed before it was taken"
            self.waiting[channel] = what if valid and not ready else None
