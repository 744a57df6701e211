"""The bundled picture, 128 x 112: a harbour on a clear evening."""

import math

from canvas import Canvas, mix
from glyphs import width as text_width
from glyphs import write
from plants import fern
from shapes import Polygon, Rect, Ring, Stroke, arc, path
from texture import bricks, fractal, gradient, noise, planks, weave

WIDTH, HEIGHT, HORIZON = 128, 112, 62
INK = (0.10, 0.11, 0.16)
CREAM = (0.96, 0.93, 0.84)


def harbour():
    """The whole scene, far things first."""
    canvas = Canvas(WIDTH, HEIGHT)
    for part in (sky, hills, water, wheel, lighthouse, warehouse, boat, quay, branch):
        part(canvas)
    return canvas


def sky(canvas):
    blend = gradient(0, HORIZON, (0.30, 0.52, 0.80), (0.62, 0.76, 0.88), (0.97, 0.84, 0.70))

    def paint(x, y):
        cloud = fractal(x / 26, y / 9, seed=5) - 0.5
        return mix(blend(x, y), (1.0, 0.97, 0.94), max(0.0, min(1.0, 3.2 * cloud)))

    canvas.fill(Rect(0, 0, WIDTH, HORIZON), paint)
    for x, y, span in ((66, 12, 3.2), (73, 16, 2.4), (59, 19, 2.0)):
        for side in (-1, 1):
            wing = [(x + side * span * t, y - span * (math.sin(2.6 * t) * 0.55)) for t in (0, 0.25, 0.5, 0.75, 1.0)]
            for stroke in path(wing, 0.7, 0.3):
                canvas.fill(stroke, (0.20, 0.22, 0.30))


def hills(canvas):
    for base, rise, period, colour, seed in ((50, 9, 30, (0.56, 0.64, 0.76), 1), (56, 7, 17, (0.36, 0.48, 0.54), 2)):
        ridge = [(x / 2, base - rise * (fractal(x / 2 / period, 0.5, seed, 5) - 0.4)) for x in range(2 * WIDTH + 1)]
        canvas.fill(Polygon((0, HORIZON), *ridge, (WIDTH, HORIZON)), colour)


def water(canvas):
    deep = gradient(HORIZON, HEIGHT, (0.78, 0.76, 0.72), (0.32, 0.52, 0.62), (0.10, 0.28, 0.40))

    def paint(x, y):
        depth = y - HORIZON + 1.5
        wave = math.sin(60 / depth**0.5 * 2.2 + 1.6 * noise(x / (1.5 + depth / 5), y * 0.9, 3) + x * 0.08)
        glint = fractal(x / (2 + depth * 0.25), y * 6 / (2 + depth * 0.3), 9, 3)
        colour = mix(deep(x, y), (0.98, 0.90, 0.78), 0.28 * max(0.0, wave) * (glint > 0.42))
        return mix(colour, (0.06, 0.18, 0.28), 0.30 * max(0.0, -wave))

    canvas.fill(Rect(0, HORIZON, WIDTH, HEIGHT), paint)


