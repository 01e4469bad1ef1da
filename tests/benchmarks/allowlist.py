"""How much a saved plan's people cost: `python -m tests.benchmarks.allowlist [PEOPLE]`."""

import sys
import tempfile
import time
import tracemalloc
from pathlib import Path

from mailgrid.planning.allowlist import AllowList

SALT = b"salt of one plan"


def main(people: int) -> None:
    """Print how long it takes to make, read and ask an allow-list, and what it holds in memory."""
    keys = [f"person{number}@mail.example" for number in range(people)]
    started = time.perf_counter()
    octets = AllowList.of_keys(SALT, keys).to_bytes()
    print(f"made       {people / (time.perf_counter() - started):>12,.0f}/s")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "keys"
        file.write_bytes(octets)
        tracemalloc.start()
        with file.open("rb") as stream:
            allowed = AllowList.from_file(SALT, stream, people)
        held, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    print(f"held       {held / 1e6:>12.1f} MB, while reading {peak / 1e6:.1f} MB")
    started = time.perf_counter()
    admitted = sum(map(allowed.admits, keys))
    print(f"asked      {people / (time.perf_counter() - started):>12,.0f}/s, {admitted:,} admitted")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
