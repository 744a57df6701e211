"""A reading chart, 96 x 96: letters that shrink, radial spokes, rings, a tone wedge."""

import math

from canvas import Canvas
from glyphs import width as text_width
from glyphs import write
from shapes import Rect, Ring
from texture import gradient

SIDE = 96
INK, PAPER = (0.04, 0.04, 0.04), (0.96, 0.96, 0.96)


def chart():
    """The whole chart."""
    canvas = Canvas(SIDE, SIDE)
    canvas.fill(Rect(0, 0, SIDE, SIDE), gradient(0, SIDE, PAPER, (0.80, 0.80, 0.80)))
    y = 4
    for text, height in (("WATERFRONT", 7.0), ("THE HARBOR AT NOON", 5.4), ("ROW AFTER ROW OF WHITE SWANS", 4.0)):
        write(canvas, text, (SIDE - text_width(text, height)) / 2, y, height, INK)
        y += height + 2.6
    write(canvas, "BSR", 6, 31, 15, INK)
    spokes(canvas, 66, 57, 27)
    rings(canvas, 20, 65, 15)
    for step in range(12):
        shade = (step / 11,) * 3
        canvas.fill(Rect(4 + step * 88 / 12, 87, 4 + (step + 1) * 88 / 12, 93), shade)
    return canvas


def spokes(canvas, x, y, radius):
    """A Siemens star of 18 black spokes."""
    ink = lambda px, py: INK if math.sin(18 * math.atan2(py - y, px - x)) > 0 else PAPER
    canvas.fill(Ring(x, y, radius), ink)
    canvas.fill(Ring(x, y, 3), PAPER)


def rings(canvas, x, y, radius):
    """Rings whose pitch grows outwards."""
    canvas.fill(Ring(x, y, radius), PAPER)
    inner, pitch = 1.0, 1.0
    while inner + pitch < radius:
        canvas.fill(Ring(x, y, inner + pitch, inner), INK)
        inner, pitch = inner + 2 * pitch, pitch * 1.15
