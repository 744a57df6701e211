"""What `tests/tests/second_bench.rs` writes: an engine, a network in it, pictures with golden's answers."""

import json
import os
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(os.environ.get("BENCH_CASE", "."))


@dataclass(frozen=True)
class Picture:
    """LR and SR pixels in raster order, and bytes of the regions that the LR picture needs in memory."""

    height: int
    width: int
    lr: bytes
    sr: bytes
    regions: dict[str, int]


class Case:
    """`registers` has `offset`, `access` and `bits` of each register that the engine has, by name; `constants` the values
    of those that never change; `writes` are `(address, data)` that load the network."""

    def __init__(self, folder: Path = FOLDER):
        case = json.loads((folder / "case.json").read_text())
        self.scale: int = case["scale"]
        self.registers: dict[str, dict] = {register["name"]: register for register in case["registers"]}
        self.constants: dict[str, int] = case["constants"]
        self.writes: list[tuple[int, int]] = [tuple(write) for write in case["writes"]]
        self.pictures = [
            Picture(p["height"], p["width"], bytes(p["lr"]), bytes(p["sr"]), p["regions"]) for p in case["pictures"]
        ]
