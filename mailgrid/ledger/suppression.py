"""Suppression: the project's do-not-mail list, one for all campaigns: who, since when, and why.

Addresses are as they are compared: local part casefolded, domain in lower case and in A-label form. Times are seconds
since 1970.
"""

import sqlite3
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any

from mailgrid.ledger import schema
from mailgrid.ledger.faults import told
from mailgrid.ledger.forgetting import without
from mailgrid.ledger.project import open_project, read_project
from mailgrid.ledger.pseudonym import Pseudonyms
from mailgrid.ledger.statements import with_keys
from mailgrid.value import value

__all__ = ["CLASSES", "Suppressed", "Suppression"]

#: Why somebody is on the list, by class.
CLASSES = ("manual", "unsubscribe", "bounce", "complaint")

_BATCH = 500  # addresses in one query
#: So many are written in one transaction: a run that reads the list meanwhile does not wait for long.
_CHUNK = 10_000
_CACHE_KIBIBYTES = 32 * 1024

_FIND = "SELECT address, class, reason, since, source FROM suppressed WHERE address IN (@keys)"
_ALL = "SELECT address, class, reason, since, source FROM suppressed ORDER BY address"
_ADD = "INSERT OR IGNORE INTO suppressed (address, class, reason, since, source) VALUES (?, ?, ?, ?, ?)"
_CHANGED = """
    INSERT INTO revision (id, suppression) VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET suppression = suppression + 1
"""
_MENTIONS = "SELECT address, reason, source FROM suppressed WHERE instr(folded(reason || ' ' || source), ?)"
_COUNT = "SELECT (SELECT count(*) FROM suppressed) + (SELECT count(*) FROM forgotten)"


@value
class Suppressed:
    """Somebody who is not written to.

    `category` is one of `CLASSES`, `reason` why in words, `source` where that is known from: a file, a log, a command.
    Of somebody who was forgotten the category says so, and `address` is empty.
    """

    address: str
    category: str = "manual"
    reason: str = ""
    since: float = 0.0
    source: str = ""


