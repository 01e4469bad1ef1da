"""How fast the ledger is: `python -m tests.benchmarks.ledger [FOLDER]`, on that folder's disk."""

import hashlib
import os
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from mailgrid.ledger.sqlite import SqliteStore
from mailgrid.ledger.states import State
from mailgrid.ledger.store import Identity, Intent, Result

LOOKED_UP = 1_000_000
WRITTEN = 200_000
IDENTITY = Identity("benchmark", "", "email", "benchmark.mailgrid")
REPLY = "2.0.0 Ok: queued as 4F8XyZ1abcz9"


def keys(count: int) -> list[str]:
    """Addresses in the order of a list by customer number: no order at all to the ledger."""
    return [f"{hashlib.sha1(str(n).encode()).hexdigest()[:14]}@example.org" for n in range(count)]


def batches(everyone: list[str], size: int) -> Iterator[list[str]]:
    """Cut a list into batches."""
    return (everyone[start : start + size] for start in range(0, len(everyone), size))


def look_up(store: SqliteStore, everyone: list[str]) -> float:
    """Return the seconds for states(), 500 keys a call."""
    start = time.perf_counter()
    for batch in batches(everyone, 500):
        store.states(batch)
    return time.perf_counter() - start


def record(store: SqliteStore, everyone: list[str], window: int) -> float:
    """Return the seconds for intents and results, each commit with one window's results and the next one's intents."""
    start = time.perf_counter()
    results: list[Result] = []
    for batch in batches(everyone, window):
        store.write([Intent(key, key, f"<{key}>", 1, 1.0) for key in batch], results, bucket=1.0)
        results = [Result(key, State.SENT, 250, "2.0.0", REPLY, 2.0, 0.1) for key in batch]
    store.write([], results)
    return time.perf_counter() - start


def written(folder: Path) -> int:
    """Return the bytes that this process has caused to be written to disk (Linux only, 0 elsewhere)."""
    try:
        lines = Path("/proc/self/io").read_text("ascii").splitlines()
    except OSError:
        return 0
    return int(next(line for line in lines if line.startswith("write_bytes")).split()[1])


def measure(folder: Path, *, durable: bool, window: int, everyone: list[str]) -> None:
    """Print one line about recording `everyone`."""
    path = folder / f"{durable}{window}.db"
    store = SqliteStore(path, IDENTITY, root=folder, write=True)
    if not durable:
        store._connection.execute("PRAGMA synchronous = OFF")
    before = written(folder)
    seconds = record(store, everyone, window)
    rate = len(everyone) / seconds
    volume = (written(folder) - before) / len(everyone)
    kept = path.stat().st_size / len(everyone)
    print(
        f"write {window:4} + {window:4}, {'full sync' if durable else 'no sync  '}: {rate:9,.0f} recipients/s, "
        f"{2 * rate:9,.0f} rows/s, {volume:6,.0f} bytes written and {kept:4.0f} kept each",
    )
    store.close()


def main() -> None:
    """Print all figures."""
    where = sys.argv[1] if len(sys.argv) > 1 else None
    everyone = keys(LOOKED_UP)
    with tempfile.TemporaryDirectory(dir=where) as name:
        folder = Path(name)
        store = SqliteStore(folder / "empty.db", IDENTITY, root=folder, write=True)
        print(f"states() of {LOOKED_UP:,} keys, ledger empty: {look_up(store, everyone):.3f} s")
        seconds = record(store, everyone[:WRITTEN], 500)
        print(f"write   500 +  500, full sync: {WRITTEN / seconds:9,.0f} recipients/s")
        print(f"states() of {WRITTEN:,} keys, all known: {look_up(store, everyone[:WRITTEN]):.3f} s")
        start = time.perf_counter()
        store.counts()
        print(f"counts() over {WRITTEN:,}: {time.perf_counter() - start:.3f} s")
        store.close()
        for window in (1, 32, 256):
            for durable in (False, True):
                count = min(WRITTEN, window * 5000)
                measure(folder, durable=durable, window=window, everyone=everyone[:count])
    print(f"{os.cpu_count()} processors, SQLite {sqlite3.sqlite_version}, in {where or tempfile.gettempdir()}")


if __name__ == "__main__":
    main()
