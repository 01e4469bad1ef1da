"""The ledger's file: its tables, how it is made, and how it is opened."""

import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mailgrid.errors import LedgerError, MailgridError
from mailgrid.ledger import plans
from mailgrid.ledger.steps import LEDGER, Steps, climb, refuse_older

__all__ = [
    "CACHE_KIBIBYTES",
    "FORMAT",
    "connect",
    "create_tables",
    "new_id",
    "open_file",
    "open_reader",
    "open_writer",
    "transaction",
    "version_of",
    "written",
]

#: Grows, with a step that leads to it, when a ledger of today could not be read by the Mailgrid of yesterday.
FORMAT = 1
#: "MGRD", so that another program's database is never taken for a ledger.
APPLICATION_ID = 0x4D475244

#: `UPDATE ... FROM` came with it, https://www.sqlite.org/lang_update.html; a Python may be linked with an older one.
_SQLITE = (3, 33, 0)
_BUSY_SECONDS = 5.0
_CHECKPOINT_PAGES = 4000  # 16 MB: fewer waits for the main file than at SQLite's 4 MB, still a small -wal
#: SQLite's page cache. A commit of 256 messages whose keys have no order changes some 300 pages of 4 KB, which have to
#: fit; with 2 MB such keys, the worst that there are, take a sixth less CPU, all others the same.
CACHE_KIBIBYTES = 1280

# Recipients have a rowid although their key is unique: new rows then go to the end of the table, and so do the
# attempts of one run. Kept in the order of their keys every commit would dirty one page a row, and write it twice.
# `origin` is where an intent came from, `attempt` the number of the attempt that is under way, `transport` through
# which it goes; NULL where a message could not even be made. `variant` is the wording, empty where there are none.
# The last attempt that ended stands in its recipient's row, and there alone: most people have no other. It is put among
# the `attempts` before anything of it is written over; from then on the row is `filed`.
_TABLES = f"""
PRAGMA application_id = {APPLICATION_ID};
PRAGMA user_version = {FORMAT};
CREATE TABLE meta (id TEXT NOT NULL, campaign TEXT NOT NULL, path TEXT NOT NULL, bucket REAL NOT NULL DEFAULT 0);
CREATE TABLE editions (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, key_expression TEXT NOT NULL);
CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    edition INTEGER NOT NULL REFERENCES editions,
    transport TEXT NOT NULL,
    to_send INTEGER NOT NULL,
    started REAL NOT NULL,
    ended REAL,
    sent INTEGER, failed INTEGER, deferred INTEGER, in_doubt INTEGER,
    exit INTEGER
);
CREATE TABLE transports (id INTEGER PRIMARY KEY, title TEXT NOT NULL UNIQUE);
CREATE TABLE recipients (
    id INTEGER PRIMARY KEY,
    edition INTEGER NOT NULL REFERENCES editions,
    key TEXT NOT NULL,
    address TEXT NOT NULL,
    state TEXT NOT NULL,
    origin TEXT,
    attempt INTEGER NOT NULL,
    started REAL NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    first_attempt REAL,
    due REAL,
    gave_up INTEGER NOT NULL DEFAULT 0,
    code INTEGER NOT NULL DEFAULT 0,
    enhanced TEXT NOT NULL DEFAULT '',
    reply TEXT NOT NULL DEFAULT '',
    message_id TEXT NOT NULL,
    time REAL,
    warning TEXT NOT NULL DEFAULT '',
    transport INTEGER REFERENCES transports,
    variant TEXT NOT NULL DEFAULT '',
    run INTEGER REFERENCES runs,
    seconds REAL NOT NULL DEFAULT 0,
    filed INTEGER NOT NULL DEFAULT 0,
    UNIQUE (edition, key)
);
CREATE TABLE attempts (
    id INTEGER PRIMARY KEY,
    recipient INTEGER NOT NULL REFERENCES recipients,
    run INTEGER REFERENCES runs,
    attempt INTEGER NOT NULL,
    state TEXT NOT NULL,
    code INTEGER NOT NULL,
    enhanced TEXT NOT NULL,
    reply TEXT NOT NULL,
    started REAL NOT NULL,
    time REAL NOT NULL,
    seconds REAL NOT NULL,
    warning TEXT NOT NULL,
    transport INTEGER REFERENCES transports
);
CREATE INDEX attempts_of_recipient ON attempts (recipient);
"""
_KEEP_ATTEMPT = """
CREATE TRIGGER keep_attempt BEFORE UPDATE OF started, time ON recipients WHEN old.attempts > 0 AND NOT old.filed BEGIN
    INSERT INTO attempts (
        recipient, run, attempt, state, code, enhanced, reply, started, time, seconds, warning, transport
    ) VALUES (
        old.id, old.run, old.attempts, old.state, old.code, old.enhanced, old.reply, old.started, old.time, old.seconds,
        old.warning, old.transport
    );
END;
"""


