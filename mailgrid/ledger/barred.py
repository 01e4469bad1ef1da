"""Barred: the people of a campaign's own lists who are never written to, on disk, in a private SQLite database."""

import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path

from mailgrid.ledger.faults import told
from mailgrid.ledger.statements import with_keys

__all__ = ["Barred"]

_BATCH = 500  # addresses in one query
_FIND = "SELECT address, title FROM barred JOIN lists ON lists.id = barred.list WHERE address IN (@keys)"


class Barred:
    """Addresses, as they are compared, each with the title of its list; memory does not grow with them.

    Used by one thread at a time. The file is private, and goes with this object.
    """

    def __init__(self) -> None:
        # An empty name makes SQLite create a file that only this connection can see and that goes with it.
        self._database = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._database.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA temp_store = FILE;"
            "CREATE TABLE lists (id INTEGER PRIMARY KEY, title TEXT NOT NULL);"
            "CREATE TABLE barred (address TEXT NOT NULL, list INTEGER NOT NULL);"
        )
        self._empty = True

    def fill(self, lists: Iterable[tuple[str, Iterable[str]]]) -> None:
        """Read lists, each with its title, to their ends. It is done once, before anybody is looked for.

        Raises:
            LedgerError: the disk is full.
        """
        execute = self._database.execute
        with told(Path("of suppressed people")):
            for title, addresses in lists:
                self._empty = False
                number = execute("INSERT INTO lists (title) VALUES (?)", (title,)).lastrowid
                execute("BEGIN")
                self._database.executemany(
                    "INSERT INTO barred VALUES (?, ?)", ((address, number) for address in addresses)
                )
                execute("COMMIT")
            # Sorted once, at the end, each page is written once, however many there are.
            execute("CREATE INDEX by_address ON barred (address, list)")

    def find(self, addresses: Sequence[str]) -> dict[str, str]:
        """Return those of the addresses who are on a list, and on which; the first that was read comes first."""
        found: dict[str, str] = {}
        for start in range(0, 0 if self._empty else len(addresses), _BATCH):
            batch = addresses[start : start + _BATCH]
            for address, title in self._database.execute(with_keys(_FIND, len(batch)), batch):
                found.setdefault(address, title)
        return found

    def close(self) -> None:
        """Drop the database. May be called twice."""
        self._database.close()
