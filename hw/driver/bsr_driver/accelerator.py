"""The engine behind its registers."""

import time
from enum import IntFlag

import numpy as np

from . import registers
from .errors import Busy, FrameFailed, WrongHardware, WrongModel, WrongPicture
from .model import Model
from .regions import Regions

START, DROP = 1, 2
"""Bits of CONTROL."""

IN_MEMORY, RGB = 1, 2
"""Bits of INTERFACE."""

MAX_HEIGHT = 65_535
POLL_SECONDS = 100e-6


class Status(IntFlag):
    """Bits of STATUS that an engine with memory has."""

    BUSY = 1 << 0
    DONE = 1 << 1
    REFUSED_START = 1 << 10
    LOAD_WHILE_BUSY = 1 << 11
    MEMORY_ERROR = 1 << 12
    SPILL_OVERFLOW = 1 << 13


FIXES = {
    Status.REFUSED_START: "load a model and try again; sizes and addresses were refused",
    Status.LOAD_WHILE_BUSY: "wait until the engine is idle, then load the model again",
    Status.MEMORY_ERROR: "check the addresses that the block design gives the HP port",
    Status.SPILL_OVERFLOW: "use the driver of the same release as the bitstream",
}

MATCHING = {
    "channels": registers.CHANNELS,
    "max_stages": registers.MAX_STAGES,
    "stream_bits": registers.STREAM_BITS,
    "scale": registers.SCALE,
    "strip_width": registers.STRIP_WIDTH,
}
"""Parameters of the engine that a model is for, and where the hardware tells its own."""


