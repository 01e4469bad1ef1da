"""What large keys without any order cost the ledger: `python -m tests.benchmarks.random_keys [ROWS] [KIBIBYTES…]`.

Keys of 100 random characters, the worst that there is: each message changes another page of the index. For each size of
SQLite's page cache: CPU and octets written a message, by tenths of the list. On a folder of the system's memory where
there is one, so that the disk says nothing.
"""

import random
import string
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from mailgrid.ledger.schema import CACHE_KIBIBYTES
from mailgrid.ledger.sqlite import SqliteStore
from mailgrid.ledger.store import Identity, Intent
from tests.benchmarks.stages import result

_MEMORY = Path("/dev/shm")
_COMMIT = 256
_LETTERS = string.ascii_letters + string.digits


def commits(chance: random.Random, rows: int) -> Iterator[list[str]]:
    """Yield the keys of one commit after the other."""
    for _ in range(rows // _COMMIT):
        yield ["".join(chance.choices(_LETTERS, k=100)) for _ in range(_COMMIT)]


def octets() -> int:
    """Return how many octets this process has written so far (Linux only, 0 elsewhere)."""
    try:
        lines = Path("/proc/self/io").read_text("ascii").splitlines()
    except OSError:
        return 0
    return int(next(line for line in lines if line.startswith("wchar")).split()[1])


def measure(folder: Path, rows: int, cache: int) -> None:
    """Print a line for each tenth of the list."""
    with closing(SqliteStore(folder / f"{cache}.db", Identity("keys", "", "id", ""), root=folder, write=True)) as store:
        store._connection.execute(f"PRAGMA cache_size = -{cache}")
        before: list[str] = []
        cpu, written, done = 0.0, octets(), 0
        for keys in commits(random.Random(1), rows):
            start = time.thread_time()
            store.write([Intent(key, key, f"<{key}>", 1, 1.0) for key in keys], [result(key) for key in before], 1.0)
            cpu += time.thread_time() - start
            before = keys
            done += len(keys)
            if done % (rows // 10) < _COMMIT:
                print(
                    f"{cache:6,} KiB of cache, {done:9,} rows: {cpu / done * 1e6:5.1f} µs of CPU and "
                    f"{(octets() - written) / done:7,.0f} octets written a message so far"
                )


def main() -> None:
    """Print all figures."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    caches = [int(word) for word in sys.argv[2:]] or [CACHE_KIBIBYTES, 8 * CACHE_KIBIBYTES]
    for cache in caches:
        with tempfile.TemporaryDirectory(dir=_MEMORY if _MEMORY.is_dir() else None) as name:
            measure(Path(name), rows, cache)


if __name__ == "__main__":
    main()
