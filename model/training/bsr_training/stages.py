"""One binary convolution stage a method: `v = activation(affine(dot(sign x, sign w)) + x)`.

Parameter names are those of the exported checkpoint: `0.weight` is the latent weight `[out, in, 3, 3]`, `1.*` batch
normalisation; the rest is named after what it is. C is the number of channels; thresholds, scales and slopes have
one value a channel.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .settings import Settings
from .signs import sign, weight_sign
from .stream import round_stream
from .topology import SLOPE, Topology


class LatentWeight(nn.Module):
    """Real weights whose signs are convolved with."""

    def __init__(self, channels: int):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(channels, channels, 3, 3))
        nn.init.normal_(self.weight, std=0.05)


class Stage(nn.Module):
    """What all methods share: latent weights, the dot, rounding of the stream."""

    gradient = "bi-real"

    def __init__(self, topology: Topology, settings: Settings, activated: bool):
        super().__init__()
        self.settings, self.activated = settings, activated
        self.channels = topology.channels
        self.add_module("0", LatentWeight(self.channels))

    @property
    def latent(self) -> nn.Parameter:
        """Latent weights `[out, in, 3, 3]`."""
        return self.get_submodule("0").weight

    def channel_parameter(self, value: float) -> nn.Parameter:
        """One value a channel."""
        return nn.Parameter(torch.full((self.channels,), value))

    def add_norm(self):
        """Batch normalisation of the dot, as submodule `1`."""
        self.add_module("1", nn.BatchNorm2d(self.channels))

    def norm(self, dot: Tensor) -> Tensor:
        """That normalisation."""
        return self.get_submodule("1")(dot)

    def signs(self, x: Tensor) -> Tensor:
        """`sign(x)`, with the gradient of the recipe or else of the method."""
        settings = self.settings
        if settings.real_activations:
            return x
        return sign(x, settings.gradient or self.gradient, settings.sharpness, settings.dtype)

    def dot(self, operand: Tensor) -> Tensor:
        """Sum over the taps of `operand * sign(w)`; a tap outside adds 0."""
        weight = self.latent if self.settings.real_weights else weight_sign(self.latent)
        weight = weight.to(self.settings.dtype).contiguous(memory_format=torch.channels_last)
        return F.conv2d(operand.to(self.settings.dtype), weight, padding=1).float()

    def finish(self, v: Tensor) -> Tensor:
        """Rounds the sum as the integer network does, then activates and rounds again.

        The integer activation multiplies the stream's integer, which lies half a unit below the value it stands for.
        """
        stream = self.settings.stream
        v = round_stream(v, stream)
        if self.activated:
            v = round_stream(self.activation(v if stream is None else v - stream.middle), stream)
        return v

    def activation(self, v: Tensor) -> Tensor:
        """LeakyReLU with a slope that is exact in hardware."""
        return F.leaky_relu(v, SLOPE)


class E2fifStage(Stage):
    """E2FIF (arXiv 2207.06893): `BN(dot) + x`. ESB has the same inference."""

    def __init__(self, topology: Topology, settings: Settings, activated: bool):
        super().__init__(topology, settings, activated)
        self.add_norm()

    def forward(self, x: Tensor) -> Tensor:
        return self.finish(self.norm(self.dot(self.signs(x))) + x)


class LocalMeanStage(E2fifStage):
    """Local means (Li et al. 2022): `sign(x - boxmean_3(x))`; the mean is over the neighbours inside the picture."""

    gradient = "tanh"

    def signs(self, x: Tensor) -> Tensor:
        return super().signs(x - F.avg_pool2d(x, 3, stride=1, padding=1, count_include_pad=False))


class ScalesStage(Stage):
    """SCALES (arXiv 2303.12270): `alpha mean|W| dot(sign((x - beta) / alpha)) S(x) + x`, no normalisation."""

    gradient = "clip"

    def __init__(self, topology: Topology, settings: Settings, activated: bool):
        super().__init__(topology, settings, activated)
        self.alpha = nn.Parameter(torch.tensor(4.0))
        self.threshold = self.channel_parameter(0.0)
        self.spatial = nn.Conv2d(self.channels, 1, 1) if topology.spatial else None

    def forward(self, x: Tensor) -> Tensor:
        alpha = self.alpha.clamp(min=1e-3)
        signs = self.signs((x - self.threshold.view(-1, 1, 1)) / alpha)
        scale = self.latent.abs().mean(dim=(1, 2, 3))
        y = self.dot(signs) * (alpha * scale).view(-1, 1, 1)
        if self.spatial is not None:
            y = y * torch.sigmoid(self.spatial(x))
        return self.finish(y + x)


class WeightOnlyStage(Stage):
    """Ma et al. (CVPRW 2019): only weights are binary: `BN(scale sum +-x)`; the block's skip goes around two stages."""

    def __init__(self, topology: Topology, settings: Settings, activated: bool):
        super().__init__(topology, settings, activated)
        self.add_norm()
        self.scale = self.channel_parameter(0.05)
        if activated:
            self.slope = self.channel_parameter(0.25)

    def activation(self, v: Tensor) -> Tensor:
        return F.prelu(v, self.slope)

    def forward(self, x: Tensor, skip: Tensor | None = None) -> Tensor:
        y = self.norm(self.dot(x) * self.scale.view(-1, 1, 1))
        return self.finish(y if skip is None else y + skip)


class BbcuStage(Stage):
    """BBCU (ICLR 2023): `PReLU(scale dot(sign(x - threshold)) + shift_in) + shift_out + x`, no normalisation."""

    def __init__(self, topology: Topology, settings: Settings, activated: bool):
        super().__init__(topology, settings, False)
        self.threshold = self.channel_parameter(0.0)
        self.scale = self.channel_parameter(0.05)
        self.slope = self.channel_parameter(0.25)
        self.shift_in = self.channel_parameter(0.0)
        self.shift_out = self.channel_parameter(0.0)

    def forward(self, x: Tensor) -> Tensor:
        threshold, scale, shift_in, shift_out = (
            p.view(-1, 1, 1) for p in (self.threshold, self.scale, self.shift_in, self.shift_out)
        )
        y = self.dot(self.signs(x - threshold)) * scale + shift_in
        return self.finish(F.prelu(y, self.slope) + shift_out + x)


class BtmStage(Stage):
    """BTM (Jiang et al. AAAI 2021): `PReLU(scale dot(sign x)) + x`, no normalisation."""

    def __init__(self, topology: Topology, settings: Settings, activated: bool):
        super().__init__(topology, settings, False)
        self.scale = self.channel_parameter(0.05)
        self.slope = self.channel_parameter(0.25)

    def forward(self, x: Tensor) -> Tensor:
        y = self.dot(self.signs(x)) * self.scale.view(-1, 1, 1)
        return self.finish(F.prelu(y, self.slope) + x)


STAGES: dict[str, type[Stage]] = {
    "e2fif": E2fifStage,
    "scales": ScalesStage,
    "lmb": LocalMeanStage,
    "esb": E2fifStage,
    "ma2019": WeightOnlyStage,
    "bbcu": BbcuStage,
    "btm": BtmStage,
}
