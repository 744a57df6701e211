"""Surfaces: functions of a point that give a colour, and the smooth noise that ages them."""

import math

from canvas import mix


def lattice(i, j, seed=0):
    """A fixed pseudo-random number in 0..1 for a lattice point."""
    n = (i * 374761393 + j * 668265263 + seed * 2246822519) & 0xFFFFFFFF
    n = ((n ^ (n >> 13)) * 1274126177) & 0xFFFFFFFF
    return ((n ^ (n >> 16)) & 0xFFFF) / 0xFFFF


def noise(x, y, seed=0):
    """Smooth noise in 0..1, one feature a unit."""
    i, j = math.floor(x), math.floor(y)
    u, v = (t * t * (3 - 2 * t) for t in (x - i, y - j))
    top = lattice(i, j, seed) * (1 - u) + lattice(i + 1, j, seed) * u
    bottom = lattice(i, j + 1, seed) * (1 - u) + lattice(i + 1, j + 1, seed) * u
    return top * (1 - v) + bottom * v


def fractal(x, y, seed=0, octaves=4):
    """Noise summed over octaves, 0..1."""
    weights = [0.5**k for k in range(octaves)]
    return sum(w * noise(x * 2**k, y * 2**k, seed + k) for k, w in enumerate(weights)) / sum(weights)


def bricks(width, height, joint, clay, mortar, seed=0):
    """Running bond: each course is half a brick off the next."""

    def paint(x, y):
        course = math.floor(y / height)
        x = x + width / 2 * (course % 2)
        brick = math.floor(x / width)
        if x - brick * width < joint or y - course * height < joint:
            return mortar
        shade = 0.72 + 0.45 * lattice(brick, course, seed) + 0.12 * (noise(x, y, seed) - 0.5)
        return tuple(c * shade for c in clay)

    return paint


def weave(pitch, light, dark):
    """Plain weave: warp over weft, then weft over warp."""

    def paint(x, y):
        i, j = math.floor(x / pitch), math.floor(y / pitch)
        across, along = x / pitch - i, y / pitch - j
        thread = across if (i + j) % 2 else along
        return mix(dark, light, math.sin(math.pi * thread))

    return paint


def planks(width, wood, gap, seed=0):
    """Vertical planks with grain."""

    def paint(x, y):
        plank = math.floor(x / width)
        if x - plank * width < 0.45:
            return gap
        grain = fractal(x * 1.6, y * 0.12, seed + plank, 3)
        shade = 0.75 + 0.2 * lattice(plank, 7, seed) + 0.35 * (grain - 0.5)
        return tuple(c * shade for c in wood)

    return paint


def gradient(top, bottom, *stops):
    """Vertical blend through the colours of `stops`, from y = top to y = bottom."""

    def paint(_, y):
        t = min(1.0, max(0.0, (y - top) / (bottom - top))) * (len(stops) - 1)
        k = min(int(t), len(stops) - 2)
        return mix(stops[k], stops[k + 1], t - k)

    return paint
