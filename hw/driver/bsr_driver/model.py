"""Model files: a network as register writes, and the engine that they are for.

The format is that of hw/src/driver/model_file.rs. It is read with NumPy alone, for boards have no wheel of safetensors.
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .errors import MissingFile, WrongModel

FORMAT_VERSION = 1
MAKE = "make the file again with `hw generate`"


@dataclass(frozen=True)
class Model:
    """A network for one engine."""

    name: str
    stages: int
    engine: dict
    rtl_sha256: str
    writes: np.ndarray
    """`[n, 2]`: byte address and data."""

    @property
    def colours(self) -> int:
        """Bytes of a pixel: 1 of luma, 3 of RGB; a file that does not say is of luma."""
        return self.engine.get("colours", 1)

    @classmethod
    def read(cls, path) -> "Model":
        """The model in a file. Raises `MissingFile` and `WrongModel`."""
        path = Path(path)
        if not path.is_file():
            raise MissingFile(f"there is no model file `{path}`", "copy it from the folder that `hw generate` wrote")
        return cls.decode(path.read_bytes(), path.name)

    @classmethod
    def decode(cls, data: bytes, name: str = "the model") -> "Model":
        """The model in these bytes; `name` is for errors."""
        try:
            length = int.from_bytes(data[:8], "little")
            header = json.loads(data[8 : 8 + length])
            about = json.loads(header["__metadata__"]["bsr_model"])
            start, end = header["writes"]["data_offsets"]
            body = data[8 + length :][start:end]
            version, expected = about["version"], about["writes_sha256"]
        except (ValueError, KeyError, TypeError) as error:
            raise WrongModel(f"`{name}` is not a model file ({error!r})", MAKE) from error
        if version != FORMAT_VERSION:
            fix = "install the driver of the same release as the generator"
            raise WrongModel(f"`{name}` has format {version}, expected {FORMAT_VERSION}", fix)
        found = hashlib.sha256(body).hexdigest()
        if found != expected:
            raise WrongModel(f"`{name}` is damaged: its hash is {found[:16]}.., expected {expected[:16]}..", MAKE)
        writes = np.frombuffer(body, "<u4").reshape(-1, 2)
        return cls(about["name"], about["stages"], about["engine"], about["rtl_sha256"], writes)
