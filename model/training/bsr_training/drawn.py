"""Pictures that are drawn rather than taken: edges, gradients and texture, for tests and test vectors."""

from pathlib import Path

import numpy as np
from PIL import Image


def drawn(index: int, height: int = 48, width: int = 64) -> np.ndarray:
    """RGB bytes `[y, x, 3]`, another picture for every index."""
    y, x = np.mgrid[0:height, 0:width]
    waves = 127 + 90 * np.sin((x + index * y) / (3 + index)) * np.cos(y / 5)
    edges = np.where((x // 9 + y // 7 + index) % 2, 40, 0)
    planes = [np.clip(waves + edges + 12 * colour, 0, 255) for colour in range(3)]
    return np.stack(planes, axis=-1).astype(np.uint8)


def draw_folder(folder: Path, count: int = 4):
    """Writes `count` of them as PNG."""
    folder.mkdir(parents=True, exist_ok=True)
    for index in range(count):
        Image.fromarray(drawn(index)).save(folder / f"{index}.png")
