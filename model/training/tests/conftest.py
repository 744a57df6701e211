import pytest

from bsr_training.drawn import draw_folder


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """A folder of small drawn pictures."""
    path = tmp_path_factory.mktemp("pictures")
    draw_folder(path)
    return path
