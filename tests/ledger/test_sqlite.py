import sqlite3
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailgrid.errors import LedgerError
from mailgrid.ledger.sqlite import SqliteStore
from mailgrid.ledger.states import State
from tests.ledger.examples import bring, intent, opened_file


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    store = opened_file(tmp_path)
    yield store
    store.close()


def test_the_file_is_for_its_owner_only(tmp_path: Path, store: SqliteStore) -> None:
    bring(store, "ann", State.SENT)
    for suffix in ("", "-wal", "-shm"):
        assert stat.S_IMODE((tmp_path / f"welcome.db{suffix}").stat().st_mode) == 0o600


def test_every_commit_is_synced(store: SqliteStore) -> None:
    assert store._connection.execute("PRAGMA synchronous").fetchone() == (2,)
    assert store._connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_two_writers_at_once_are_told_apart(tmp_path: Path, store: SqliteStore) -> None:
    other = opened_file(tmp_path)
    other._connection.execute("PRAGMA busy_timeout = 0")
    with store._transaction(), pytest.raises(LedgerError, match="another program is writing to it"):
        other.write([intent("ann")], [])
    other.close()


def test_sqlite_itself_finds_nothing_wrong_with_the_file(tmp_path: Path, store: SqliteStore) -> None:
    for number, state in enumerate(State):
        bring(store, f"k{number}", state)
    with sqlite3.connect(tmp_path / "welcome.db") as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    connection.close()


def test_a_reader_reads_while_a_writer_is_in_the_middle_of_a_write(tmp_path: Path, store: SqliteStore) -> None:
    bring(store, "ann", State.SENT)
    with store._transaction():
        store._begin([intent("bob")])
        reader = opened_file(tmp_path, write=False)
        assert [entry.key for entry in reader.entries()] == ["ann"]
    assert [entry.key for entry in reader.entries()] == ["ann", "bob"]
    reader.close()
