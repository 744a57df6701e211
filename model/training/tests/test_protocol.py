import numpy as np
import pytest

from bsr_training import protocol


def test_a_constant_picture_keeps_its_value_at_every_scale():
    flat = np.full((12, 18), 77, np.uint8)
    for factor in (1 / 2, 1 / 3, 2, 3, 4):
        assert np.all(protocol.resize(flat, factor) == 77)


def test_halving_a_ramp_reads_between_its_pixels():
    ramp = np.tile(np.arange(0, 200, 10, dtype=np.uint8), (8, 1))
    assert protocol.resize(ramp, 1 / 2)[2, 2:-2].tolist() == [45, 65, 85, 105, 125, 145]


def test_a_picture_equals_itself_by_ssim_and_one_level_of_error_is_48_db():
    picture = np.random.default_rng(1).integers(1, 254, (40, 40)).astype(float)
    assert protocol.ssim(picture, picture, 2) == pytest.approx(1)
    assert protocol.psnr(picture + 1, picture, 2) == pytest.approx(48.1308, abs=1e-4)


def test_luma_spans_16_to_235():
    ends = np.array([[[0, 0, 0], [255, 255, 255]]], np.uint8)
    assert protocol.luma(ends)[0] == pytest.approx([16, 235])
