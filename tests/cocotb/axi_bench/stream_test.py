"""Frames over AXI4-Stream: exact under any stalls, after resets, after packets of a wrong length."""

from . import stalls
from .engine import BUSY, DONE, DROP, EARLY_LAST, ERRORS, LOAD_WHILE_BUSY, MISSING_LAST, test
from .frames import exact_under_stalls, loaded
from .streams import Streams


@test()
async def frames_are_exact_under_any_stalls(dut):
    _, streams = await loaded(dut, 11, Streams)
    await exact_under_stalls(streams)


@test()
async def registers_answer_while_a_frame_runs_and_do_not_disturb_it(dut):
    engine, streams = await loaded(dut, 12, Streams)
    picture = engine.case.pictures[0]
    await streams.begin(picture)
    await streams.send(picture.lr)
    await engine.disturb()
    assert await streams.receive() == picture.sr
    assert await engine.done() == DONE | LOAD_WHILE_BUSY


@test()
async def after_a_reset_in_mid_frame_the_next_is_exact(dut):
    engine, streams = await loaded(dut, 13, Streams)
    picture = engine.case.pictures[0]
    for _ in range(4):
        stalls.flow(streams.channels)
        await streams.begin(picture)
        await streams.send(picture.lr)
        stalls.stall(streams.channels[1:], engine.random)
        await engine.cycles(engine.random.randrange(1200))
        await engine.reset()
        streams.clear()
        assert await engine.read("STATUS") == 0
        await engine.load()
        await streams.exact(picture)


@test()
async def after_a_short_frame_the_next_is_exact(dut):
    engine, streams = await loaded(dut, 14, Streams)
    picture = engine.case.pictures[0]
    for pixels in [1, picture.width, picture.width + 1, len(picture.lr) - 1]:
        stalls.stall(streams.channels, engine.random)
        await streams.begin(picture)
        await streams.send(picture.lr[:pixels])
        assert await engine.done() & ERRORS == EARLY_LAST
        await engine.write("CONTROL", DROP)
        stalls.flow(streams.channels)
        # A beat that was offered is not taken back.
        await engine.cycles(50)
        streams.clear()
        await streams.exact(picture)


@test()
async def after_a_frame_without_its_end_the_next_is_exact(dut):
    engine, streams = await loaded(dut, 15, Streams)
    picture = engine.case.pictures[0]
    await streams.begin(picture)
    await streams.send(picture.lr + bytes(1))
    assert await streams.receive() == picture.sr
    assert await engine.done() & ERRORS == MISSING_LAST
    await engine.write("CONTROL", DROP)
    await engine.reset()
    streams.clear()
    await engine.load()
    await streams.exact(picture)


@test()
async def after_a_dropped_frame_the_next_is_exact(dut):
    engine, streams = await loaded(dut, 16, Streams)
    picture = engine.case.pictures[0]
    for _ in range(4):
        await streams.begin(picture)
        await streams.send(picture.lr[: engine.random.randrange(len(picture.lr))])
        await engine.cycles(engine.random.randrange(600))
        await engine.write("CONTROL", DROP)
        assert not await engine.read("STATUS") & BUSY
        await engine.cycles(10)
        streams.clear()
        await streams.exact(picture)
