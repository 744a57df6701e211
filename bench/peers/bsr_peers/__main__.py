"""One peer as a process: it runs each time that it is asked to, by the protocol that `bench/src/peer.rs` states."""

import argparse
import os
import sys
import time
from pathlib import Path

from .network import read
from .runtimes import PEERS, Missing


def main() -> None:
    arguments = argparse.ArgumentParser(prog="bsr_peers", description=__doc__)
    arguments.add_argument("peer", choices=PEERS)
    arguments.add_argument("network", type=Path)
    arguments.add_argument("--threads", type=int, required=True)
    arguments.add_argument("--height", type=int, required=True)
    arguments.add_argument("--width", type=int, required=True)
    asked = arguments.parse_args()

    # What a runtime prints is not an answer.
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    name, peer = PEERS[asked.peer]
    try:
        runs = peer(read(asked.network), (asked.height, asked.width), asked.threads)
        for run in runs.values():
            run()
    # A compiler that is missing or fails is a RuntimeError.
    except (Missing, ImportError, RuntimeError) as reason:
        print("missing", str(reason).splitlines()[0], file=answers)
        return
    for what in runs:
        print("entry", what, name, file=answers)
    print("ready", file=answers)
    for _ in sys.stdin:
        print(*(nanoseconds for run in runs.values() for nanoseconds in timed(run)), file=answers)


def timed(run) -> tuple[int, int]:
    """CPU time of all threads and wall time of a run, in nanoseconds."""
    cpu, wall = time.process_time_ns(), time.perf_counter_ns()
    run()
    return time.process_time_ns() - cpu, time.perf_counter_ns() - wall


if __name__ == "__main__":
    main()
