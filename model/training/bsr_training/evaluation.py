"""PSNR and SSIM of a network on a folder, by `protocol`; the network runs in full precision, as exported."""

from dataclasses import dataclass

import numpy as np
import torch

from . import protocol
from .network import Network
from .pictures import Pair


@dataclass(frozen=True)
class Score:
    """Means over the pictures of a set, in dB and 0..1."""

    psnr: float
    ssim: float


@torch.no_grad()
def super_resolve(network: Network, lr: np.ndarray) -> np.ndarray:
    """SR luma `[y, x]`, clamped and rounded to whole grey levels, of LR luma `[y, x]`."""
    device = next(network.parameters()).device
    picture = torch.from_numpy(lr.astype(np.float32))[None, None].to(device)
    return network(picture)[0, 0].clamp(0, 255).add(0.5).floor().cpu().numpy().astype(np.float64)


def evaluate(network: Network, pairs: list[Pair], round_input: bool) -> Score:
    """Mean PSNR and SSIM; `round_input` reads LR luma in whole grey levels, as the integer network does."""
    was_training = network.training
    network.eval()
    scale, scores = network.topology.scale, []
    for pair in pairs:
        lr = pair.lr / 256
        sr = super_resolve(network, protocol.round_half_up(lr) if round_input else lr)
        hr = pair.hr / 256
        scores.append((protocol.psnr(sr, hr, scale), protocol.ssim(sr, hr, scale)))
    network.train(was_training)
    return Score(*(float(mean) for mean in np.mean(scores, axis=0)))


def bicubic(pairs: list[Pair]) -> Score:
    """What `imresize` of the LR luma, rounded to bytes, scores on the same pairs."""
    scores = []
    for pair in pairs:
        scale = pair.hr.shape[0] // pair.lr.shape[0]
        lr = protocol.round_half_up(pair.lr / 256).astype(np.uint8)
        sr, hr = protocol.resize(lr, scale).astype(np.float64), pair.hr / 256
        scores.append((protocol.psnr(sr, hr, scale), protocol.ssim(sr, hr, scale)))
    return Score(*(float(mean) for mean in np.mean(scores, axis=0)))
