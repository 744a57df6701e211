"""What is watched in every cycle: no X at the outputs, and the rules of AXI for a channel and for a burst."""

from collections import deque

from cocotb.triggers import RisingEdge

PAGE = 4096
BEAT = 8
SIZE, INCREMENTING = 3, 1
MOST_BEATS = 16
"""Of a burst: the HP ports of a Zynq-7000 speak AXI3."""
MOST_BURSTS = 8
"""Under way on a channel, as the engine has it."""


class Channel:
    """A channel of which the engine is the source: what is offered stays as it is until it is taken."""

    def __init__(self, dut, prefix: str, payload: list[str]):
        self.name = prefix
        self.valid, self.ready = getattr(dut, f"{prefix}valid"), getattr(dut, f"{prefix}ready")
        self.payload = [getattr(dut, f"{prefix}{name}") for name in payload]
        self.waiting = None

    def taken(self) -> list[int] | None:
        """The payload, where it is transferred in this cycle."""
        if not self.valid.value:
            assert self.waiting is None, f"{self.name}: an offer was taken back"
            return None
        offered = [int(signal.value) for signal in self.payload]
        assert self.waiting in (None, offered), f"{self.name}: {self.waiting} became {offered} before it was taken"
        ready = bool(self.ready.value)
        self.waiting = None if ready else offered
        return offered if ready else None


class Bursts:
    """Bursts of one direction: within a page, as long as they say, no more under way than may be."""

    def __init__(self, name: str):
        self.name = name
        self.under_way = 0
        self.announced = deque()
        self.carried = deque()
        self.beats = 0

    def address(self, address: int, length: int, size: int, kind: int) -> None:
        beats = length + 1
        assert (size, kind) == (SIZE, INCREMENTING), f"{self.name}: a burst of size {size}, kind {kind}"
        assert address % BEAT == 0, f"{self.name}: a burst at {address:#x}, which is not aligned"
        assert address % PAGE + BEAT * beats <= PAGE, f"{self.name}: a burst at {address:#x} crosses 4 KiB"
        assert beats <= MOST_BEATS, f"{self.name}: a burst of {beats} beats"
        self.under_way += 1
        assert self.under_way <= MOST_BURSTS, f"{self.name}: {self.under_way} bursts are under way"
        self.announced.append(beats)
        self._compare()

    def beat(self, last: bool) -> None:
        self.beats += 1
        if last:
            self.carried.append(self.beats)
            self.beats = 0
            self._compare()

    def answered(self) -> None:
        self.under_way -= 1
        assert self.under_way >= 0, f"{self.name}: an answer to nothing"

    def _compare(self) -> None:
        while self.announced and self.carried:
            announced, carried = self.announced.popleft(), self.carried.popleft()
            assert announced == carried, f"{self.name}: {carried} beats in a burst of {announced}"


class Rules:
    """Watches the pins of the engine from reset to reset, whatever the agents do."""

    def __init__(self, dut, outputs: list[str]):
        self.dut, self.outputs = dut, outputs
        self._begin()

    def _begin(self) -> None:
        dut = self.dut
        self.channels = [Channel(dut, "s_axil_b", ["resp"]), Channel(dut, "s_axil_r", ["data", "resp"])]
        self.memory = hasattr(dut, "m_axi_awvalid")
        if self.memory:
            burst = ["addr", "len", "size", "burst"]
            self.read, self.write = Bursts("reads"), Bursts("writes")
            self.ar, self.aw = Channel(dut, "m_axi_ar", burst), Channel(dut, "m_axi_aw", burst)
            self.w = Channel(dut, "m_axi_w", ["data", "strb", "last"])
        else:
            self.channels.append(Channel(dut, "m_axis_t", ["data", "last"]))

    async def watch(self) -> None:
        edge = RisingEdge(self.dut.aclk)
        while True:
            await edge
            if self.dut.aresetn.value != 1:
                self._begin()
                continue
            self._known()
            for channel in self.channels:
                channel.taken()
            if self.memory:
                self._bursts()

    def _known(self) -> None:
        unknown = self.dut.unknown.value
        if int(unknown):
            names = [name for bit, name in enumerate(self.outputs) if unknown[bit] == 1]
            raise AssertionError(f"X at {', '.join(names)}")

    def _bursts(self) -> None:
        dut = self.dut
        if address := self.ar.taken():
            self.read.address(*address)
        if dut.m_axi_rvalid.value and dut.m_axi_rready.value and dut.m_axi_rlast.value:
            self.read.answered()
        if address := self.aw.taken():
            self.write.address(*address)
        if beat := self.w.taken():
            self.write.beat(bool(beat[-1]))
        if dut.m_axi_bvalid.value and dut.m_axi_bready.value:
            self.write.answered()
