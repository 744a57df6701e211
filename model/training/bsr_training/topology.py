"""What a network is: method, size, scale. Names of the zoo are topologies with a default recipe."""

from dataclasses import asdict, dataclass

METHODS = ("e2fif", "scales", "lmb", "esb", "ma2019", "bbcu", "btm")

# LeakyReLU's slope: exact in hardware with three signed digits, and next to the papers' 0.1.
SLOPE = 13 / 128


@dataclass(frozen=True)
class Topology:
    """An SRResNet-like network: head, `blocks` blocks of two stages, long skip, tail, pixel shuffle, on luma 0..255."""

    method: str
    scale: int = 2
    channels: int = 64
    blocks: int = 16
    spatial: bool = False
    """SCALES' spatial re-scale factor, one a pixel and stage."""
    end_kernel: int = 3
    """Side of the kernels of head and tail."""
    mean: float = 127.5
    """Grey level that is subtracted before the head and added after the tail."""

    def __post_init__(self):
        if self.method not in METHODS:
            raise ValueError(f"there is no method `{self.method}`; the methods are {', '.join(METHODS)}")
        if self.spatial and self.method != "scales":
            raise ValueError(f"the spatial factor belongs to scales, not to {self.method}")

    def to_dict(self) -> dict:
        """The fields, for JSON."""
        return asdict(self)
