"""A whole network: `x0 = head(y - mean)`, blocks of two stages, `r = x + x0`, tail, pixel shuffle."""

import torch.nn.functional as F
from torch import Tensor, nn

from .settings import Settings
from .stages import STAGES
from .stream import round_stream
from .topology import Topology


class Head(nn.Conv2d):
    """Full-precision convolution of luma into the stream, with a PReLU where the method has one."""

    def __init__(self, topology: Topology):
        super().__init__(1, topology.channels, topology.end_kernel, padding=topology.end_kernel // 2)
        self.slope = nn.PReLU(topology.channels).weight if topology.method == "ma2019" else None

    def forward(self, y: Tensor) -> Tensor:
        x = super().forward(y)
        return x if self.slope is None else F.prelu(x, self.slope)


class Block(nn.Module):
    """Two stages; the first has an activation."""

    def __init__(self, topology: Topology, settings: Settings):
        super().__init__()
        stage = STAGES[topology.method]
        self.conv1 = stage(topology, settings, activated=True)
        self.conv2 = stage(topology, settings, activated=False)
        self.skips_both = topology.method == "ma2019"

    def forward(self, x: Tensor) -> Tensor:
        if self.skips_both:
            return self.conv2(self.conv1(x), skip=x)
        return self.conv2(self.conv1(x))


class Network(nn.Module):
    """LR luma `[n, 1, h, w]` in grey levels to SR luma `[n, 1, h s, w s]`, neither clamped nor rounded."""

    def __init__(self, topology: Topology, settings: Settings | None = None):
        super().__init__()
        self.topology, self.settings = topology, settings or Settings()
        kernel, outputs = topology.end_kernel, topology.scale**2
        self.head = Head(topology)
        self.body = nn.Sequential(*(Block(topology, self.settings) for _ in range(topology.blocks)))
        tail = nn.Conv2d(topology.channels, outputs, kernel, padding=kernel // 2)
        self.tail = nn.Sequential(tail, nn.PixelShuffle(topology.scale))

    def forward(self, y: Tensor) -> Tensor:
        first = round_stream(self.head(y - self.topology.mean), self.settings.stream)
        return self.tail(self.body(first) + first) + self.topology.mean
