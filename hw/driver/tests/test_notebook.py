"""The notebook runs from top to bottom, and shows what the engine made."""

import contextlib
import io
import tempfile
import unittest
from pathlib import Path

import nbformat
import numpy as np
import pynq
from case import HERE, MODEL, PICTURE, SIMULATOR, write_overlay
from simulated.board import Board

from bsr_driver import upscale_rgb


class Notebook(unittest.TestCase):
    def setUp(self):
        self.notebook = nbformat.read(HERE.parent / "notebook/upscale.ipynb", as_version=4)
        self.code = {cell.id: cell for cell in self.notebook.cells if cell.cell_type == "code"}

    def test_is_valid_and_has_nobodys_output(self):
        nbformat.validate(self.notebook)
        self.assertTrue(all(not cell.outputs and cell.execution_count is None for cell in self.code.values()))

    def test_enlarges_a_picture_and_tells_quality_and_rate(self):
        pynq.board = Board(SIMULATOR, latency=1, stall=0.0)
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        names, said = {}, io.StringIO()
        with contextlib.redirect_stdout(said):
            for name, cell in self.code.items():
                exec(cell.source, names)
                if name == "parameters":
                    names |= {"BITSTREAM": write_overlay(Path(folder.name)), "MODEL": MODEL, "PICTURE": PICTURE}
                    names |= {"FRAME": (7, 5), "FRAMES": 1}
                if name == "load":
                    names["accelerator"].timeout = 600.0
        expected = upscale_rgb(names["accelerator"], np.asarray(names["reduced"]))
        np.testing.assert_array_equal(np.asarray(names["enlarged"]), expected)
        self.assertEqual(names["side_by_side"].width, 3 * names["original"].width)
        rate = r"[\d.]+ frames/s at 7 x 5, \d+ cycles"
        self.assertRegex(said.getvalue(), rf"bicubic  +[\d.]+ dB\nengine +[\d.]+ dB\n{rate}")
