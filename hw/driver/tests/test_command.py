"""The command `bsr-upscale`."""

import contextlib
import io
import json
import tempfile
import unittest
from pathlib import Path

import numpy as np
import pynq
from case import MODEL, SIMULATOR, pictures, write_overlay
from PIL import Image
from simulated.board import Board

from bsr_driver.command import main


class Command(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        pynq.board = Board(SIMULATOR, latency=1, stall=0.0)
        self.files = ["--timeout", "600", str(write_overlay(self.folder)), str(MODEL)]

    def test_enlarges_a_grey_picture_as_golden_does(self):
        lr, sr = pictures(1)
        source, target = str(self.folder / "lr.png"), str(self.folder / "sr.png")
        Image.fromarray(lr).save(source)
        self.assertEqual(main([*self.files, source, target]), 0)
        np.testing.assert_array_equal(np.asarray(Image.open(target)), sr)

    def test_tells_the_rate_without_a_picture(self):
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            self.assertEqual(main([*self.files, "--size", "7x5", "--frames", "1"]), 0)
        found = json.loads(said.getvalue())
        self.assertEqual((found["width"], found["height"], found["frames"]), (7, 5, 1))

    def test_says_what_is_missing_and_exits_with_2(self):
        for files, words in [
            (["missing.bit", "missing.bsr"], "no model file `missing.bsr`"),
            (["missing.bit", str(MODEL)], "no `missing.bit`"),
            ([*self.files, "missing.png", "sr.png"], "missing.png"),
        ]:
            said = io.StringIO()
            with contextlib.redirect_stderr(said):
                self.assertEqual(main(files), 2)
            self.assertIn(words, said.getvalue())

    def test_refuses_what_is_no_size(self):
        said = io.StringIO()
        with contextlib.redirect_stderr(said), self.assertRaises(SystemExit) as ended:
            main([*self.files, "--size", "large"])
        self.assertEqual(ended.exception.code, 2)
        self.assertIn("expected WIDTHxHEIGHT", said.getvalue())