def open_writer(path: Path, steps: Steps = LEDGER) -> sqlite3.Connection:
    """Open a ledger for its one writer; make the file (mode 0600) and its tables where there are none.

    One of an older format is brought up to date by `steps`.

    Raises:
        LedgerError: it is no ledger at all, or on a file system that cannot hold one.
        MailgridError: it is of a newer format.
    """
    connection = open_file(path)
    try:
        _prepare(connection, path, steps)
    except BaseException:
        connection.close()
        raise
    return connection


def open_file(path: Path) -> sqlite3.Connection:
    """Connect to a file for writing; make it, for its owner only, where it is missing."""
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))  # SQLite's files beside it get the mode of this one
    return connect(path, "rw")


def open_reader(path: Path, steps: Steps = LEDGER) -> sqlite3.Connection:
    """Open a ledger to read it, beside a writer or not. A ledger that is not there reads as an empty one.

    Raises:
        LedgerError: it is no ledger at all.
        MailgridError: it is of a newer format, or of one from before the last of `steps`.
    """
    if path.exists():
        found = written(connect(path, "ro"), path, APPLICATION_ID, max(steps, default=FORMAT))
        if found is not None:
            return found
    connection = connect(None, "memory")
    create_tables(connection)
    connection.execute("PRAGMA query_only = ON")
    return connection


def written(connection: sqlite3.Connection, path: Path, application_id: int, newest: int) -> sqlite3.Connection | None:
    """Return a connection to a file that is to be read; None, with it closed, where nobody has written to it yet.

    Args:
        connection: to the file.
        path: the file, for messages.
        application_id: whose file it has to be.
        newest: the format that it has to have.

    Raises:
        LedgerError: it is another program's.
        MailgridError: it is of another format.
    """
    try:
        version = version_of(connection, path, application_id, newest)
        refuse_older(str(path), version, newest)
        if version:
            return connection
    except BaseException:
        connection.close()
        raise
    connection.close()
    return None


def create_tables(connection: sqlite3.Connection) -> None:
    """Make the tables, all of them or none."""
    connection.executescript(f"BEGIN; {_TABLES} {_KEEP_ATTEMPT} COMMIT;")


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Commit at the end, durably; on any error nothing has happened."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # a full disk has rolled it back already
            connection.execute("ROLLBACK")
        raise


def version_of(
    connection: sqlite3.Connection, path: Path, application_id: int = APPLICATION_ID, known: int = FORMAT
) -> int:
    """Return the file's format; 0 for a file that nobody has written to yet.

    Args:
        connection: open.
        path: the file, for messages.
        application_id: whose file it has to be.
        known: the newest format that we know.

    Raises:
        LedgerError: it is no ledger at all.
        MailgridError: it is of a newer format.
    """
    # One statement, so that a file that another process is making is seen before or after, never half made.
    application, version, tables = connection.execute(
        "SELECT application_id, user_version, (SELECT count(*) FROM sqlite_master) "
        "FROM pragma_application_id, pragma_user_version"
    ).fetchone()
    if tables and application != application_id:
        raise LedgerError(
            f"ledger {path}: the file is another program's database",
            hint="move it away, or give another folder with `--ledger`",
        )
    if version > known:
        raise MailgridError(
            f"ledger {path}: written by a newer Mailgrid (format {version}, this one knows {known})",
            hint="upgrade Mailgrid on this machine",
        )
    return int(version)


def connect(path: Path | None, mode: str) -> sqlite3.Connection:
    """Connect; transactions are begun by hand, and any one thread at a time may use it.

    Raises:
        MailgridError: this Python's SQLite is too old for our statements.
    """
    if sqlite3.sqlite_version_info < _SQLITE:
        raise MailgridError(
            f"this Python has SQLite {sqlite3.sqlite_version}, and ledgers need {'.'.join(map(str, _SQLITE))} or newer",
            hint="run Mailgrid with another Python, or upgrade the system's SQLite (libsqlite3)",
        )
    name = f"{path.absolute().as_uri()}?mode={mode}" if path else ":memory:"
    return sqlite3.connect(
        name,
        uri=path is not None,
        timeout=_BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
    )


def _prepare(connection: sqlite3.Connection, path: Path, steps: Steps = LEDGER) -> None:
    """Make a connection durable (a commit survives a power cut), and its file a ledger of the newest format."""
    version = version_of(connection, path, known=max(steps, default=FORMAT))
    (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
    if mode != "wal":
        raise LedgerError(
            f"ledger {path}: this file system cannot hold a ledger (no shared memory)",
            hint="give a folder on a local disk with `--ledger`",
        )
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}")
    connection.execute(f"PRAGMA cache_size = -{CACHE_KIBIBYTES}")
    if not version:
        create_tables(connection)
    connection.execute(plans.TABLE)
    climb(connection, path, version or FORMAT, steps)


def new_id() -> str:
    """Make a ledger's random name."""
    return secrets.token_hex(4)