def wheel(canvas):
    x, y, radius = 71, 42, 15.5
    iron = (0.32, 0.20, 0.30)
    for foot in (-7, 7):
        canvas.fill(Stroke((x, y), (x + foot, HORIZON), 1.1), iron)
    for rim in (radius, radius - 2.4):
        canvas.fill(Ring(x, y, rim, rim - 0.8), iron)
    for k in range(16):
        angle = math.pi * k / 8 + 0.1
        end = (x + radius * math.cos(angle), y + radius * math.sin(angle))
        canvas.fill(Stroke((x, y), end, 0.6), iron)
        if k % 2 == 0:
            cabin = ((0.83, 0.24, 0.20), (0.96, 0.76, 0.26), (0.20, 0.50, 0.62))[k // 2 % 3]
            canvas.fill(Ring(end[0], end[1] + 1.0, 1.5), cabin)
    canvas.fill(Ring(x, y, 1.7), iron)


def lighthouse(canvas):
    x, top, foot = 105, 24, HORIZON + 4
    half = lambda y: 3.4 + 2.4 * (y - top) / (foot - top)

    def paint(px, py):
        band = int((py - top) / 6.5) % 2
        side = (px - x) / half(py)
        light = 0.62 + 0.38 * math.sqrt(max(0.0, 1 - (side + 0.35) ** 2 / 1.9))
        return tuple(c * light for c in ((0.80, 0.20, 0.17) if band else (0.98, 0.97, 0.94)))

    canvas.fill(
        Ring(x, foot + 1, 17, squash=0.28),
        lambda px, py: mix((0.24, 0.22, 0.22), (0.55, 0.50, 0.46), fractal(px / 2, py, 4)),
    )
    canvas.fill(
        Polygon((x - half(top), top), (x + half(top), top), (x + half(foot), foot), (x - half(foot), foot)), paint
    )
    canvas.fill(Rect(x - 5.2, top - 1.2, x + 5.2, top), INK)
    canvas.fill(Rect(x - 2.6, top - 6.5, x + 2.6, top - 1.2), (1.0, 0.93, 0.62))
    for post in (-2.6, -0.9, 0.9, 2.6):
        canvas.fill(Stroke((x + post, top - 6.5), (x + post, top - 1), 0.5), INK)
    for post in range(-5, 6):
        canvas.fill(Stroke((x + post, top - 3), (x + post, top - 1), 0.28), INK)
    canvas.fill(Stroke((x - 5, top - 3), (x + 5, top - 3), 0.45), INK)
    canvas.fill(Polygon(*arc(x, top - 6.5, 3.4, 0.5, 1.0)), (0.62, 0.15, 0.14))
    canvas.fill(Stroke((x, top - 9.5), (x, top - 13), 0.5), INK)
    for y in (33, 46):
        canvas.fill(Rect(x - 1, y, x + 1, y + 3.2), INK)


def warehouse(canvas):
    wall = bricks(7.2, 3.6, 0.9, (0.66, 0.33, 0.24), (0.80, 0.74, 0.66), seed=2)
    canvas.fill(Polygon((0, 24), (24, 11), (48, 24), (48, 84), (0, 84)), wall)
    for end in ((-1, 24.5), (49, 24.5)):
        canvas.fill(Stroke((24, 11), end, 2.2), (0.24, 0.25, 0.30))
    canvas.fill(Ring(24, 20.5, 4.3), CREAM)
    canvas.fill(Ring(24, 20.5, 3.5), (0.22, 0.34, 0.44))
    for k in range(4):
        angle = math.pi * k / 4
        dx, dy = 3.6 * math.cos(angle), 3.6 * math.sin(angle)
        canvas.fill(Stroke((24 - dx, 20.5 - dy), (24 + dx, 20.5 + dy), 0.5), CREAM)
    canvas.fill(Rect(2, 28, 46, 42), CREAM)
    canvas.fill(Rect(3, 29, 45, 41), (0.11, 0.22, 0.32))
    write(canvas, "PIER 7", 24 - text_width("PIER 7", 8.4) / 2, 30.8, 8.4, CREAM, 1.6)
    for x in (5, 19, 33):
        window(canvas, x, 46, 10, 15)
    for x in (5, 33):
        window(canvas, x, 68, 10, 12)
    canvas.fill(
        Polygon((19, 84), (19, 71), *arc(24, 71, 5, 0.5, 1.0), (29, 84)), planks(2.0, (0.36, 0.44, 0.36), INK, 3)
    )


def window(canvas, x, y, width, height):
    glass = gradient(y, y + height, (0.72, 0.84, 0.92), (0.22, 0.32, 0.44))
    canvas.fill(Rect(x - 1, y - 1, x + width + 1, y + height + 1), CREAM)
    canvas.fill(
        Rect(x, y, x + width, y + height),
        lambda px, py: mix(glass(px, py), (1, 0.95, 0.85), 0.7 * (abs(px - x - py + y) < 1.6)),
    )
    canvas.fill(Rect(x + width / 2 - 0.5, y, x + width / 2 + 0.5, y + height), CREAM)
    for k in (1, 2):
        canvas.fill(Rect(x, y + height * k / 3 - 0.5, x + width, y + height * k / 3 + 0.5), CREAM)
    canvas.fill(Rect(x - 2, y + height + 1, x + width + 2, y + height + 2.2), (0.46, 0.42, 0.40))


def boat(canvas):
    x, deck = 84, 86
    hull = [
        (x - 21, deck - 2.5),
        (x + 22, deck - 3),
        *arc(x + 8, deck - 3, 13.5, 0.0, 0.25, squash=0.8),
        (x - 13, deck + 7),
    ]
    canvas.fill(Polygon(*[(px, 2 * (deck + 7) - py + 1) for px, py in hull]), (0.10, 0.16, 0.22), alpha=0.45)
    canvas.fill(Polygon(*hull), gradient(deck - 3, deck + 8, (0.94, 0.92, 0.88), (0.70, 0.66, 0.64)))
    canvas.fill(
        Polygon((x - 16, deck + 3.2), (x + 20, deck + 3.2), (x + 15, deck + 8), (x - 13, deck + 8)), (0.62, 0.16, 0.16)
    )
    write(canvas, "SWAN", x - 13, deck - 2, 4.4, INK, 0.8)
    mast = x + 3
    sail = [
        (mast - 1, 47),
        *[(mast - 1 - 17 * math.sin(t / 8 * 1.45), 47 + 34 * t / 8) for t in range(1, 9)],
        (mast - 1, 81),
    ]
    canvas.fill(Polygon(*sail), weave(2.6, (0.97, 0.93, 0.82), (0.80, 0.70, 0.54)))
    for y in (56, 65, 73):
        canvas.fill(
            Stroke((mast - 1, y), (mast - 17 * math.sin((y - 47) / 34 * 1.45), y + 0.8), 0.6), (0.45, 0.36, 0.28)
        )
    jib = [(mast + 1, 49), *[(mast + 1 + 16 * (t / 6) ** 1.3, 49 + 31 * t / 6) for t in range(1, 7)], (mast + 2, 79)]
    canvas.fill(
        Polygon(*jib), lambda px, py: (0.84, 0.34, 0.22) if int((py + px * 0.4) / 2.6) % 2 else (0.97, 0.92, 0.84)
    )
    canvas.fill(Stroke((mast, deck - 3), (mast, 43), 1.1, 0.7), (0.35, 0.24, 0.16))
    for end in ((x - 21, deck - 3), (x + 22, deck - 3), (x - 10, deck - 3)):
        canvas.fill(Stroke((mast, 44), end, 0.45), INK)


def quay(canvas):
    stone = bricks(8.5, 4.6, 0.7, (0.58, 0.55, 0.52), (0.25, 0.24, 0.26), seed=8)
    canvas.fill(
        Polygon((0, 84), (54, 84), (62, 96), (62, 112), (0, 112)), lambda x, y: stone(x * (1 - (y - 84) * 0.004), y)
    )
    canvas.fill(Polygon((0, 83), (54, 83), (55.5, 85.4), (0, 85.4)), (0.80, 0.77, 0.72))
    for x in (8, 50):
        canvas.fill(Polygon((x - 1.6, 84), (x - 2.4, 77.5), (x + 2.4, 77.5), (x + 1.6, 84)), INK)
        canvas.fill(Ring(x, 77.5, 2.6, squash=0.5), (0.30, 0.31, 0.36))
    rope = [(50 + 15 * t, 79 + 10 * math.sin(math.pi * t * 0.7) + 2 * t) for t in [i / 12 for i in range(13)]]
    for stroke in path(rope, 0.8):
        canvas.fill(stroke, (0.80, 0.68, 0.46))
    crate(canvas, 18, 88, "HR")
    crate(canvas, 36, 92, "2")


def crate(canvas, x, y, mark):
    canvas.fill(Rect(x, y, x + 15, y + 15), planks(3.0, (0.78, 0.58, 0.36), (0.32, 0.20, 0.12), 5))
    for edge in (Rect(x, y, x + 15, y + 1.8), Rect(x, y + 13.2, x + 15, y + 15)):
        canvas.fill(edge, (0.60, 0.42, 0.24))
    write(canvas, mark, x + 7.5 - text_width(mark, 7.6) / 2, y + 3.7, 7.6, INK, 1.4)


def branch(canvas):
    dark, light = (0.05, 0.20, 0.10), (0.52, 0.72, 0.28)
    for x, y, length, angle, bend in (
        (131, 116, 44, 0.60, -0.02),
        (128, 116, 36, 0.68, -0.03),
        (134, 104, 34, 0.645, -0.04),
        (112, 117, 26, 0.715, 0.03),
    ):
        fern(canvas, x, y, length, angle, dark, light, bend)
    for x, y, length, angle, bend in ((132, 6, 30, 0.45, 0.10), (124, -6, 26, 0.36, -0.10), (132, 20, 16, 0.38, -0.12)):
        fern(canvas, x, y, length, angle, dark, light, bend)