class Suppression:
    """The list, open. It may be used by one thread at a time, any thread.

    Args:
        path: the file of what the project's campaigns share.
        pseudonyms: hash the addresses of those who were forgotten.
        write: whether to make it where it is missing, and to change it. One that is only read may be missing, too, and
            may come meanwhile.

    Raises:
        LedgerError: it cannot be opened, or is another program's. Every method raises it when the list cannot be read
            or written.
        MailgridError: it is of a newer format.
    """

    def __init__(self, path: Path, pseudonyms: Pseudonyms, *, write: bool) -> None:
        self._path = path
        self._pseudonyms = pseudonyms
        self._connection: sqlite3.Connection | None = None
        with told(path):
            if write:
                self._connection = open_project(path)
                self._connection.execute(f"PRAGMA cache_size = -{_CACHE_KIBIBYTES}")

    # ---- reading -------------------------------------------------------------------------------------------------

    @property
    def revision(self) -> int:
        """A number that grows with every change; 0 as long as nobody was ever on the list."""
        rows = self._rows("SELECT suppression FROM revision")
        return int(rows[0][0]) if rows else 0

    def count(self) -> int:
        """Return how many are on the list, those who were forgotten included."""
        rows = self._rows(_COUNT)
        return int(rows[0][0]) if rows else 0

    def find(self, addresses: Sequence[str]) -> dict[str, Suppressed]:
        """Return those of the addresses who are on the list."""
        if not self._rows("SELECT 1 FROM suppressed UNION ALL SELECT 1 FROM forgotten LIMIT 1"):
            return {}
        found: dict[str, Suppressed] = {}
        for start in range(0, len(addresses), _BATCH):
            batch = addresses[start : start + _BATCH]
            rows = self._rows(with_keys(_FIND, len(batch)), batch)
            found.update((row[0], Suppressed(*row)) for row in rows)
            found.update(self._forgotten([address for address in batch if address not in found]))
        return found

    def _forgotten(self, addresses: Sequence[str]) -> dict[str, Suppressed]:
        if not addresses or not self._rows("SELECT 1 FROM forgotten LIMIT 1"):
            return {}
        hashes = {self._pseudonyms(address): address for address in addresses}
        query = with_keys("SELECT hash, since FROM forgotten WHERE hash IN (@keys)", len(hashes))
        rows = self._rows(query, tuple(hashes))
        return {hashes[key]: Suppressed("", "forgotten", since=since) for key, since in rows}

    def entries(self) -> Iterator[Suppressed]:
        """Go through the list, by address; who was forgotten is not in it."""
        connection = self._opened()
        if connection is None:
            return
        with told(self._path):
            for row in connection.execute(_ALL):
                yield Suppressed(*row)

    # ---- writing -------------------------------------------------------------------------------------------------

    def add(self, entries: Iterable[Suppressed]) -> int:
        """Add people, any number in flat memory, and return how many were not on the list before.

        Who is on it already stays as they are. After a crash a part of the entries may be on the list.
        """
        added = 0
        with told(self._path), closing(_in_order(entries)) as arrived:
            while chunk := list(islice(arrived, _CHUNK)):
                with schema.transaction(self._writer()):
                    forgotten = self._forgotten([row[0] for row in chunk])  # their addresses must not come back
                    added += self._many(_ADD, [row for row in chunk if row[0] not in forgotten])
                    self._writer().execute(_CHANGED)
        return added

    def remove(self, addresses: Iterable[str]) -> int:
        """Take people off the list, forgotten or not, and return how many were on it."""
        removed = 0
        remaining = iter(addresses)
        while chunk := list(islice(remaining, _CHUNK)):
            with told(self._path), schema.transaction(self._writer()):
                removed += self._many("DELETE FROM suppressed WHERE address = ?", [(each,) for each in chunk])
                if self._rows("SELECT 1 FROM forgotten LIMIT 1"):
                    hashes = [(self._pseudonyms(each),) for each in chunk]
                    removed += self._many("DELETE FROM forgotten WHERE hash = ?", hashes)
                self._writer().execute(_CHANGED)
        return removed

    def forget(self, address: str, now: float) -> None:
        """Keep out a person of whom nothing may be known any more: a hash takes the place of the address."""
        with told(self._path):
            self._pseudonyms.make()
            connection = self._writer()
            connection.create_function("folded", 1, str.casefold, deterministic=True)
            connection.execute("PRAGMA secure_delete = ON")
            with schema.transaction(connection):
                connection.execute("DELETE FROM suppressed WHERE address = ?", (address,))
                mentions = connection.execute(_MENTIONS, (address,)).fetchall()
                rows = [(without(address, reason), without(address, source), who) for who, reason, source in mentions]
                self._many("UPDATE suppressed SET reason = ?, source = ? WHERE address = ?", rows)
                row = (self._pseudonyms(address), now)
                connection.execute("INSERT OR IGNORE INTO forgotten (hash, since) VALUES (?, ?)", row)
                connection.execute(_CHANGED)
            connection.execute("VACUUM")
            connection.execute("PRAGMA journal_mode = DELETE")  # the old pages are in the journal that is kept

    def close(self) -> None:
        """Give back what is held. May be called twice."""
        if self._connection is not None:
            with told(self._path):
                self._connection.close()

    # ---- how -----------------------------------------------------------------------------------------------------

    def _opened(self) -> sqlite3.Connection | None:
        if self._connection is None:
            with told(self._path):
                self._connection = read_project(self._path)
        return self._connection

    def _writer(self) -> sqlite3.Connection:
        assert self._connection is not None
        return self._connection

    def _many(self, sql: str, rows: Sequence[tuple[object, ...]]) -> int:
        return self._writer().executemany(sql, rows).rowcount if rows else 0

    def _rows(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        connection = self._opened()
        if connection is None:
            return []
        with told(self._path):
            return connection.execute(sql, values).fetchall()


def _in_order(entries: Iterable[Suppressed]) -> Generator[tuple[Any, ...]]:
    """Yield rows in the order of the table, so that each of its pages is written once, however many are added."""
    # An empty name makes SQLite create a file that only this connection can see and that goes with it.
    with closing(sqlite3.connect("", isolation_level=None)) as private:
        private.execute("PRAGMA journal_mode = OFF")
        private.execute("CREATE TABLE arrivals (address, class, reason, since, source)")
        rows = ((each.address, each.category, each.reason, each.since, each.source) for each in entries)
        private.execute("BEGIN")
        private.executemany("INSERT INTO arrivals VALUES (?, ?, ?, ?, ?)", rows)
        yield from private.execute("SELECT * FROM arrivals ORDER BY address, rowid")
