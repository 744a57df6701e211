"""Frames through memory: exact under any stalls, after resets, after frames that were dropped or refused."""

from . import stalls
from .engine import DONE, DROP, ERRORS, LOAD_WHILE_BUSY, MEMORY_ERROR, test
from .frames import exact_under_stalls, loaded
from .memory import Memory


@test()
async def frames_are_exact_under_any_stalls(dut):
    _, memory = await loaded(dut, 21, Memory)
    await exact_under_stalls(memory)


@test()
async def registers_answer_while_a_frame_runs_and_do_not_disturb_it(dut):
    engine, memory = await loaded(dut, 22, Memory)
    await memory.begin(engine.case.pictures[0])
    await engine.disturb()
    assert await engine.done() == DONE | LOAD_WHILE_BUSY
    memory.compare()


@test()
async def after_a_reset_in_mid_frame_the_next_is_exact(dut):
    engine, memory = await loaded(dut, 23, Memory)
    picture = engine.case.pictures[0]
    for _ in range(4):
        stalls.stall(memory.channels, engine.random)
        await memory.begin(picture)
        await engine.cycles(engine.random.randrange(2500))
        await engine.reset()
        stalls.flow(memory.channels)
        assert await engine.read("STATUS") == 0
        await engine.load()
        await memory.exact(picture)


@test()
async def after_a_dropped_frame_the_next_is_exact(dut):
    engine, memory = await loaded(dut, 24, Memory)
    picture = engine.case.pictures[0]
    for _ in range(4):
        stalls.stall(memory.channels, engine.random)
        await memory.begin(picture)
        await engine.cycles(engine.random.randrange(2500))
        await engine.write("CONTROL", DROP)
        await engine.done()
        stalls.flow(memory.channels)
        await memory.exact(picture)


@test()
async def a_refused_burst_is_reported_and_the_next_frame_is_exact(dut):
    engine, memory = await loaded(dut, 25, Memory)
    picture = engine.case.pictures[0]
    for register in ["INPUT_ADDRESS", "OUTPUT_ADDRESS", "SPILL_ADDRESS", "SUMS_ADDRESS"]:
        await memory.begin(picture)
        first = await engine.read(register)
        memory.ram.refused = range(first, first + 1)
        assert await engine.done() & ERRORS == MEMORY_ERROR, register
        memory.ram.refused = range(0)
        await engine.write("CONTROL", DROP)
        await engine.done()
        await memory.exact(picture)
