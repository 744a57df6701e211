"""Shapes: a bounding box and a test of whether a point lies inside."""

import math


class Rect:
    def __init__(self, left, top, right, bottom):
        self.box = (left, top, right, bottom)

    def contains(self, x, y):
        left, top, right, bottom = self.box
        return left <= x < right and top <= y < bottom


class Ring:
    """A disc, or what lies between two radii; `squash` flattens it."""

    def __init__(self, x, y, radius, inner=0.0, squash=1.0):
        self.x, self.y, self.radius, self.inner, self.squash = x, y, radius, inner, squash
        self.box = (x - radius, y - radius * squash, x + radius, y + radius * squash)

    def contains(self, x, y):
        return self.inner <= math.hypot(x - self.x, (y - self.y) / self.squash) < self.radius


class Polygon:
    def __init__(self, *points):
        self.edges = list(zip(points, points[1:] + points[:1]))
        xs, ys = zip(*points)
        self.box = (min(xs), min(ys), max(xs), max(ys))

    def contains(self, x, y):
        inside = False
        for (x0, y0), (x1, y1) in self.edges:
            if (y0 > y) != (y1 > y) and x < x0 + (y - y0) * (x1 - x0) / (y1 - y0):
                inside = not inside
        return inside


class Stroke:
    """A straight line with round ends, from `width` to `end_width`."""

    def __init__(self, start, end, width, end_width=None):
        self.start, self.end, self.width = start, end, width
        self.end_width = width if end_width is None else end_width
        half = max(self.width, self.end_width) / 2
        xs, ys = zip(start, end)
        self.box = (min(xs) - half, min(ys) - half, max(xs) + half, max(ys) + half)

    def contains(self, x, y):
        (x0, y0), (x1, y1) = self.start, self.end
        dx, dy = x1 - x0, y1 - y0
        t = min(1.0, max(0.0, ((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy or 1.0)))
        half = (self.width + (self.end_width - self.width) * t) / 2
        return math.hypot(x - x0 - t * dx, y - y0 - t * dy) < half


def path(points, width, end_width=None):
    """Strokes along a line of points, tapering to `end_width`."""
    end_width = width if end_width is None else end_width
    step = (end_width - width) / (len(points) - 1)
    return [Stroke(a, b, width + step * i, width + step * (i + 1)) for i, (a, b) in enumerate(zip(points, points[1:]))]


def arc(x, y, radius, start, end, steps=12, squash=1.0):
    """Points on an arc, angles in turns, clockwise from the right."""
    angles = [2 * math.pi * (start + (end - start) * i / steps) for i in range(steps + 1)]
    return [(x + radius * math.cos(a), y + radius * squash * math.sin(a)) for a in angles]
