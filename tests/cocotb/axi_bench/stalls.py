"""Back-pressure: generators of True where a channel holds back in a cycle."""

from collections.abc import Iterator
from random import Random


def random_stalls(random: Random) -> Iterator[bool]:
    """Holds back in a share of the cycles, and now and then for many in a row; the share is this generator's own."""
    source = Random(random.random())
    share = source.choice([0.1, 0.5, 0.9])
    while True:
        if source.random() < 0.02:
            yield from [True] * source.randrange(40)
        yield source.random() < share


def stall(channels, random: Random) -> None:
    """Gives each of the agents' channels stalls of its own."""
    for channel in channels:
        channel.set_pause_generator(random_stalls(random))


def flow(channels) -> None:
    """Ends the stalls."""
    for channel in channels:
        channel.clear_pause_generator()
        channel.pause = False
