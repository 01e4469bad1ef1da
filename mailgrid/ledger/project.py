"""ProjectLedger: what the campaigns of a project share, in one file: token buckets, of domains too, and quotas.

The do-not-mail list is in the same file, see `mailgrid.ledger.suppression`, and what is wanted of runs, see
`mailgrid.ledger.control`.
"""

import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from mailgrid.ledger import schema
from mailgrid.ledger.faults import told
from mailgrid.ledger.steps import PROJECT, Steps, climb
from mailgrid.value import value

__all__ = ["Bucket", "ProjectLedger", "open_project", "read_project"]

#: Grows when a file of today could not be read by the Mailgrid of yesterday.
_FORMAT = 1
#: "MGRP", so that neither another program's database nor a campaign's ledger is taken for it.
_APPLICATION_ID = 0x4D475250
#: Another process's transaction takes a commit; whoever waits here keeps all workers waiting, so not for long.
_BUSY_MILLISECONDS = 20

_TABLES = f"""
PRAGMA application_id = {_APPLICATION_ID};
PRAGMA user_version = {_FORMAT};
CREATE TABLE buckets (
    transport TEXT NOT NULL PRIMARY KEY, due INTEGER NOT NULL, wanted INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE suppressed (
    address TEXT NOT NULL PRIMARY KEY, class TEXT NOT NULL, reason TEXT NOT NULL, since REAL NOT NULL,
    source TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE forgotten (hash BLOB NOT NULL PRIMARY KEY, since REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE revision (id INTEGER PRIMARY KEY CHECK (id = 1), suppression INTEGER NOT NULL);
CREATE TABLE wishes (
    campaign TEXT NOT NULL, rehearsal INTEGER NOT NULL, run REAL NOT NULL, rate TEXT NOT NULL,
    paused INTEGER NOT NULL, stopped INTEGER NOT NULL, PRIMARY KEY (campaign, rehearsal)
) WITHOUT ROWID;
CREATE TABLE domains (
    rehearsal INTEGER NOT NULL, domain TEXT NOT NULL, due INTEGER NOT NULL, PRIMARY KEY (rehearsal, domain)
) WITHOUT ROWID;
CREATE TABLE quotas (
    transport TEXT NOT NULL, ending INTEGER NOT NULL, used INTEGER NOT NULL, PRIMARY KEY (transport, ending)
) WITHOUT ROWID;
"""


def open_project(path: Path, steps: Steps = PROJECT) -> sqlite3.Connection:
    """Open the shared file for writing; make it where it is missing, and bring an older one up to date by `steps`.

    It has a rollback journal, which needs no shared memory, and keeps the journal's file: to make one for every commit
    takes twenty times as long. Full sync: a power cut opens no new burst.

    Raises:
        LedgerError: it is another program's.
        MailgridError: it is of a newer format.
    """
    connection = schema.open_file(path)
    try:
        newest = max(steps, default=_FORMAT)
        version = _version(connection, path, newest)  # another program's file is left as it is
        connection.execute("PRAGMA journal_mode = PERSIST")
        connection.execute("PRAGMA synchronous = FULL")
        with schema.transaction(connection):
            if not _version(connection, path, newest):
                _make_tables(connection)
        climb(connection, path, version or _FORMAT, steps)
    except BaseException:
        connection.close()
        raise
    return connection


def read_project(path: Path, steps: Steps = PROJECT) -> sqlite3.Connection | None:
    """Open the shared file for reading; None where nobody has written to it yet.

    Raises:
        LedgerError: it is another program's.
        MailgridError: it is of a newer format, or of one from before the last of `steps`.
    """
    if not path.exists():
        return None
    # What a crash left half written can only be taken back by one who may write.
    connection = schema.connect(path, "rw")
    connection.execute("PRAGMA query_only = ON")
    return schema.written(connection, path, _APPLICATION_ID, max(steps, default=_FORMAT))


def _version(connection: sqlite3.Connection, path: Path, newest: int) -> int:
    return schema.version_of(connection, path, _APPLICATION_ID, newest)


def _make_tables(connection: sqlite3.Connection) -> None:
    for statement in filter(str.strip, _TABLES.split(";")):
        connection.execute(statement)


@value
class Bucket:
    """The state of a token bucket; times in nanoseconds since 1970, 0 at first.

    `due` is the time from which it fills again, `wanted` until when somebody waits who found nothing in it.
    """

    due: int = 0
    wanted: int = 0


