"""What a picture needs in memory: the formula of hw/src/regions.rs."""

from dataclasses import dataclass

BEAT = 8
"""Bytes of a beat, to which rows are aligned."""

BURST = 128
"""Bytes of the longest burst, to which the regions of the spill are aligned."""

FACTOR_BITS = 17
"""Bits of a spatial factor, which lies above a column of the stream."""


@dataclass(frozen=True)
class Regions:
    """Rows and regions, in bytes."""

    input_stride: int
    output_stride: int
    spill: int
    sums: int

    @classmethod
    def of(cls, engine: dict, stages: int, width: int, height: int) -> "Regions":
        """For a picture of `width` x `height` LR pixels; `engine` as a model file has it."""
        lanes, bits, scale = engine["lanes"], engine["stream_bits"], engine["scale"]
        line = width * engine.get("colours", 1)
        passes = engine["channels"] // lanes
        groups = engine["channels"] // engine["head_lanes"]
        signs = beats(2 * engine["channels"])
        column = lanes * bits + (FACTOR_BITS if engine.get("spatial") else 0)
        row = stages * (passes * beats(column) + signs)
        return cls(
            input_stride=up_to(line, BEAT),
            output_stride=up_to(line * scale, BEAT),
            spill=region((height + 1) * row + stages * signs),
            sums=region((height + 1) * 2 * groups * beats(engine["head_lanes"] * (bits + 1))),
        )


def up_to(value: int, multiple: int) -> int:
    return -(-value // multiple) * multiple


def beats(bits: int) -> int:
    return up_to(bits, 8 * BEAT) // (8 * BEAT)


def region(whole_beats: int) -> int:
    return up_to(BEAT * whole_beats + 2 * BURST, BURST)
