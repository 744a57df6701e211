"""Plants: a leaf, and a frond that carries leaves of its own shape."""

import math

from canvas import mix
from shapes import Polygon, path
from texture import lattice

NODES = 10


def fern(canvas, x, y, length, angle, dark, light, bend):
    """A frond that starts at (x, y) and turns by `bend` on its way. Angles in turns, 0 to the right."""
    step = length / NODES
    points, leaves = [(x, y)], []
    for i in range(NODES):
        angle += bend / NODES
        x, y = x + step * math.cos(2 * math.pi * angle), y + step * math.sin(2 * math.pi * angle)
        points.append((x, y))
        size = length * 0.42 * math.sin(math.pi * (i + 3) / (NODES + 3)) ** 0.8
        leaves += [(i, side, leaf(x, y, size, angle + side * (0.18 - 0.006 * i), 0.13)) for side in (-1, 1)]
    for i, side, outline in leaves:
        canvas.fill(outline, mix(dark, light, (0.55 if side < 0 else 0.1) + 0.4 * lattice(i, side)))
    for stroke in path(points, length * 0.03, 0.3):
        canvas.fill(stroke, mix(dark, light, 0.15))


def leaf(x, y, length, angle, fatness):
    """A pointed leaf that starts at (x, y); `fatness` is half its width in lengths."""
    c, s = math.cos(2 * math.pi * angle), math.sin(2 * math.pi * angle)
    side = [(t, fatness * math.sin(math.pi * t**0.8)) for t in (0.0, 0.15, 0.3, 0.5, 0.7, 0.85, 1.0)]
    outline = side + [(t, -w) for t, w in reversed(side[1:-1])]
    return Polygon(*[(x + length * (t * c - w * s), y + length * (t * s + w * c)) for t, w in outline])
