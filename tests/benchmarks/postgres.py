"""How fast the ledger in PostgreSQL is: `python -m tests.benchmarks.postgres [PEOPLE]`, 1,000,000 by default.

The server is the one of the tests, on this machine, as durable as it comes.
"""

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import psycopg

from mailgrid.ledger.folder import Folder
from mailgrid.ledger.moving import move
from mailgrid.ledger.opening import open_ledgers
from mailgrid.ledger.postgres.database import Database
from mailgrid.ledger.states import State
from mailgrid.ledger.store import Identity, Intent, Result, Store
from tests.benchmarks.ledger import REPLY, batches, keys
from tests.postgres import postgres, schema

PEOPLE = 1_000_000
RECORDED = 100_000
IDENTITY = Identity("benchmark", "", "email", "benchmark.mailgrid")


def timed(what: str, count: int, act: Callable[[], object]) -> None:
    start, cpu = time.perf_counter(), time.process_time()
    act()
    seconds, own = time.perf_counter() - start, time.process_time() - cpu
    print(f"{what:<52} {seconds:7.1f} s  {count / seconds:10,.0f}/s  {own / count * 1e6:6.1f} µs of our CPU each")


def record(store: Store, everyone: list[str], window: int) -> None:
    """Record intents and results, each commit with one window's results and the next one's intents."""
    results: list[Result] = []
    for batch in batches(everyone, window):
        store.write([Intent(key, key, f"<{key}>", 1, 1.0, "smtp relay:25") for key in batch], results, bucket=1.0)
        results = [Result(key, State.SENT, 250, "2.0.0", REPLY, 2.0, 0.1) for key in batch]
    store.write([], results)


def look_up(store: Store, everyone: list[str]) -> None:
    for batch in batches(everyone, 500):
        assert len(store.states(batch)) == len(batch)


def bytes_of(database: Database, people: int) -> None:
    for table in ("recipients", "attempts"):
        sql = "SELECT pg_relation_size(%s), pg_indexes_size(%s::regclass)"
        ((rows, indexes),) = database.server.rows(sql, (table, table))
        print(f"bytes a recipient in {table:<12} {rows / people:6.0f} and {indexes / people:4.0f} in indexes")


def at() -> Iterator[Database]:
    with tempfile.TemporaryDirectory() as folder:
        database = open_ledgers(schema(), Path(folder))
        assert isinstance(database, Database)
        yield database
        database.server.close()


def loaded(people: int) -> None:
    """Load people by COPY, as a ledger that is moved, and look all of them up as a second `apply` does."""
    everyone = keys(people)
    for database in at():
        with tempfile.TemporaryDirectory() as place:
            folder = Folder(Path(place) / "ledgers")
            with closing(folder.store(IDENTITY, rehearsal=False, write=True)) as store:
                for batch in batches(everyone, 10_000):
                    store.adopt([(key, key) for key in batch], "a list", 1.0)
            timed(f"{people:,} people moved in by COPY, compared", people, partial(move, folder, database))
        with closing(database.store(IDENTITY, rehearsal=False, write=True)) as store:
            timed("second apply: all looked up, 500 a query", people, partial(look_up, store, everyone))
            timed("counted by state", people, store.counts)


def recorded(window: int, *, show: bool) -> None:
    everyone = keys(RECORDED)
    for database in at():
        with (
            database.lock("benchmark", edition=""),
            closing(database.store(IDENTITY, rehearsal=False, write=True)) as store,
        ):
            timed(f"claimed and finalised, {window} a commit", len(everyone), partial(record, store, everyone, window))
        if show:
            bytes_of(database, len(everyone))


def main() -> None:
    people = int(sys.argv[1]) if len(sys.argv) > 1 else PEOPLE
    with psycopg.connect(postgres(), autocommit=True) as connection:
        for statement in ("ALTER SYSTEM RESET fsync", "ALTER SYSTEM RESET full_page_writes", "SELECT pg_reload_conf()"):
            connection.execute(statement.encode())
    if people:
        loaded(people)
    for window in (32, 256, 1000):
        recorded(window, show=window == 256)


if __name__ == "__main__":
    main()