class Accelerator:
    """An engine with a master to memory.

    `mmio` has `read(offset)` and `write(offset, int)`; `allocate(shape=, dtype=)` returns arrays with `device_address`,
    `flush()`, `invalidate()` and `freebuffer()`. Both are as PYNQ has them. `rtl_sha256` is the hash of the engine's
    Verilog where it is known; a model for another one is then refused.
    """

    def __init__(self, mmio, allocate, rtl_sha256: str | None = None, timeout: float = 10.0):
        self.mmio = mmio
        self.timeout = timeout
        self.rtl_sha256 = rtl_sha256
        self.model: Model | None = None
        self._allocate = allocate
        self._buffers: dict[str, np.ndarray] = {}
        self._check_hardware()

    def load(self, model: Model) -> None:
        """Puts a network into the engine. Raises `Busy` and `WrongHardware`."""
        self._require_idle("a model is loaded")
        self._check_model(model)
        for address, data in model.writes.tolist():
            self.mmio.write(address, data)
        self.model = model

    def upscale(self, picture: np.ndarray) -> np.ndarray:
        """The SR picture `[scale * H, scale * W]` of an LR picture `[H, W]` of luma, both uint8.

        A model of three colours takes and gives RGB, `[H, W, 3]` and `[scale * H, scale * W, 3]`.

        Raises `WrongPicture`, `WrongModel` where none is loaded, `Busy` and `FrameFailed`.
        """
        if self.model is None:
            raise WrongModel("no model is loaded", "call `load(Model.read(FILE))` first")
        self._check_picture(picture)
        self._require_idle("a picture is sent")
        height, width = picture.shape[:2]
        scale, colours = self.model.engine["scale"], self.model.colours
        regions = Regions.of(self.model.engine, self.model.stages, width, height)
        lr = self._buffer("input", (height, regions.input_stride))
        sr = self._buffer("output", (height * scale, regions.output_stride))
        lr[:, : width * colours] = picture.reshape(height, -1)
        lr.flush()
        self._describe(width, height, regions, lr, sr)
        self.mmio.write(registers.CONTROL, START)
        self._wait()
        sr.invalidate()
        shape = (height * scale, width * scale) + picture.shape[2:]
        return sr[:, : width * scale * colours].reshape(shape).copy()

    def status(self) -> Status:
        """What the engine is doing, and its errors."""
        return Status(self.mmio.read(registers.STATUS))

    def drop(self) -> None:
        """Drops the frame that runs, if one does, and clears the errors."""
        self.mmio.write(registers.CONTROL, DROP)

    def benchmark(self, width: int = 640, height: int = 360, frames: int = 20) -> dict:
        """Frames a second of `upscale`, copies included, and cycles of a frame in the engine."""
        shape = (height, width, 3) if self.model and self.model.colours == 3 else (height, width)
        picture = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
        self.upscale(picture)
        start = time.perf_counter()
        for _ in range(frames):
            self.upscale(picture)
        seconds = time.perf_counter() - start
        return {
            "width": width,
            "height": height,
            "frames": frames,
            "frames_per_second": frames / seconds,
            "cycles": self.mmio.read(registers.CYCLES),
            "input_stalls": self.mmio.read(registers.INPUT_STALLS),
            "output_stalls": self.mmio.read(registers.OUTPUT_STALLS),
        }

    def close(self) -> None:
        """Gives the buffers back."""
        while self._buffers:
            self._buffers.popitem()[1].freebuffer()

    def _check_hardware(self) -> None:
        found = self.mmio.read(registers.ID)
        if found != registers.ID_VALUE:
            fix = "load the bitstream first and check the address of the engine"
            raise WrongHardware(f"ID reads {found:#010x}, expected {registers.ID_VALUE:#010x}", fix)
        found = self.mmio.read(registers.VERSION)
        if found != registers.VERSION_VALUE:
            fix = "install the driver of the same release as the bitstream"
            raise WrongHardware(f"the register map has version {found}, expected {registers.VERSION_VALUE}", fix)
        if not self.mmio.read(registers.INTERFACE) & IN_MEMORY:
            fix = "make an engine with a master to memory"
            raise WrongHardware("the engine has pixel streams, expected pictures in memory", fix)

    def _check_model(self, model: Model) -> None:
        for name, register in MATCHING.items():
            found = self.mmio.read(register)
            if found != model.engine[name]:
                what = f"the engine has {name} {found}, `{model.name}` is made for {model.engine[name]}"
                raise WrongHardware(what, "load the bitstream that was made with this model file")
        found = 3 if self.mmio.read(registers.INTERFACE) & RGB else 1
        if found != model.colours:
            what = f"the engine has {found} colours, `{model.name}` is made for {model.colours}"
            raise WrongHardware(what, "load the bitstream that was made with this model file")
        if self.rtl_sha256 is not None and self.rtl_sha256 != model.rtl_sha256:
            what = (
                f"the engine's hash is {self.rtl_sha256[:16]}.., `{model.name}` is made for {model.rtl_sha256[:16]}.."
            )
            raise WrongHardware(what, "load the bitstream that was made with this model file")

    def _check_picture(self, picture: np.ndarray) -> None:
        if not isinstance(picture, np.ndarray) or picture.dtype != np.uint8:
            found = getattr(picture, "dtype", type(picture).__name__)
            raise WrongPicture(
                f"the picture is {found}, expected an array of uint8", "convert it: `picture.astype('uint8')`"
            )
        colours = self.model.colours
        expected, fix = (
            ("(rows, columns)", "give one plane with pixels; `bsr_driver.upscale_rgb` takes colours")
            if colours == 1
            else ("(rows, columns, 3)", "give the three colours of every pixel")
        )
        if picture.shape[2:] != ((3,) if colours == 3 else ()) or picture.ndim < 2 or picture.size == 0:
            raise WrongPicture(f"the picture has shape {picture.shape}, expected {expected}", fix)
        if not picture.flags.c_contiguous:
            fix = "give `numpy.ascontiguousarray(picture)`"
            raise WrongPicture(f"the picture's rows are not contiguous: strides {picture.strides}", fix)
        height, width = picture.shape[:2]
        widest = self.mmio.read(registers.MAX_WIDTH)
        if width > widest or height > MAX_HEIGHT:
            what = f"the picture has {width} x {height} pixels, expected at most {widest} x {MAX_HEIGHT}"
            raise WrongPicture(what, "cut it into tiles")

    def _require_idle(self, what: str) -> None:
        # A write that the engine refuses ends the process on a Zynq, so it must not be tried.
        status = self.status()
        if status & ~(Status.BUSY | Status.DONE) and not status & Status.BUSY:
            # Errors that somebody left.
            self.drop()
            status = self.status()
        if status & Status.BUSY:
            raise Busy(f"the engine runs a frame, expected it idle when {what}", "wait, or call `drop()`")

    def _buffer(self, name: str, shape: tuple) -> np.ndarray:
        """The buffer of this use, made anew where its shape changes."""
        buffer = self._buffers.get(name)
        if buffer is None or buffer.shape != shape:
            if buffer is not None:
                buffer.freebuffer()
            buffer = self._buffers[name] = self._allocate(shape=shape, dtype=np.uint8)
            # Or what the cache holds of it would be written back over what the engine writes.
            buffer.flush()
        return buffer

    def _describe(self, width: int, height: int, regions: Regions, lr: np.ndarray, sr: np.ndarray) -> None:
        """Writes sizes and addresses."""
        spill = self._buffer("spill", (regions.spill,))
        sums = self._buffer("sums", (regions.sums,))
        for register, value in [
            (registers.WIDTH, width),
            (registers.HEIGHT, height),
            (registers.INPUT_ADDRESS, lr.device_address),
            (registers.INPUT_STRIDE, regions.input_stride),
            (registers.OUTPUT_ADDRESS, sr.device_address),
            (registers.OUTPUT_STRIDE, regions.output_stride),
            (registers.SPILL_ADDRESS, spill.device_address),
            (registers.SPILL_SIZE, regions.spill),
            (registers.SUMS_ADDRESS, sums.device_address),
            (registers.SUMS_SIZE, regions.sums),
        ]:
            self.mmio.write(register, int(value))

    def _wait(self) -> None:
        deadline = time.monotonic() + self.timeout
        while True:
            status = self.status()
            for bit, fix in FIXES.items():
                if status & bit:
                    self.drop()
                    raise FrameFailed(f"the frame failed: {bit.name}", fix)
            if status & Status.DONE and not status & Status.BUSY:
                return
            if time.monotonic() > deadline:
                self.drop()
                what = f"the frame is not done after {self.timeout} s, status {status!r}"
                raise FrameFailed(what, "check the clock and the HP port of the block design, or raise `timeout`")
            time.sleep(POLL_SECONDS)
