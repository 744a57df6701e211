"""L1, on all pixels or on the easier ones."""

import torch
from torch import Tensor


def l1(sr: Tensor, hr: Tensor, kept: float = 1.0) -> Tensor:
    """Mean absolute error over the part `kept` of the pixels that have the smallest error.

    With `kept` growing to 1 this is ESB's pixel-wise curriculum (Zhang et al. 2021), the quantile taken over the batch.
    """
    error = (sr - hr).abs()
    if kept >= 1:
        return error.mean()
    count = max(1, int(kept * error.numel()))
    return torch.topk(error.flatten(), count, largest=False, sorted=False).values.mean()
