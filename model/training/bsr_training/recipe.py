"""How a network is trained. A recipe with a seed determines every step."""

import math
from dataclasses import asdict, dataclass, replace

from .stream import StreamFormat
from .topology import Topology


@dataclass(frozen=True)
class Recipe:
    """L1 loss, Adam, a warm-up, then a cosine or a stepped decay."""

    steps: int = 10_000
    batch: int = 8
    patch: int = 48
    """Side of an LR patch."""
    learning_rate: float = 8e-3
    """Tens of times that of the papers: a short run has to flip as many signs as their long ones."""
    warm_up: int = 200
    """Steps over which the learning rate rises."""
    schedule: str = "cosine"
    """`cosine`, `halving` (halved at two thirds of the steps, as E2FIF and SCALES do) or `constant`."""
    ema: float = 0.999
    """Decay of the averaged weights, which are what is evaluated and exported."""
    seed: int = 0
    round_input: bool = True
    """LR luma in whole grey levels, which is what the integer network reads."""
    real_weights_until: float = 0.0
    """Part of the steps with latent weights in place of their signs (activations are binary first)."""
    real_activations_until: float = 0.0
    """Part of the steps without signs of activations; with the above, a full-precision warm start."""
    sharpness: tuple[float, float] = (1.0, 1.0)
    """Of the activations' gradient, at the first and last step; geometric in between."""
    latent_bound: float | None = None
    """Latent weights are kept within this of 0 (ESB's compact prior)."""
    curriculum: float = 0.0
    """Part of the steps in which the hardest pixels are left out of the loss, ever fewer (ESB's curriculum)."""
    stream: StreamFormat | None = None
    """Format in which the stream is rounded in the loop."""
    gradient: str | None = None
    """Gradient of the activations' signs in place of the method's."""
    bf16: bool = True
    """Binary convolutions in bf16 while training."""

    def rate_at(self, step: int) -> float:
        """Learning rate of a step, counted from 0."""
        if step < self.warm_up:
            return self.learning_rate * (step + 1) / self.warm_up
        progress = step / self.steps
        if self.schedule == "cosine":
            return max(1e-6, self.learning_rate * 0.5 * (1 + math.cos(math.pi * min(progress, 1.0))))
        if self.schedule == "halving" and progress >= 2 / 3:
            return self.learning_rate / 2
        return self.learning_rate

    def sharpness_at(self, step: int) -> float:
        """Sharpness of the activations' gradient at a step."""
        first, last = self.sharpness
        return first * (last / first) ** min(step / self.steps, 1.0)

    def kept_pixels_at(self, step: int) -> float:
        """Part of the pixels, the easiest first, that the loss reads: from a half to all of them."""
        end = self.curriculum * self.steps
        return 1.0 if step >= end else 0.5 + 0.5 * step / end

    def to_dict(self) -> dict:
        """The fields, for JSON."""
        return asdict(self)

    @staticmethod
    def from_dict(fields: dict) -> "Recipe":
        """The inverse of `to_dict`."""
        stream = fields.get("stream")
        fields = {**fields, "sharpness": tuple(fields["sharpness"])}
        return Recipe(**{**fields, "stream": StreamFormat(**stream) if stream else None})


_E2FIF = Recipe()
_BY_METHOD = {
    "e2fif": _E2FIF,
    "scales": _E2FIF,
    "lmb": replace(_E2FIF, sharpness=(1.0, 3.0)),
    "esb": replace(_E2FIF, latent_bound=1e-3, learning_rate=2e-4, curriculum=0.5),
    "ma2019": replace(_E2FIF, learning_rate=2e-3),
    "bbcu": _E2FIF,
    "btm": _E2FIF,
}


def default(topology: Topology) -> Recipe:
    """The recipe of a topology's method."""
    return _BY_METHOD[topology.method]
