import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailgrid.errors import LedgerError, MailgridError
from mailgrid.ledger import schema
from mailgrid.ledger.faults import told
from mailgrid.ledger.schema import FORMAT
from mailgrid.ledger.sqlite import SqliteStore
from mailgrid.ledger.states import State
from tests.ledger.examples import WELCOME, bring, intent, opened_file, result, state_of

NOBODY = 65534
FULL_DISK = """
import resource, signal, sys
from pathlib import Path
from mailgrid.errors import LedgerError
from tests.ledger.examples import intent, opened_file
store = opened_file(Path(sys.argv[1]))
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
try:
    for number in range(10_000):
        store.write([intent(f"k{number}")], [])
        sys.stdout.write(f"k{number}\\n")
except LedgerError as error:
    sys.stderr.write(f"{error.message}: {error.hint}")
"""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    store = opened_file(tmp_path)
    yield store
    store.close()


def test_a_full_disk_ends_the_run_and_costs_nothing_that_was_recorded(tmp_path: Path, store: SqliteStore) -> None:
    bring(store, "ann", State.SENDING)
    (pages,) = store._connection.execute("PRAGMA page_count").fetchone()
    store._connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(LedgerError, match="the disk is full") as caught:
        store.write([intent(f"k{number}") for number in range(500)], [result("ann")])
    assert (caught.value.exit_code, "free some space" in caught.value.hint) == (5, True)
    assert state_of(store, "ann") is State.SENDING
    store._connection.execute("PRAGMA max_page_count = 100000")
    store.write([intent("bob")], [result("ann")])
    assert state_of(store, "ann") is State.SENT


def test_a_file_that_may_not_grow_keeps_every_commit_before(tmp_path: Path) -> None:
    command = [sys.executable, "-c", FULL_DISK, str(tmp_path)]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    assert f"ledger {tmp_path}/welcome.db: the disk reports an error: look at the disk" in run.stderr
    store = opened_file(tmp_path)
    assert {entry.key for entry in store.entries()} == set(run.stdout.split())
    assert run.stdout
    store.close()


@pytest.mark.parametrize("write", [True, False])
def test_a_ledger_of_a_newer_mailgrid_is_not_touched(tmp_path: Path, store: SqliteStore, write: bool) -> None:
    store._connection.execute(f"PRAGMA user_version = {FORMAT + 1}")
    store.close()
    before = (tmp_path / "welcome.db").read_bytes()
    with pytest.raises(
        MailgridError, match=rf"written by a newer Mailgrid \(format {FORMAT + 1}, this one knows"
    ) as caught:
        opened_file(tmp_path, write=write)
    assert (caught.value.exit_code, "upgrade" in caught.value.hint) == (2, True)
    assert (tmp_path / "welcome.db").read_bytes() == before


def test_an_sqlite_that_is_too_old_is_named_before_anything_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 31, 1))
    monkeypatch.setattr(sqlite3, "sqlite_version", "3.31.1")
    with pytest.raises(MailgridError, match=r"SQLite 3\.31\.1, and ledgers need 3\.33\.0 or newer") as caught:
        opened_file(tmp_path, write=False)
    assert (caught.value.exit_code, "another Python" in caught.value.hint) == (2, True)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("write", [True, False])
def test_another_programs_database_is_not_touched(tmp_path: Path, write: bool) -> None:
    connection = sqlite3.connect(tmp_path / "welcome.db")
    connection.execute("CREATE TABLE recipients (email TEXT)")
    connection.close()
    before = (tmp_path / "welcome.db").read_bytes()
    with pytest.raises(LedgerError, match="another program's database"):
        opened_file(tmp_path, write=write)
    assert (tmp_path / "welcome.db").read_bytes() == before


@pytest.mark.parametrize("write", [True, False])
def test_a_file_that_is_no_database_is_named_so(tmp_path: Path, write: bool) -> None:
    (tmp_path / "welcome.db").write_text("email\nann@example.org\n" * 200)
    with pytest.raises(LedgerError, match="the file is no SQLite database"):
        opened_file(tmp_path, write=write)


def test_a_damaged_file_is_named_so(tmp_path: Path, store: SqliteStore) -> None:
    store.write([intent(f"k{number}") for number in range(2000)], [])
    store.close()
    with (tmp_path / "welcome.db").open("r+b") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(size // 2)
        file.write(b"\xff" * (size // 2))
    damaged = opened_file(tmp_path, write=False)
    with pytest.raises(LedgerError, match="the file is damaged") as caught:
        list(damaged.entries())
    assert "do not delete it" in caught.value.hint
    damaged.close()


@pytest.mark.parametrize("write", [True, False])
def test_a_crash_before_the_tables_were_made_leaves_a_ledger_that_can_be_used(tmp_path: Path, write: bool) -> None:
    (tmp_path / "welcome.db").touch()
    store = opened_file(tmp_path, write=write)
    assert list(store.entries()) == []
    store.close()


def test_a_file_system_without_shared_memory_holds_no_ledger() -> None:
    connection = sqlite3.connect(":memory:")  # the one place where SQLite refuses a write-ahead log everywhere
    with pytest.raises(LedgerError, match="this file system cannot hold a ledger"):
        schema._prepare(connection, Path("welcome.db"))
    connection.close()


@pytest.fixture
def locked_up() -> Iterator[Path]:
    """A folder with a ledger that nobody may write to; where the tests run as root, they are somebody else in it."""
    folder = Path(tempfile.mkdtemp())
    opened_file(folder).close()
    (folder / "welcome.db").chmod(0o444)
    folder.chmod(0o555)
    user = os.geteuid()
    if user == 0:
        os.seteuid(NOBODY)
    yield folder
    os.seteuid(user)
    folder.chmod(0o700)
    shutil.rmtree(folder)


def test_reading_where_nothing_may_be_written_says_why_it_cannot_be_done(locked_up: Path) -> None:
    with pytest.raises(LedgerError, match="it is read-only") as caught:
        opened_file(locked_up, write=False)
    assert "creates files beside it, for reading too" in caught.value.hint


def test_writing_where_nothing_may_be_written_says_so(locked_up: Path) -> None:
    with pytest.raises(LedgerError, match="it is read-only") as caught:
        opened_file(locked_up)
    assert "writable" in caught.value.hint


def test_a_folder_where_no_ledger_can_be_made_is_an_error(locked_up: Path) -> None:
    with pytest.raises(LedgerError, match="permission denied") as caught:
        SqliteStore(locked_up / "other.db", WELCOME, root=locked_up, write=True)
    assert "`--ledger`" in caught.value.hint


def test_a_fault_that_we_know_nothing_about_is_told_in_sqlites_words(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="out of everything"), told(tmp_path):
        raise sqlite3.OperationalError("out of everything")


def test_what_is_no_fault_of_the_ledger_passes() -> None:
    with pytest.raises(ZeroDivisionError), told(Path()):
        raise ZeroDivisionError
