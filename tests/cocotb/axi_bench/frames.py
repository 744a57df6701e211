"""Frames on either kind of engine: what its pictures are carried by is `Memory` or `Streams`."""

from . import stalls
from .engine import Engine


async def loaded(dut, seed: int, carrier: type):
    """An engine with its network, and what carries its pictures."""
    engine = Engine(dut, seed)
    carries = carrier(engine)
    await engine.reset()
    await engine.load()
    return engine, carries


async def all_exact(carries) -> None:
    for picture in carries.engine.case.pictures:
        await carries.exact(picture)


async def exact_under_stalls(carries) -> None:
    engine = carries.engine
    await all_exact(carries)
    for _ in range(3):
        stalls.stall(engine.channels + carries.channels, engine.random)
        await all_exact(carries)
