"""A run's log: JSON lines in a file, one line of progress on a terminal.

Events: `start`, `bicubic`, `steps-fixed`, `loss` (mean over the steps since the last one), `score`, each with the step
that it belongs to, and the seconds of clock and CPU since the process began.
"""

import json
import sys
import time
from pathlib import Path

import torch

LOSS_EVERY = 100


class Journal:
    """Appends to a file; what a run that is resumed had logged beyond its state is dropped first."""

    def __init__(self, path: Path, step: int):
        self.path, self.began = path, time.monotonic()
        lines = path.read_text().splitlines() if path.exists() and step > 0 else []
        kept = [line for line in lines if json.loads(line)["step"] <= step]
        path.write_text("".join(line + "\n" for line in kept))
        self._sum, self._count, self._rate, self._shown = None, 0, 0.0, 0.0

    def write(self, **event):
        """One event."""
        times = {"seconds": round(time.monotonic() - self.began, 1), "cpu_seconds": round(time.process_time(), 1)}
        with self.path.open("a") as file:
            file.write(json.dumps(event | times) + "\n")
        if event["event"] == "score":
            self._say(f"step {event['step']}: {event['set']} {event['psnr']:.3f} dB, SSIM {event['ssim']:.4f}\n")

    def loss(self, step: int, steps: int, loss: torch.Tensor, rate: float):
        """The loss of one step."""
        self._sum = loss if self._sum is None else self._sum + loss
        self._count, self._rate = self._count + 1, rate
        if self._count == LOSS_EVERY:
            self.flush(step)
        if sys.stderr.isatty() and time.monotonic() - self._shown > 0.5:
            self._shown = time.monotonic()
            self._say(f"\rstep {step} of {steps}, loss {float(loss):.3f} ")

    def flush(self, step: int):
        """Writes the mean of the losses that were not written yet."""
        if self._count:
            self.write(event="loss", step=step, loss=float(self._sum) / self._count, learning_rate=self._rate)
            self._sum, self._count = None, 0

    @staticmethod
    def _say(text: str):
        print(text, end="", file=sys.stderr, flush=True)
