"""A market stall, 96 x 96: striped awning, woven cloth, round fruit, a price sign."""

import math

from canvas import Canvas, mix
from glyphs import write
from shapes import Polygon, Rect, Ring, Stroke, arc, path
from texture import bricks, fractal, lattice, planks, weave

SIDE = 96
FRUIT = ((0.86, 0.22, 0.14), (0.95, 0.62, 0.12), (0.56, 0.72, 0.20), (0.62, 0.14, 0.30))


def market():
    """The whole stall, back to front."""
    canvas = Canvas(SIDE, SIDE)
    canvas.fill(Rect(0, 0, SIDE, SIDE), bricks(10, 5, 1.0, (0.52, 0.56, 0.62), (0.34, 0.37, 0.42), 4))
    awning(canvas)
    for x in (6, 88):
        canvas.fill(Rect(x, 22, x + 2.5, 70), (0.30, 0.20, 0.14))
    baskets(canvas)
    canvas.fill(Rect(3, 64, 93, 84), cloth())
    for fold in range(10):
        canvas.fill(Stroke((8 + 9 * fold, 65), (6 + 9.6 * fold, 84), 0.5, 1.6), (0.20, 0.10, 0.16), alpha=0.3)
    canvas.fill(
        Rect(0, 84, SIDE, SIDE),
        lambda x, y: planks(6, (0.52, 0.42, 0.34), (0.2, 0.15, 0.12), 6)(x + (x - 48) * (y - 84) * 0.02, y),
    )
    sign(canvas)
    return canvas


def awning(canvas):
    for k in range(12):
        colour = (0.78, 0.16, 0.16) if k % 2 else (0.97, 0.94, 0.88)
        top, bottom = 10 + k * 76 / 12, k * 8.0
        stripe = [(top, 4), (top + 76 / 12, 4), (bottom + 8, 22), *arc(bottom + 4, 22, 4, 0.0, 0.5), (bottom, 22)]
        canvas.fill(Polygon(*stripe), lambda x, y, c=colour: tuple(v * (1.04 - 0.014 * y) for v in c))
    canvas.fill(Rect(10, 3, 86, 4.6), (0.25, 0.22, 0.22))


def baskets(canvas):
    for row in range(3):
        for k in range(9 - row):
            x, y = 12 + 9 * k + 4.5 * row, 61 - 7 * row
            radius = 4.8 + 0.5 * lattice(k, row)
            colour = FRUIT[int(4 * lattice(k, row, 9)) % 4]
            canvas.fill(Ring(x, y, radius), round_shade(x, y, radius, colour))
            canvas.fill(Stroke((x, y - radius + 1), (x + 1, y - radius - 1.4), 0.7), (0.24, 0.30, 0.10))


def round_shade(x, y, radius, colour):
    def paint(px, py):
        dx, dy = (px - x) / radius, (py - y) / radius
        light = max(0.0, 0.9 - 0.75 * math.hypot(dx + 0.3, dy + 0.35)) + 0.12 * fractal(px, py, 3, 2)
        return mix(tuple(0.35 * c for c in colour), mix(colour, (1, 1, 1), 0.25), light)

    return paint


def cloth():
    red, blue = weave(2.4, (0.90, 0.88, 0.80), (0.58, 0.52, 0.52)), weave(2.4, (0.30, 0.44, 0.66), (0.10, 0.18, 0.34))
    return lambda x, y: (blue if (int(x / 7.2) + int(y / 7.2)) % 2 else red)(x, y)


def sign(canvas):
    canvas.fill(Polygon((58, 66), (90, 63), (91, 78), (59, 81)), (0.14, 0.16, 0.15))
    for stroke in path([(58, 66), (90, 63), (91, 78), (59, 81), (58, 66)], 1.2):
        canvas.fill(stroke, (0.70, 0.54, 0.34))
    write(canvas, "FIN 24", 61.6, 69, 6.2, (0.95, 0.95, 0.90), 1.1)
