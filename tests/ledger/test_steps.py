"""How a ledger of an older format is brought up to date; the steps are made up, for there are none yet."""

import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from mailgrid.errors import LedgerError, MailgridError
from mailgrid.ledger.faults import told
from mailgrid.ledger.postgres import tables
from mailgrid.ledger.postgres.database import Database
from mailgrid.ledger.project import open_project, read_project
from mailgrid.ledger.schema import open_reader, open_writer
from mailgrid.ledger.states import State
from tests.ledger.examples import bring, opened, opened_file, state_of

SCORE = {2: ("ALTER TABLE recipients ADD COLUMN score INTEGER NOT NULL DEFAULT 7", "CREATE TABLE notes (text TEXT)")}
BROKEN = {**SCORE, 3: ("ALTER TABLE recipients ADD COLUMN more INTEGER", "ALTER TABLE nothing ADD COLUMN x INTEGER")}
SHARED = {2: ("ALTER TABLE wishes ADD COLUMN why TEXT NOT NULL DEFAULT ''",)}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A ledger of format 1 in which somebody has their mail."""
    with closing(opened_file(tmp_path)) as store:
        bring(store, "ann", State.SENT)
    return tmp_path / "welcome.db"


def columns(connection: sqlite3.Connection) -> set[str]:
    return {name for (name,) in connection.execute("SELECT name FROM pragma_table_info('recipients')")}


def test_an_older_ledger_is_brought_up_to_date_and_the_old_one_kept_beside_it(file: Path) -> None:
    with closing(open_writer(file, SCORE)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (2,)
        assert connection.execute("SELECT key, state, score FROM recipients").fetchall() == [("ann", "sent", 7)]
    kept = file.with_name("welcome.db.format1")
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    with closing(sqlite3.connect(kept)) as connection:
        assert connection.execute("SELECT key FROM recipients").fetchall() == [("ann",)]
        assert "score" not in columns(connection)
    with closing(open_writer(file, SCORE)) as connection:
        assert "score" in columns(connection)


def test_a_step_that_fails_changes_nothing(file: Path) -> None:
    with pytest.raises(LedgerError), told(file), closing(open_writer(file, BROKEN)):
        pass
    with closing(opened_file(file.parent)) as store:
        assert state_of(store, "ann") is State.SENT
        assert columns(store._connection).isdisjoint({"score", "more"})


def test_a_new_ledger_has_all_steps_behind_it(tmp_path: Path) -> None:
    with closing(open_writer(tmp_path / "new.db", SCORE)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (2,)
        assert "score" in columns(connection)


def test_who_only_reads_says_what_has_to_be_done_first(file: Path) -> None:
    with pytest.raises(MailgridError, match=r"written by an older Mailgrid \(format 1\)") as caught:
        open_reader(file, SCORE)
    assert caught.value.hint == "bring it up to date: mailgrid ledger upgrade"
    open_writer(file, SCORE).close()
    open_reader(file, SCORE).close()
    with pytest.raises(MailgridError, match="written by a newer Mailgrid"):
        open_reader(file)


def test_what_campaigns_share_is_brought_up_to_date_in_the_same_way(tmp_path: Path) -> None:
    path = tmp_path / "project.db"
    open_project(path).close()
    with pytest.raises(MailgridError, match="written by an older Mailgrid"):
        read_project(path, SHARED)
    with closing(open_project(path, SHARED)) as connection:
        assert connection.execute("SELECT why FROM wishes").fetchall() == []
    with pytest.raises(MailgridError, match="written by a newer Mailgrid"):
        open_project(path)


def test_a_ledger_in_a_database_is_brought_up_to_date_whole_or_not_at_all(database: Database) -> None:
    with closing(opened(database)) as store:
        bring(store, "ann", State.SENT)
    steps = {number: ";".join(statements) for number, statements in BROKEN.items()}
    with pytest.raises(LedgerError):
        tables.make(database.server, steps)
    assert tables.version_of(database.server) == 1
    tables.make(database.server, {2: steps[2]})
    assert tables.version_of(database.server, 2) == 2
    assert database.server.rows("SELECT key, score FROM recipients") == [("ann", 7)]


def test_a_database_of_a_newer_mailgrid_is_refused(database: Database) -> None:
    tables.make(database.server, {2: "CREATE TABLE notes (text TEXT)"})
    for write in (True, False):
        with pytest.raises(MailgridError, match=r"newer Mailgrid \(version 2, this one knows 1\)") as caught:
            opened(database, write=write)
        assert (caught.value.exit_code, "upgrade" in caught.value.hint) == (2, True)


def test_a_schema_of_another_program_is_left_alone(database: Database) -> None:
    with database.server.connection() as connection:
        connection.execute(
            f"CREATE SCHEMA {database.server.place.schema} CREATE TABLE recipients (email text)".encode()
        )
    for write in (True, False):
        with pytest.raises(LedgerError, match="holds another program's tables") as caught:
            opened(database, write=write)
        assert "?schema=NAME" in caught.value.hint
