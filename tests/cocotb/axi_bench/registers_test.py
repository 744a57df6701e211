"""AXI4-Lite: every register, either order of address and data, whatever is not in the map."""

import cocotb

from . import stalls
from .engine import ERRORS, OKAY, REFUSED_START, SLVERR, START, Engine, test
from .memory import Memory
from .streams import Streams

WORD = 4
SPACE = 1 << 12
LOW_ZEROS = {"INPUT_": 3, "OUTPUT_": 3, "SPILL_": 7, "SUMS_": 7}
"""Bits of addresses, strides and sizes that are always 0."""


async def started(dut, seed: int) -> Engine:
    engine = Engine(dut, seed)
    # Agents at the other ports, too: no input floats.
    Memory(engine) if hasattr(dut, "m_axi_awvalid") else Streams(engine)
    await engine.reset()
    return engine


def kept(engine: Engine, name: str, value: int) -> int:
    """What a register holds of a value."""
    zeros = next((zeros for start, zeros in LOW_ZEROS.items() if name.startswith(start) and name != "INPUT_STALLS"), 0)
    return value & ((1 << engine.case.registers[name]["bits"]) - 1) & -(1 << zeros)


async def write_settings(engine: Engine) -> dict[str, int]:
    """Writes random values to all settings; what they then hold."""
    written = {}
    for name in await engine.settings():
        value = engine.random.getrandbits(32)
        await engine.write(name, value)
        written[name] = kept(engine, name, value)
    return written


@test()
async def constants_are_those_of_the_engine(dut):
    engine = await started(dut, 1)
    for name, value in engine.case.constants.items():
        assert await engine.read(name) == value, name


@test()
async def settings_begin_at_zero_and_keep_what_is_written(dut):
    engine = await started(dut, 2)
    assert not any((await engine.settings()).values())
    assert await write_settings(engine) == await engine.settings()


@test()
async def an_address_and_its_data_come_in_either_order_and_any_distance(dut):
    engine = await started(dut, 3)
    address, data = engine.bus.write_if.aw_channel, engine.bus.write_if.w_channel
    for distance in [1, 2, 3, 10]:
        for late in [address, data]:
            before, value = await engine.read("WIDTH"), engine.random.getrandbits(16)
            late.pause = True
            write = cocotb.start_soon(engine.try_write(engine.offset("WIDTH"), value))
            await engine.cycles(distance + 2)
            assert not write.done()
            assert await engine.read("WIDTH") == before, "half a write has acted"
            late.pause = False
            assert await write == OKAY
            assert await engine.read("WIDTH") == value


@test()
async def registers_are_read_and_written_under_any_stalls(dut):
    engine = await started(dut, 4)
    for _ in range(3):
        stalls.stall(engine.channels, engine.random)
        assert await write_settings(engine) == await engine.settings()


@test()
async def reads_and_writes_at_the_same_time_do_not_disturb_each_other(dut):
    engine = await started(dut, 5)
    stalls.stall(engine.channels, engine.random)

    async def read_constants():
        for name, value in 3 * list(engine.case.constants.items()):
            assert await engine.read(name) == value, name

    reads = cocotb.start_soon(read_constants())
    written = await write_settings(engine)
    await reads
    assert written == await engine.settings()


@test()
async def whatever_is_not_in_the_map_is_refused_and_changes_nothing(dut):
    engine = await started(dut, 6)
    before = await write_settings(engine)
    registers = {register["offset"]: register["access"] for register in engine.case.registers.values()}
    last = max(registers)
    far = [engine.random.randrange(last, SPACE - WORD) for _ in range(30)]
    for address in [*range(last + 9), *far, SPACE - WORD]:
        # An access does not go beyond its word.
        length = WORD - address % WORD
        data, response = await engine.try_read(address, length)
        assert response == (OKAY if address in registers else SLVERR), f"a read of {address:#x}"
        if registers.get(address, "read-only") == "read-only":
            response = await engine.try_write(address, engine.random.getrandbits(32), length)
            assert response == SLVERR, f"a write of {address:#x}"
    assert await engine.settings() == before
    assert await engine.read("STATUS") == 0


@test()
async def a_write_of_some_bytes_is_refused_and_changes_nothing(dut):
    engine = await started(dut, 7)
    before = await write_settings(engine)
    for name in before:
        for length in range(1, WORD):
            assert await engine.try_write(engine.offset(name), engine.random.getrandbits(32), length) == SLVERR
    assert await engine.settings() == before


@test()
async def a_reset_ends_an_access_and_forgets_the_settings(dut):
    engine = await started(dut, 8)
    for moment in range(1, 8):
        await write_settings(engine)
        for channel in engine.channels[-3::2]:
            channel.pause = True
        cocotb.start_soon(engine.bus.write(engine.offset("WIDTH"), bytes(WORD)))
        cocotb.start_soon(engine.bus.read(engine.offset("ID"), WORD))
        await engine.cycles(moment)
        await engine.reset()
        stalls.flow(engine.channels)
        assert not any((await engine.settings()).values())


@test()
async def a_start_without_a_picture_is_refused(dut):
    engine = await started(dut, 9)
    await engine.write("CONTROL", START)
    assert await engine.read("STATUS") & ERRORS == REFUSED_START
