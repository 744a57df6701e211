"""The driver and the RTL make the pictures of golden."""

import unittest
from dataclasses import replace

import numpy as np
from case import MODEL, RGB, RGB_MODEL, SIMULATOR, pictures, rgb_pictures
from simulated.board import Board

from bsr_driver import Accelerator, FrameFailed, Model, WrongHardware, WrongPicture, upscale_rgb
from bsr_driver.colours import TO_YCBCR, bicubic


def accelerator(board: Board, timeout: float = 600.0) -> Accelerator:
    found = Accelerator(board, board.allocate, timeout=timeout)
    found.load(Model.read(MODEL))
    return found


class Upscaling(unittest.TestCase):
    def test_a_picture_of_many_strips_is_that_of_golden(self):
        lr, sr = pictures(0)
        board = Board(SIMULATOR, pause=500)
        engine = accelerator(board)
        np.testing.assert_array_equal(engine.upscale(lr), sr)
        engine.close()
        self.assertEqual(board.buffers, {})

    def test_latency_and_back_pressure_do_not_change_pictures(self):
        lr, sr = pictures(1)
        for latency, stall in [(0, 0.0), (3, 0.9), (400, 0.1)]:
            with self.subTest(latency=latency, stall=stall):
                engine = accelerator(Board(SIMULATOR, latency, stall, seed=latency + 1))
                np.testing.assert_array_equal(engine.upscale(lr), sr)

    def test_frames_follow_each_other_at_other_sizes(self):
        lr, sr = pictures(1)
        engine = accelerator(Board(SIMULATOR))
        part = engine.upscale(np.ascontiguousarray(lr[:2, :3]))
        self.assertEqual(part.shape, (2 * sr.shape[0] // lr.shape[0], 3 * sr.shape[1] // lr.shape[1]))
        np.testing.assert_array_equal(engine.upscale(lr), sr)
        np.testing.assert_array_equal(engine.upscale(lr), sr)

    def test_a_frame_after_one_that_memory_refused_is_exact(self):
        lr, sr = pictures(1)
        board = Board(SIMULATOR)
        engine = accelerator(board)
        board.memory.fails = True
        with self.assertRaisesRegex(FrameFailed, "MEMORY_ERROR; check the addresses"):
            engine.upscale(lr)
        board.memory.fails = False
        board.ticks(20_000)
        np.testing.assert_array_equal(engine.upscale(lr), sr)

    def test_a_memory_that_never_answers_is_told_from_a_slow_one(self):
        lr, sr = pictures(1)
        board = Board(SIMULATOR)
        engine = accelerator(board, timeout=0.05)
        board.memory.silent = True
        with self.assertRaisesRegex(FrameFailed, "not done after 0.05 s.*; check the clock"):
            engine.upscale(lr)
        board.memory.silent = False
        board.ticks(20_000)
        engine.timeout = 600.0
        np.testing.assert_array_equal(engine.upscale(lr), sr)

    def test_a_benchmark_tells_the_cycles_of_the_engine(self):
        engine = accelerator(Board(SIMULATOR, latency=1, stall=0.0))
        found = engine.benchmark(width=7, height=5, frames=2)
        self.assertGreater(found["cycles"], 100)
        self.assertGreater(found["frames_per_second"], 0)


class Colours(unittest.TestCase):
    def test_the_luma_of_a_colour_picture_goes_through_the_engine(self):
        lr, _ = pictures(1)
        engine = accelerator(Board(SIMULATOR))
        rgb = np.dstack([lr, 255 - lr, lr // 2])
        large = upscale_rgb(engine, rgb)
        luma = np.rint(rgb @ TO_YCBCR[0] + 16).astype(np.uint8)
        expected = engine.upscale(luma).astype(float)
        found = large @ TO_YCBCR[0] + 16
        inside = np.all((large > 0) & (large < 255), axis=2)
        self.assertTrue(inside.any())
        self.assertLess(np.abs(found - expected)[inside].max(), 1.0)

    def test_a_model_of_three_colours_takes_and_gives_them(self):
        lr, sr = rgb_pictures()
        engine = Accelerator(board := Board(RGB["simulator"]), board.allocate, timeout=600.0)
        model = Model.read(RGB_MODEL)
        with self.assertRaisesRegex(WrongHardware, "3 colours"):
            engine.load(replace(model, engine={**model.engine, "colours": 1}))
        engine.load(model)
        np.testing.assert_array_equal(engine.upscale(lr), sr)
        np.testing.assert_array_equal(upscale_rgb(engine, lr), sr)
        with self.assertRaisesRegex(WrongPicture, r"shape \(5, 7\), expected \(rows, columns, 3\)"):
            engine.upscale(np.ascontiguousarray(lr[..., 0]))

    def test_bicubic_keeps_what_is_constant_or_rises_evenly(self):
        flat = bicubic(np.full((4, 5), 7.0), 3, 0)
        np.testing.assert_allclose(flat, 7.0)
        rising = bicubic(np.arange(12.0), 2, 0)
        np.testing.assert_allclose(np.diff(rising[6:-6]), 0.5)


class Memory(unittest.TestCase):
    def test_what_is_not_flushed_does_not_reach_memory(self):
        board = Board(SIMULATOR)
        buffer = board.allocate((8,), np.uint8)
        buffer[:] = 9
        self.assertEqual(board.memory.bytes(buffer.device_address, 8), bytes(8))
        buffer.flush()
        self.assertEqual(board.memory.bytes(buffer.device_address, 8), bytes([9] * 8))

    def test_what_is_not_flushed_goes_over_what_the_engine_wrote(self):
        board = Board(SIMULATOR)
        for flushed, expected in [(False, 0), (True, 9)]:
            buffer = board.allocate((8,), np.uint8)
            if flushed:
                buffer.flush()
            board.memory.store(buffer.device_address, bytes([9] * 8))
            buffer.invalidate()
            self.assertEqual(buffer.tolist(), [expected] * 8)
