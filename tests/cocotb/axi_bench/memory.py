"""A frame through memory."""

from cocotbext.axi import AxiBus, AxiRam

from .case import Picture
from .engine import DONE, START, Engine

SIZE = 1 << 16
BASE = 0x3FFF_0000
BEAT, BURST = 8, 128


class Ram(AxiRam):
    """`SIZE` bytes at `BASE`. Accesses to other addresses and to `refused` are answered with an error."""

    def __init__(self, engine: Engine):
        dut = engine.dut
        bus = AxiBus.from_prefix(dut, "m_axi")
        super().__init__(bus, dut.aclk, dut.aresetn, reset_active_level=False, mem=bytearray(SIZE))
        self.refused = range(0)
        self.read_if._read, self.write_if._write = self._answer_read, self._answer_write

    async def _answer_read(self, address: int, length: int) -> bytes:
        return self.read(self._place(address), length)

    async def _answer_write(self, address: int, data: bytes) -> None:
        self.write(self._place(address), data)

    def _place(self, address: int) -> int:
        if address in self.refused or not BASE <= address < BASE + SIZE:
            raise PermissionError(f"{address:#x} is refused")
        return address - BASE

    @property
    def channels(self) -> list:
        """The agents at the engine's master."""
        write, read = self.write_if, self.read_if
        return [write.aw_channel, write.w_channel, write.b_channel, read.ar_channel, read.r_channel]


class Memory:
    """Memory at the engine's master, full of random bytes but for the LR picture."""

    def __init__(self, engine: Engine):
        self.engine = engine
        self.ram = Ram(engine)

    @property
    def channels(self) -> list:
        return self.ram.channels

    def _places(self, picture: Picture) -> dict[str, int]:
        """Offsets of the picture's parts, in a random order at random distances."""
        regions, scale = picture.regions, self.engine.case.scale
        sizes = {
            "INPUT": picture.height * regions["input_stride"],
            "OUTPUT": picture.height * scale * regions["output_stride"],
            "SPILL": regions["spill"],
            "SUMS": regions["sums"],
        }
        random = self.engine.random
        free = SIZE - sum(sizes.values()) - len(sizes) * BURST
        places, at = {}, 0
        for name in random.sample(list(sizes), len(sizes)):
            gap = random.randrange(free // len(sizes))
            at += gap + -(at + gap) % (BURST if name in ("SPILL", "SUMS") else BEAT)
            places[name] = at
            at += sizes[name]
        assert at <= SIZE
        return places

    async def begin(self, picture: Picture) -> None:
        """Fills memory and starts a frame."""
        engine, ram, regions = self.engine, self.ram, picture.regions
        places = self._places(picture)
        ram.write(0, engine.random.randbytes(SIZE))
        for row in range(picture.height):
            ram.write(places["INPUT"] + row * regions["input_stride"], picture.lr[row * picture.width :][: picture.width])
        before = bytearray(ram.read(0, SIZE))
        settings = {f"{name}_ADDRESS": BASE + place for name, place in places.items()}
        settings |= {
            "WIDTH": picture.width,
            "HEIGHT": picture.height,
            "INPUT_STRIDE": regions["input_stride"],
            "OUTPUT_STRIDE": regions["output_stride"],
            "SPILL_SIZE": regions["spill"],
            "SUMS_SIZE": regions["sums"],
        }
        for name, value in settings.items():
            await engine.write(name, value)
        self._expect(picture, places, before)
        await engine.write("CONTROL", START)

    def _expect(self, picture: Picture, places: dict[str, int], before: bytearray) -> None:
        """What memory holds after the frame, but for the regions that are the engine's own."""
        regions, columns = picture.regions, picture.width * self.engine.case.scale
        for row in range(picture.height * self.engine.case.scale):
            at = places["OUTPUT"] + row * regions["output_stride"]
            before[at : at + columns] = picture.sr[row * columns :][:columns]
        self.expected = before
        self.own = [(places["SPILL"], regions["spill"]), (places["SUMS"], regions["sums"])]

    def compare(self) -> None:
        """The SR picture is golden's, and no other byte has changed."""
        found = bytearray(self.ram.read(0, SIZE))
        for at, size in self.own:
            found[at : at + size] = self.expected[at : at + size]
        wrong = [at for at in range(SIZE) if found[at] != self.expected[at]]
        assert not wrong, f"{len(wrong)} bytes differ, the first at offset {wrong[0]:#x}"

    async def exact(self, picture: Picture) -> None:
        """One frame, which has no errors and is exact."""
        await self.begin(picture)
        assert await self.engine.done() == DONE
        self.compare()
