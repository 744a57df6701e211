"""The engine on its clock, and a processor on its AXI4-Lite port."""

from functools import partial
from random import Random

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import ClockCycles
from cocotbext.axi import AxiLiteBus, AxiLiteMaster

from . import stalls, wrapper
from .case import FOLDER, Case
from .rules import Rules

OKAY, SLVERR = 0, 2
START, DROP = 1, 2
BUSY, DONE = 1 << 0, 1 << 1
EARLY_LAST, MISSING_LAST, REFUSED_START, LOAD_WHILE_BUSY, MEMORY_ERROR = (1 << bit for bit in range(8, 13))
ERRORS = ~(BUSY | DONE)
RESET_CYCLES = 4

test = partial(cocotb.test, timeout_time=1, timeout_unit="ms")
"""A test that fails after 100,000 cycles: something does not answer."""


class Engine:
    """`seed` decides all that is random in a test."""

    def __init__(self, dut, seed: int):
        self.dut = dut
        self.case = Case()
        self.random = Random(seed)
        self.clock = Clock(dut.aclk, 10, "ns")
        dut.aresetn.value = 0
        self.bus = AxiLiteMaster(AxiLiteBus.from_prefix(dut, "s_axil"), dut.aclk, dut.aresetn, reset_active_level=False)
        cocotb.start_soon(Rules(dut, wrapper.outputs(FOLDER / "rtl" / "accelerator.v")).watch())
        self.clock.start()

    @property
    def channels(self) -> list:
        """The agents of the AXI4-Lite port."""
        write, read = self.bus.write_if, self.bus.read_if
        return [write.aw_channel, write.w_channel, write.b_channel, read.ar_channel, read.r_channel]

    async def cycles(self, count: int) -> None:
        await ClockCycles(self.dut.aclk, count)

    async def reset(self) -> None:
        self.dut.aresetn.value = 0
        await self.cycles(RESET_CYCLES)
        self.dut.aresetn.value = 1
        await self.cycles(1)

    async def load(self) -> None:
        for address, data in self.case.writes:
            assert await self.try_write(address, data) == OKAY

    def offset(self, name: str) -> int:
        return self.case.registers[name]["offset"]

    async def try_write(self, address: int, data: int, length: int = 4) -> int:
        """The response to a write of the lowest `length` bytes of `data`."""
        answer = await self.bus.write(address, data.to_bytes(4, "little")[:length])
        return int(answer.resp)

    async def try_read(self, address: int, length: int = 4) -> tuple[int, int]:
        """`length` bytes, and the response."""
        answer = await self.bus.read(address, length)
        return int.from_bytes(answer.data, "little"), int(answer.resp)

    async def write(self, name: str, value: int) -> None:
        assert await self.try_write(self.offset(name), value) == OKAY, f"{name} = {value} was refused"

    async def read(self, name: str) -> int:
        value, response = await self.try_read(self.offset(name))
        assert response == OKAY, f"{name} cannot be read"
        return value

    async def settings(self) -> dict[str, int]:
        """What the registers hold that are read and written, by name."""
        return {
            name: await self.read(name)
            for name, register in self.case.registers.items()
            if register["access"] == "read-write"
        }

    async def disturb(self) -> None:
        """Reads and writes every register but CONTROL in a random order, while a frame runs: what is read is right, and
        no write is taken."""
        settings = await self.settings()
        for name in self.random.sample(list(self.case.registers), len(self.case.registers)):
            value = await self.read(name)
            assert value == settings.get(name, value) == self.case.constants.get(name, value), name
            if name != "CONTROL":
                assert await self.try_write(self.offset(name), self.random.getrandbits(32)) == SLVERR, name
        assert await self.settings() == settings
        assert await self.read("STATUS") == BUSY | LOAD_WHILE_BUSY

    async def done(self) -> int:
        """Polls until no frame runs; the last status."""
        while True:
            status = await self.read("STATUS")
            if not status & BUSY:
                return status
