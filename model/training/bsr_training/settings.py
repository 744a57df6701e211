"""What a recipe turns while a network trains; shared by all of its stages, no part of its weights."""

from dataclasses import dataclass

import torch

from .stream import StreamFormat


@dataclass
class Settings:
    """Knobs of the forward pass."""

    gradient: str | None = None
    """Gradient of the activations' signs (`signs.GRADIENTS`); the method's own where `None`."""
    sharpness: float = 1.0
    """`k` of the activations' gradient."""
    stream: StreamFormat | None = None
    """Format in which the stream is rounded; none while training without rounding."""
    dtype: torch.dtype = torch.float32
    """Type in which binary convolutions multiply. Signs are exact in bf16; a dot beyond 256 is rounded there."""
    real_weights: bool = False
    """Latent weights instead of their signs: the first part of two-stage training."""
    real_activations: bool = False
    """The stream instead of its signs: with `real_weights`, the full-precision network."""
