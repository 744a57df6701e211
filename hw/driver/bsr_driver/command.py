"""The command `bsr-upscale`."""

import argparse
import json
import sys

import numpy as np

from .colours import upscale_rgb
from .errors import DriverError
from .model import Model


def arguments(words=None) -> argparse.Namespace:
    parser = argparse.ArgumentParser("bsr-upscale", description="Enlarges a picture on the engine of a bitstream.")
    parser.add_argument("bitfile", help="the .bit file, with .hwh and .json beside it")
    parser.add_argument("model", help="the model file")
    parser.add_argument("input", nargs="?", help="an LR picture; without one, the engine is timed")
    parser.add_argument("output", nargs="?", help="the SR picture to write")
    parser.add_argument("--size", type=size, default=(640, 360), help="of the LR frames that are timed [640x360]")
    parser.add_argument("--frames", type=int, default=20, help="how many are timed [20]")
    parser.add_argument("--timeout", type=float, default=10.0, help="seconds that a frame may take [10]")
    found = parser.parse_args(words)
    if found.input and not found.output:
        parser.error("give the SR picture to write after the LR picture")
    return found


def size(text: str) -> tuple[int, int]:
    """`640x360`."""
    width, cross, height = text.partition("x")
    if not (cross and width.isdecimal() and height.isdecimal()):
        raise argparse.ArgumentTypeError(f"the size is `{text}`, expected WIDTHxHEIGHT")
    return int(width), int(height)


def main(words=None) -> int:
    """0: done; 2: it could not be done, and why is on stderr."""
    options = arguments(words)
    try:
        model = Model.read(options.model)
        # PYNQ is on boards alone.
        from .overlay import open_accelerator

        accelerator = open_accelerator(options.bitfile)
        accelerator.timeout = options.timeout
        accelerator.load(model)
        if options.input:
            enlarge(accelerator, options.input, options.output)
        else:
            print(json.dumps(accelerator.benchmark(*options.size, options.frames)))
    except (DriverError, OSError, ImportError) as error:
        print(f"bsr-upscale: {error}", file=sys.stderr)
        return 2
    return 0


def enlarge(accelerator, source: str, target: str) -> None:
    from PIL import Image

    with Image.open(source) as picture:
        grey = picture.mode == "L" and accelerator.model.colours == 1
        pixels = np.asarray(picture if grey else picture.convert("RGB"))
    large = accelerator.upscale(pixels) if grey else upscale_rgb(accelerator, pixels)
    Image.fromarray(large).save(target)
