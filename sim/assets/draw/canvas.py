"""A canvas that is sampled 4 x 4 times a pixel and box-filtered: every edge is antialiased.

The box is a little wider than a pixel, as a lens is never sharper than its sensor.
"""

import struct
import zlib

SAMPLES = 4
# Samples that the box reaches beyond the pixel, on each side.
BLUR = 1


class Canvas:
    """Colours are (red, green, blue) in 0..1; coordinates are pixels, y downwards."""

    def __init__(self, width, height):
        self.width, self.height = width, height
        self.rows = [[(0.0, 0.0, 0.0)] * (width * SAMPLES) for _ in range(height * SAMPLES)]

    def fill(self, shape, paint, alpha=1.0):
        """Paints `shape` with a colour, or with a function of (x, y) that gives one."""
        left, top, right, bottom = shape.box
        columns = range(max(0, int(left * SAMPLES)), min(self.width * SAMPLES, int(right * SAMPLES) + 1))
        for j in range(max(0, int(top * SAMPLES)), min(self.height * SAMPLES, int(bottom * SAMPLES) + 1)):
            row, y = self.rows[j], (j + 0.5) / SAMPLES
            for i in columns:
                x = (i + 0.5) / SAMPLES
                if shape.contains(x, y):
                    colour = paint(x, y) if callable(paint) else paint
                    row[i] = colour if alpha == 1.0 else mix(row[i], colour, alpha)

    def pixels(self):
        """Rows of (red, green, blue) bytes."""
        return [[self._pixel(x, y) for x in range(self.width)] for y in range(self.height)]

    def _pixel(self, x, y):
        rows = range(max(0, y * SAMPLES - BLUR), min(self.height * SAMPLES, (y + 1) * SAMPLES + BLUR))
        columns = slice(max(0, x * SAMPLES - BLUR), (x + 1) * SAMPLES + BLUR)
        box = [sample for j in rows for sample in self.rows[j][columns]]
        return tuple(min(255, max(0, int(255 * sum(s[c] for s in box) / len(box) + 0.5))) for c in range(3))


def mix(a, b, t):
    """`a` at t = 0, `b` at t = 1."""
    return tuple(p + (q - p) * t for p, q in zip(a, b))


def png(pixels, grey=False):
    """The bytes of a PNG file; a grey one takes the BT.601 luminance of each pixel."""
    if grey:
        rows = [bytes(int(0.299 * r + 0.587 * g + 0.114 * b + 0.5) for r, g, b in row) for row in pixels]
    else:
        rows = [bytes(sample for pixel in row for sample in pixel) for row in pixels]
    header = struct.pack(">IIBBBBB", len(pixels[0]), len(pixels), 8, 0 if grey else 2, 0, 0, 0)
    data = zlib.compress(b"".join(b"\0" + row for row in rows), 9)
    chunks = [(b"IHDR", header), (b"IDAT", data), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, body) for kind, body in chunks)


def _chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
