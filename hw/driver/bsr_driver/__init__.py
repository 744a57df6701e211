"""PYNQ driver of the streaming XNOR-popcount engine for binarized super-resolution.

On a board:

    from bsr_driver import Model
    from bsr_driver.overlay import open_accelerator

    accelerator = open_accelerator("bsr.bit")
    accelerator.load(Model.read("e2fif_x2.bsr"))
    sr = accelerator.upscale(lr)
"""

from .accelerator import Accelerator, Status
from .colours import upscale_rgb
from .errors import Busy, DriverError, FrameFailed, MissingFile, WrongHardware, WrongModel, WrongPicture
from .model import Model

__all__ = [
    "Accelerator",
    "Busy",
    "DriverError",
    "FrameFailed",
    "MissingFile",
    "Model",
    "Status",
    "WrongHardware",
    "WrongModel",
    "WrongPicture",
    "upscale_rgb",
]
