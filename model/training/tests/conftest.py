import numpy as np
import pytest
from PIL import Image


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """A folder of small drawn pictures: edges, gradients and texture."""
    path = tmp_path_factory.mktemp("pictures")
    y, x = np.mgrid[0:48, 0:64]
    for index in range(4):
        waves = 127 + 90 * np.sin((x + index * y) / (3 + index)) * np.cos(y / 5)
        edges = np.where((x // 9 + y // 7 + index) % 2, 40, 0)
        planes = [np.clip(waves + edges + 12 * colour, 0, 255) for colour in range(3)]
        Image.fromarray(np.stack(planes, axis=-1).astype(np.uint8)).save(path / f"{index}.png")
    return path
