"""The evaluation protocol: MATLAB's bicubic `imresize`, BT.601 luma, PSNR and SSIM on luma.

LR is the HR picture, cropped to a multiple of the scale and resized as bytes; luma is taken of that. A border of
`scale` pixels is shaved before the comparison.
"""

import math

import numpy as np

LUMA = np.array([65.481, 128.553, 24.966]) / 255


def luma(picture: np.ndarray) -> np.ndarray:
    """Y of BT.601, 16..235, not rounded, of RGB bytes `[y, x, 3]`; a grey picture is luma unchanged."""
    if picture.ndim == 2:
        return picture.astype(np.float64)
    return 16.0 + picture.astype(np.float64) @ LUMA


def round_half_up(values: np.ndarray) -> np.ndarray:
    """Nearest integer, halves upwards."""
    return np.floor(values + 0.5)


def crop_to_multiple(picture: np.ndarray, scale: int) -> np.ndarray:
    """Drops rows at the bottom and columns at the right until both sides are multiples of `scale`."""
    height, width = picture.shape[:2]
    return picture[: height - height % scale, : width - width % scale]


def resize(picture: np.ndarray, factor: float) -> np.ndarray:
    """MATLAB's `imresize(picture, factor)`, bicubic with antialiasing, of bytes: each pass is rounded to bytes."""
    for axis in (0, 1):
        weights, places = taps(picture.shape[axis], factor)
        source = np.moveaxis(picture, axis, 0).astype(np.float64)
        result = np.zeros((len(weights),) + source.shape[1:])
        for tap in range(weights.shape[1]):
            weight = weights[:, tap].reshape((-1,) + (1,) * (source.ndim - 1))
            result += weight * source[places[:, tap]]
        picture = np.moveaxis(np.clip(round_half_up(result), 0, 255).astype(np.uint8), 0, axis)
    return picture


def psnr(picture: np.ndarray, reference: np.ndarray, shave: int) -> float:
    """PSNR in dB against a peak of 255, without a border of `shave` pixels."""
    inside = (slice(shave, -shave), slice(shave, -shave))
    return 10 * math.log10(255**2 / np.mean((picture[inside] - reference[inside]) ** 2))


def ssim(picture: np.ndarray, reference: np.ndarray, shave: int) -> float:
    """SSIM (Wang et al. 2004): Gaussian windows of 11x11, sigma 1.5, K 0.01 and 0.03, whole windows only."""
    inside = (slice(shave, -shave), slice(shave, -shave))
    a, b = picture[inside].astype(np.float64), reference[inside].astype(np.float64)
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    mean_a, mean_b = _gaussian(a), _gaussian(b)
    var_a, var_b = _gaussian(a * a) - mean_a**2, _gaussian(b * b) - mean_b**2
    covariance = _gaussian(a * b) - mean_a * mean_b
    luminance = (2 * mean_a * mean_b + c1) / (mean_a**2 + mean_b**2 + c1)
    return float(np.mean(luminance * (2 * covariance + c2) / (var_a + var_b + c2)))


def _cubic(x: np.ndarray) -> np.ndarray:
    """Keys' kernel with a = -0.5."""
    x = np.abs(x)
    near = 1.5 * x**3 - 2.5 * x**2 + 1
    far = -0.5 * x**3 + 2.5 * x**2 - 4 * x + 2
    return np.where(x <= 1, near, np.where(x <= 2, far, 0.0))


def taps(length: int, factor: float) -> tuple[np.ndarray, np.ndarray]:
    """Weights and source places `[output, tap]` of one pass; places outside are mirrored."""
    stretch = min(factor, 1.0)
    support = 4 / stretch
    centre = (np.arange(1, math.ceil(length * factor) + 1) / factor) + 0.5 * (1 - 1 / factor)
    first = np.floor(centre - support / 2)
    places = first[:, None] + np.arange(math.ceil(support) + 2)
    weights = _cubic(stretch * (centre[:, None] - places))
    weights /= weights.sum(axis=1, keepdims=True)
    mirror = np.concatenate([np.arange(length), np.arange(length)[::-1]])
    places = mirror[(places.astype(np.int64) - 1) % (2 * length)]
    used = np.any(weights != 0, axis=0)
    return weights[:, used], places[:, used]


def _gaussian(values: np.ndarray) -> np.ndarray:
    window = np.exp(-((np.arange(11) - 5) ** 2) / (2 * 1.5**2))
    window /= window.sum()
    rows = sum(w * values[i : values.shape[0] - 10 + i] for i, w in enumerate(window))
    return sum(w * rows[:, i : values.shape[1] - 10 + i] for i, w in enumerate(window))
