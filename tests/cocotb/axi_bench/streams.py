"""A frame over pixel streams."""

from cocotbext.axi import AxiStreamBus, AxiStreamFrame, AxiStreamSink, AxiStreamSource

from .case import Picture
from .engine import DONE, START, Engine


class Streams:
    """Source and sink at the engine's AXI4-Stream ports."""

    def __init__(self, engine: Engine):
        self.engine = engine
        dut = engine.dut
        pins = dut.aclk, dut.aresetn
        self.source = AxiStreamSource(AxiStreamBus.from_prefix(dut, "s_axis"), *pins, reset_active_level=False)
        self.sink = AxiStreamSink(AxiStreamBus.from_prefix(dut, "m_axis"), *pins, reset_active_level=False)

    @property
    def channels(self) -> list:
        return [self.source, self.sink]

    async def begin(self, picture: Picture) -> None:
        """Starts a frame without its pixels."""
        await self.engine.write("WIDTH", picture.width)
        await self.engine.write("HEIGHT", picture.height)
        await self.engine.write("CONTROL", START)

    async def send(self, pixels: bytes) -> None:
        """A packet, with TLAST on its last pixel."""
        await self.source.send(AxiStreamFrame(tdata=pixels))

    async def receive(self) -> bytes:
        """The next packet."""
        return bytes((await self.sink.recv()).tdata)

    async def exact(self, picture: Picture) -> None:
        """One frame, which has no errors and is exact."""
        await self.begin(picture)
        await self.send(picture.lr)
        assert await self.receive() == picture.sr
        assert await self.engine.done() == DONE

    def clear(self) -> None:
        """Forgets what was to be sent and what came; a beat that the source offers is taken back."""
        for agent in self.channels:
            agent.assert_reset()
            agent.clear()
