"""A garden gate, 96 x 96: ferns before a fence, a smooth sky, wires and a spider's web."""

import math

from canvas import Canvas, mix
from plants import fern
from shapes import Polygon, Rect, Ring, Stroke, path
from texture import fractal, gradient, planks

SIDE = 96


def garden():
    """The whole garden, back to front."""
    canvas = Canvas(SIDE, SIDE)
    canvas.fill(Rect(0, 0, SIDE, 48), gradient(0, 44, (0.20, 0.30, 0.55), (0.90, 0.62, 0.52), (0.99, 0.88, 0.66)))
    canvas.fill(Ring(70, 30, 9), (1.0, 0.95, 0.80))
    for k in range(4):
        wire = [(x, 6 + 4 * k + 5 * ((x - 48) / 48) ** 2 - 0.05 * x) for x in range(0, 97, 8)]
        for stroke in path(wire, 0.55):
            canvas.fill(stroke, (0.10, 0.10, 0.16))
    fence(canvas)
    web(canvas, 20, 38, 15)
    canvas.fill(
        Rect(0, 80, SIDE, SIDE), lambda x, y: mix((0.12, 0.16, 0.08), (0.40, 0.46, 0.22), fractal(x / 1.5, y / 4, 6))
    )
    for x, length, angle, bend in (
        (8, 44, 0.79, 0.10),
        (34, 34, 0.73, -0.12),
        (52, 40, 0.77, 0.09),
        (84, 52, 0.72, -0.09),
        (70, 30, 0.80, 0.12),
    ):
        fern(canvas, x, 97, length, angle, (0.05, 0.20, 0.12), (0.60, 0.76, 0.30), bend)
    return canvas


def fence(canvas):
    wood = planks(8.0, (0.66, 0.56, 0.46), (0.16, 0.12, 0.10), 2)
    for k in range(12):
        x = 8 * k
        canvas.fill(Polygon((x + 0.6, 84), (x + 0.6, 46), (x + 4, 41), (x + 7.4, 46), (x + 7.4, 84)), wood)
    for y in (52, 72):
        canvas.fill(
            Rect(0, y, SIDE, y + 3.6),
            lambda px, py: mix((0.44, 0.34, 0.26), (0.62, 0.50, 0.40), fractal(px * 0.15, py * 1.5, 8)),
        )
        for k in range(12):
            canvas.fill(Ring(8 * k + 4, y + 1.8, 0.8), (0.12, 0.12, 0.14))


def web(canvas, x, y, radius):
    silk, spokes = (0.95, 0.95, 0.98), 14
    corner = lambda k, r: (x + r * math.cos(2 * math.pi * k / spokes), y + r * math.sin(2 * math.pi * k / spokes))
    for k in range(spokes):
        canvas.fill(Stroke((x, y), corner(k, radius), 0.5), silk)
        for ring in range(1, 6):
            canvas.fill(Stroke(corner(k, radius * ring / 6), corner(k + 1, radius * ring / 6), 0.45), silk)
