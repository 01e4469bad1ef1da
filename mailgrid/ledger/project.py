"""ProjectLedger: what the campaigns of a project share, in one small file: the token buckets of its transports."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from mailgrid.ledger import schema
from mailgrid.ledger.faults import told

__all__ = ["Bucket", "ProjectLedger"]

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
"""


@dataclass(frozen=True, slots=True)
class Bucket:
    """The state of a token bucket; times in nanoseconds since 1970, 0 at first.

    `due` is the time from which it fills again, `wanted` until when somebody waits who found nothing in it.
    """

    due: int = 0
    wanted: int = 0


class ProjectLedger:
    """The shared ledger, open for writing. It may be used by one thread at a time, any thread.

    Several processes use it at once, each for less than a hundredth of a second. It has a rollback journal, which
    needs no shared memory, and keeps the journal's file: to make one for every commit takes twenty times as long.
    Full sync: a power cut opens no new burst.

    Args:
        path: the file; its folder exists.

    Raises:
        LedgerError: it cannot be opened or written, is of a newer format, or another program's.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        with told(path):
            self._connection = schema.open_file(path)
            try:
                self._prepare()
            except BaseException:
                self._connection.close()
                raise

    def _prepare(self) -> None:
        execute = self._connection.execute
        self._version()  # another program's file is left as it is
        execute("PRAGMA journal_mode = PERSIST")
        execute("PRAGMA synchronous = FULL")
        with schema.transaction(self._connection):
            if not self._version():
                for statement in filter(str.strip, _TABLES.split(";")):
                    execute(statement)
        execute(f"PRAGMA busy_timeout = {_BUSY_MILLISECONDS}")

    def _version(self) -> int:
        return schema.version_of(self._connection, self._path, _APPLICATION_ID, _FORMAT)

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
        with told(self._path):
            try:
                with schema.transaction(self._connection):
                    self._change(transport, step)
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                    raise
                return False
        return True

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
