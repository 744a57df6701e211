"""The driver gives the engine the memory that the generator says it needs."""

import json
import unittest

from case import HERE

from bsr_driver.regions import Regions


class Sizes(unittest.TestCase):
    def test_are_those_of_the_generator(self):
        cases = json.loads((HERE / "regions.json").read_text())
        self.assertGreater(len(cases), 10)
        for case in cases:
            found = Regions.of(case["engine"], case["stages"], case["width"], case["height"])
            self.assertEqual(vars(found), case["regions"], case)