class ProjectLedger:
    """The shared ledger, open for writing. It may be used by one thread at a time, any thread.

    Several processes use it at once, each for less than a hundredth of a second.

    Args:
        path: the file; its folder exists.

    Raises:
        LedgerError: it cannot be opened or written, or is another program's.
        MailgridError: it is of a newer format.
    """

    claim = claim_domains = take_quota = None  # a file is changed by `exchange`

    def __init__(self, path: Path) -> None:
        self._path = path
        with told(path):
            self._connection = open_project(path)
            self._connection.execute(f"PRAGMA busy_timeout = {_BUSY_MILLISECONDS}")

    def exchange(self, transport: str, step: Callable[[Bucket], Bucket]) -> bool:
        """Change a transport's bucket in one transaction: no other process comes between.

        Args:
            transport: its name in the project.
            step: gets the bucket as it is, and returns it as it is to be.

        Returns:
            Whether it is done. If not, another process has kept the file for too long: nothing has changed, whether
            or not `step` was called; try again later.

        Raises:
            LedgerError: the ledger cannot be read or written.
        """
        return self._done(lambda: self._change(transport, step))

    def spend(self, transport: str, step: Callable[[Mapping[int, int]], Mapping[int, int]]) -> bool:
        """Change what is used up of a transport's quota in one transaction, as `exchange` does with its bucket.

        Args:
            transport: its name in the project.
            step: gets what is used up, by the ends of pieces of time in seconds since 1970, and returns what is to be.

        Returns:
            Whether it is done.

        Raises:
            LedgerError: the ledger cannot be read or written.
        """
        return self._done(lambda: self._change_quota(transport, step))

    def used(self, transport: str) -> Mapping[int, int]:
        """Return what is used up of a transport's quota, by the ends of pieces of time in seconds since 1970.

        Raises:
            LedgerError: the ledger cannot be read.
        """
        with told(self._path):
            return self._used(transport)

    def exchange_domains(
        self, domains: Sequence[str], step: Callable[[Mapping[str, int]], Mapping[str, int]], *, rehearsal: bool
    ) -> bool:
        """Change the buckets of some domains in one transaction: no other process comes between.

        Args:
            domains: their names.
            step: gets the times from which their buckets fill again, in nanoseconds since 1970, of those that are
                known, and returns those that have changed.
            rehearsal: whether messages reach nobody: those buckets are others.

        Returns:
            Whether it is done, as `exchange`.

        Raises:
            LedgerError: the ledger cannot be read or written.
        """

        def change() -> None:
            query = "SELECT domain, due FROM domains WHERE rehearsal = ? AND domain IN (SELECT value FROM json_each(?))"
            after = step(dict(self._connection.execute(query, (rehearsal, json.dumps(domains)))))
            rows = [(rehearsal, domain, due) for domain, due in after.items()]
            self._connection.executemany("REPLACE INTO domains (rehearsal, domain, due) VALUES (?, ?, ?)", rows)

        return self._done(change)

    def forget_domains(self, now: float) -> None:
        """Drop the buckets of domains that are full: they hold nobody back, and there may be many.

        `now` is the time, in seconds since 1970. Where another process keeps the file they stay.
        """
        row = (round(now * 10**9),)
        self._done(lambda: self._connection.execute("DELETE FROM domains WHERE due <= ?", row))

    def _done(self, change: Callable[[], object]) -> bool:
        """Do something in one transaction; tell whether it is done, or another process keeps the file."""
        with told(self._path):
            try:
                with schema.transaction(self._connection):
                    change()
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                    raise
                return False
        return True

    def _used(self, transport: str) -> Mapping[int, int]:
        return dict(self._connection.execute("SELECT ending, used FROM quotas WHERE transport = ?", (transport,)))

    def _change_quota(self, transport: str, step: Callable[[Mapping[int, int]], Mapping[int, int]]) -> None:
        before = self._used(transport)
        after = step(before)
        gone = [(transport, ending) for ending in before.keys() - after.keys()]
        rows = [(transport, ending, used) for ending, used in after.items() if before.get(ending) != used]
        self._connection.executemany("DELETE FROM quotas WHERE transport = ? AND ending = ?", gone)
        self._connection.executemany("REPLACE INTO quotas (transport, ending, used) VALUES (?, ?, ?)", rows)

    def _change(self, transport: str, step: Callable[[Bucket], Bucket]) -> None:
        query = "SELECT due, wanted FROM buckets WHERE transport = ?"
        row = self._connection.execute(query, (transport,)).fetchone()
        before = Bucket(*row) if row else Bucket()
        after = step(before)
        if after != before:
            row = (transport, after.due, after.wanted)
            self._connection.execute("REPLACE INTO buckets (transport, due, wanted) VALUES (?, ?, ?)", row)

    def close(self) -> None:
        """Give back what is held. May be called twice."""
        with told(self._path):
            self._connection.close()
