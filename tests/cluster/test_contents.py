"""What is in people's files is stored by many runs at once, and dropped when nobody needs it."""

import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Barrier

import pytest

from mailgrid.cluster.contents import Contents
from mailgrid.cluster.enclosed import Enclosed
from mailgrid.cluster.runs import Runs
from mailgrid.cluster.tables import prepare
from mailgrid.hookspecs import Recipient
from mailgrid.ledger.postgres.database import Database
from mailgrid.ledger.postgres.place import Place
from mailgrid.ledger.postgres.server import Connection, Server, ask
from mailgrid.message.render import Renderer
from mailgrid.pipeline.audience import Person
from tests.postgres import schema

#: More than are read from a run's people at once.
MANY = 600
KEPT = "SELECT run, name, content FROM cluster_enclosed JOIN cluster_files USING (digest) ORDER BY 1, 2"
RUN = """
    INSERT INTO cluster_runs (
        campaign, edition, rehearsal, version, bundle, ledger, ledger_run, since, to_send, spec, ended
    ) VALUES (%s, '', false, '', %s, 0, 0, 0, 0, '{}', CASE WHEN %s THEN now() END) RETURNING id
"""


class Files(Renderer):
    """Gives each person the file that is named like the line that the person stands in."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def enclosed(self, recipient: Recipient) -> Sequence[tuple[str, Path]]:
        name = f"{recipient.line}.txt"
        return [(name, self.root / name)]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    database = Database(Place.of(schema(), os.environ), tmp_path)
    database.project().close()
    prepare(database.server)
    with closing(database.server):
        yield database.server


def begin(server: Server, connection: Connection, campaign: str, *, ended: bool = False) -> int:
    row = ask(connection, RUN, (campaign, Runs(server).keep(b"{}"), ended)).fetchone()
    assert row is not None
    return int(row[0])


def age(server: Server) -> None:
    server.rows("UPDATE cluster_files SET stored = now() - interval '2 hours' RETURNING 1")


def contents(server: Server) -> set[bytes]:
    return {bytes(content) for (content,) in server.rows("SELECT content FROM cluster_files")}


def test_two_runs_store_the_same_files_in_whatever_order(server: Server, tmp_path: Path) -> None:
    for name, text in (("1", "terms"), ("2", "prices")):
        (tmp_path / f"{name}.txt").write_text(text)
    both = Barrier(2)
    enclosed = Enclosed(Files(tmp_path), tmp_path)

    def people(first: int, then: int) -> Iterator[Person]:
        for _ in range(MANY):
            yield Person(Recipient(key="ann", address="ann@mail.example", fields={}, line=first))
        both.wait(timeout=30)  # each has stored the one, and wants the other, in a transaction that goes on
        yield Person(Recipient(key="bob", address="bob@mail.example", fields={}, line=then))

    def roll(campaign: str, first: int, then: int) -> int:
        with server.transaction() as connection:
            number = begin(server, connection, campaign)
            enclosed.keep(Contents(server), connection, number, people(first, then))
        return number

    with ThreadPoolExecutor(2) as pool:
        numbers = sorted(pool.map(roll, ("welcome", "farewell"), (1, 2), (2, 1)))
    texts = {"1.txt": b"terms", "2.txt": b"prices"}
    assert server.rows(KEPT) == [(number, name, text) for number in numbers for name, text in texts.items()]


def test_who_drops_what_nobody_needs_leaves_what_somebody_is_just_naming(server: Server) -> None:
    kept = Contents(server)
    with server.transaction() as connection:
        kept.keep(connection, begin(server, connection, "old", ended=True), {"a.txt": b"a", "b.txt": b"b"})
    age(server)
    with server.transaction() as connection:
        kept.keep(connection, begin(server, connection, "new"), {"terms.txt": b"a"})
        Runs(server).forget()  # waits for nobody
        assert contents(server) == {b"a"}
    Runs(server).forget()
    assert server.rows("SELECT name FROM cluster_enclosed") == [("terms.txt",)]
    assert contents(server) == {b"a"}


def test_what_a_run_stored_that_died_is_dropped_after_an_hour(server: Server) -> None:
    def die() -> None:
        with server.transaction() as connection:
            Contents(server).keep(connection, begin(server, connection, "welcome"), {"a.txt": b"a"})
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        die()
    Runs(server).forget()
    assert contents(server) == {b"a"}
    age(server)
    Runs(server).forget()
    assert contents(server) == set()


class Dropped(Contents):
    """What it stores first is dropped before it can be named."""

    stored = 0

    def _store(self, contents: Mapping[str, bytes]) -> None:
        super()._store(contents)
        self.stored += bool(contents)
        if self.stored == 1:
            self._server.rows("DELETE FROM cluster_files RETURNING 1")


def test_what_was_dropped_between_two_looks_is_stored_again(server: Server) -> None:
    kept = Dropped(server)
    with server.transaction() as connection:
        kept.keep(connection, begin(server, connection, "welcome"), {"a.txt": b"a", "copy.txt": b"a"})
    assert kept.stored == 2
    assert server.rows("SELECT name FROM cluster_enclosed ORDER BY 1") == [("a.txt",), ("copy.txt",)]
