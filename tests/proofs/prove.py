"""Runs a Yosys script, a pass a line: `python prove.py SCRIPT`."""

import sys

from pyosys import libyosys

design = libyosys.Design()
for line in open(sys.argv[1]):
    libyosys.run_pass(line.strip(), design)
