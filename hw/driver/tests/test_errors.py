"""What is wrong is told, with what to do."""

import dataclasses
import tempfile
import unittest
from pathlib import Path

import numpy as np
import pynq
from case import MODEL, SIMULATOR, pictures, write_overlay
from simulated.board import Board, BusError

from bsr_driver import (
    Accelerator,
    Busy,
    MissingFile,
    Model,
    Status,
    WrongHardware,
    WrongModel,
    WrongPicture,
    registers,
)
from bsr_driver.overlay import open_accelerator


class Reading:
    """Registers of which some read other values."""

    def __init__(self, board: Board, values: dict):
        self.board, self.values = board, values
        self.write = board.write

    def read(self, address: int) -> int:
        return self.values.get(address, self.board.read(address))


class OnTheBoard(unittest.TestCase):
    def setUp(self):
        self.board = Board(SIMULATOR)
        self.lr, self.sr = pictures(1)
        self.model = Model.read(MODEL)

    def accelerator(self, **values) -> Accelerator:
        changed = {getattr(registers, name): value for name, value in values.items()}
        return Accelerator(Reading(self.board, changed), self.board.allocate, timeout=600.0)

    def loaded(self) -> Accelerator:
        found = self.accelerator()
        found.load(self.model)
        return found


class Hardware(OnTheBoard):
    def test_another_device(self):
        with self.assertRaisesRegex(WrongHardware, "0x00000000.*load the bitstream first"):
            self.accelerator(ID=0)

    def test_another_version(self):
        with self.assertRaisesRegex(WrongHardware, "version 1, expected .*install the driver of the same release"):
            self.accelerator(VERSION=1)

    def test_an_engine_with_pixel_streams(self):
        with self.assertRaisesRegex(WrongHardware, "pixel streams.*make an engine with a master"):
            self.accelerator(INTERFACE=0)

    def test_a_model_for_another_engine(self):
        engine = {**self.model.engine, "channels": 1000}
        with self.assertRaisesRegex(WrongHardware, "made for 1000; load the bitstream"):
            self.accelerator().load(dataclasses.replace(self.model, engine=engine))

    def test_a_model_for_an_engine_of_another_hash(self):
        found = self.accelerator()
        found.rtl_sha256 = "0" * 64
        with self.assertRaisesRegex(WrongHardware, "hash is 0000000000000000.*load the bitstream"):
            found.load(self.model)

    def test_a_busy_engine_is_left_alone(self):
        found = self.loaded()
        np.testing.assert_array_equal(found.upscale(self.lr), self.sr)
        self.board.write(registers.CONTROL, 1)
        with self.assertRaisesRegex(Busy, "runs a frame.*`drop"):
            found.upscale(self.lr)
        with self.assertRaisesRegex(Busy, "runs a frame"):
            found.load(self.model)
        found.drop()
        self.board.ticks(20_000)
        np.testing.assert_array_equal(found.upscale(self.lr), self.sr)

    def test_errors_that_somebody_left_do_not_fail_the_next_frame(self):
        found = self.loaded()
        np.testing.assert_array_equal(found.upscale(self.lr), self.sr)
        self.board.write(registers.CONTROL, 1)
        with self.assertRaises(BusError):
            self.board.write(registers.LOAD_DATA, 0)
        self.board.ticks(50_000)
        self.assertEqual(found.status(), Status.DONE | Status.LOAD_WHILE_BUSY)
        np.testing.assert_array_equal(found.upscale(self.lr), self.sr)


class Pictures(OnTheBoard):
    def refused(self, picture, words: str) -> None:
        with self.assertRaisesRegex(WrongPicture, words):
            self.loaded().upscale(picture)

    def test_of_another_shape(self):
        self.refused(np.zeros((4, 4, 3), np.uint8), r"shape \(4, 4, 3\).*upscale_rgb")
        self.refused(np.zeros((0, 4), np.uint8), r"shape \(0, 4\)")

    def test_of_another_type(self):
        self.refused(np.zeros((4, 4)), "float64.*astype")
        self.refused([[1, 2]], "list")

    def test_that_is_not_contiguous(self):
        self.refused(np.zeros((8, 8), np.uint8)[:, ::2], "ascontiguousarray")

    def test_that_is_too_large(self):
        self.refused(np.zeros((1, 16_384), np.uint8), "at most 16383 x 65535; cut it")
        self.refused(np.zeros((65_536, 1), np.uint8), "1 x 65536")

    def test_without_a_model(self):
        with self.assertRaisesRegex(WrongModel, "no model.*load"):
            self.accelerator().upscale(self.lr)


class Files(unittest.TestCase):
    def test_a_damaged_model(self):
        data = bytearray(MODEL.read_bytes())
        data[-1] ^= 1
        with self.assertRaisesRegex(WrongModel, "damaged.*make the file again"):
            Model.decode(bytes(data))

    def test_something_else_than_a_model(self):
        for data in [b"", b"PK\x03\x04 and more", MODEL.read_bytes()[:100]]:
            with self.assertRaisesRegex(WrongModel, "not a model file"):
                Model.decode(data)

    def test_a_model_of_another_format(self):
        data = MODEL.read_bytes().replace(b'\\"version\\":1', b'\\"version\\":9')
        with self.assertRaisesRegex(WrongModel, "format 9, expected 1; install the driver"):
            Model.decode(data)

    def test_no_model(self):
        with self.assertRaisesRegex(MissingFile, "no model file"):
            Model.read("missing.bsr")


class Overlays(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        pynq.board = Board(SIMULATOR)

    def test_the_engine_of_an_overlay_upscales(self):
        lr, sr = pictures(1)
        engine = open_accelerator(write_overlay(self.folder))
        engine.timeout = 600.0
        engine.load(Model.read(MODEL))
        np.testing.assert_array_equal(engine.upscale(lr), sr)

    def test_each_missing_file_is_named(self):
        for suffix in [".bit", ".hwh", ".json"]:
            bitstream = write_overlay(self.folder)
            bitstream.with_suffix(suffix).unlink()
            with self.assertRaisesRegex(MissingFile, f"bsr{suffix}.*copy it beside `bsr.bit`"):
                open_accelerator(bitstream)

    def test_an_overlay_without_the_engine(self):
        with self.assertRaisesRegex(WrongHardware, "0 engines.*another bitstream"):
            open_accelerator(write_overlay(self.folder, "xilinx.com:ip:axi_dma:7.1"))
