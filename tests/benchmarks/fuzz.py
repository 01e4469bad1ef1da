"""Damages campaign files for as long as is asked: `python -m tests.benchmarks.fuzz [SECONDS] [SEED]`.

Each damaged text is compiled, and laid out where it can be; what the tests hold for thousands of inputs is held here
for as many as there is time for. The input that breaks something is shown, with the seed that makes it again.
"""

import random
import sys
import time

from tests.language import test_format, test_fuzz

_SECONDS = 60.0


def main() -> None:
    """Print how many inputs were tried."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else _SECONDS
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else time.time_ns()
    samples = sorted({*test_fuzz.SAMPLES, *test_format.SAMPLES})
    end, tried = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        content = test_fuzz.mutated(samples[(seed + tried) % len(samples)], random.Random(seed + tried))
        try:
            test_fuzz.check(content)
            test_format.check(content)
        except BaseException:
            sys.stderr.write(f"seed {seed + tried}:\n{content}\n")
            raise
        tried += 1
    sys.stdout.write(f"{tried:,} damaged files from seed {seed}, each gave a tree and messages\n")


if __name__ == "__main__":
    main()
