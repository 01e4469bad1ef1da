"""Simulate: `python -m tests.simulation SEED` replays one, `--count N [--start S]` tells many and how fast that was."""

import argparse
import logging
import sys
import time
import traceback

from tests.simulation.story import simulate


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation")
    parser.add_argument("seed", type=int, nargs="?", help="replay this one")
    parser.add_argument("--count", type=int, default=1, help="how many to tell")
    parser.add_argument("--start", type=int, default=0, help="the first of them")
    wanted = parser.parse_args()
    logging.disable()
    first = wanted.start if wanted.seed is None else wanted.seed
    begin, lives = time.perf_counter(), 0
    for seed in range(first, first + wanted.count):
        try:
            lives += simulate(seed)
        except Exception:  # noqa: BLE001  # whatever it is, its seed must be told
            traceback.print_exc()
            sys.stdout.write(f"seed {seed} fails: python -m tests.simulation {seed}\n")
            return 1
    seconds = time.perf_counter() - begin
    speed = f"{lives:,} lives, {wanted.count / seconds:,.0f} seeds/s"
    sys.stdout.write(f"{wanted.count:,} seeds, {speed}: every promise was kept\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
