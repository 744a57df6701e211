"""Draws the bundled pictures: `python3 sim/assets/draw [FOLDER]`, standard library only."""

import pathlib
import sys

from canvas import png
from chart import chart
from garden import garden
from harbour import harbour
from market import market


def main():
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent.parent)
    for draw, grey in ((harbour, False), (market, False), (garden, False), (chart, True)):
        (folder / f"{draw.__name__}.png").write_bytes(png(draw().pixels(), grey))


main()
