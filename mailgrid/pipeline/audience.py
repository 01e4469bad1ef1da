"""Audience: the people to be written to, on disk, in a private SQLite database without a name.

It is filled by one pass over the source and read by the feed, so that memory does not grow with rows, no cursor of
the source stays open for hours, and a deferred person waits here by due time.
"""

import json
import math
import pickle
import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from hashlib import blake2b
from typing import Any

from mailgrid.errors import LedgerError
from mailgrid.hookspecs import Recipient
from mailgrid.value import value

__all__ = ["PENDING", "Audience", "Person"]

#: The standing of somebody to whom this run will write.
PENDING = "pending"

_RANK_BITS = 64

# `due` is 0 for somebody who may be written to at once, -1 once taken again, else when the waiting ends. `lane` is
# empty for whoever waits for nobody else.
_SCHEMA = """
CREATE TABLE people (
    position INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    address TEXT NOT NULL,
    line INTEGER NOT NULL,
    fields BLOB NOT NULL,
    variant TEXT NOT NULL,
    rank INTEGER NOT NULL,
    standing TEXT NOT NULL,
    due REAL NOT NULL,
    attempts INTEGER NOT NULL,
    first REAL NOT NULL,
    lane TEXT NOT NULL
);
CREATE INDEX waiting ON people (due) WHERE due > 0;
"""
_PERSON = "SELECT key, address, line, fields, variant, standing, due, attempts, first, position FROM people "


@value
class Person:
    """Somebody in the audience.

    `standing` is `pending`, or why nothing is sent. `due` is when to try again (0: at once), `attempts` how many were
    made so far, `first` when the first of them ended (0: none yet); times in seconds since the epoch. `position` is the
    place in the audience, 1-based.
    """

    recipient: Recipient
    standing: str = PENDING
    due: float = 0.0
    attempts: int = 0
    first: float = 0.0
    position: int = 0


class Audience:
    """People, each key once, in the order of the source. Used by one thread at a time.

    Args:
        campaign: its oldest name; with the key it makes the stable rank that `take` and `sample` go by.
        lane: names the lane that an address belongs to, empty for none; None where nobody has one.
    """

    def __init__(self, campaign: str, lane: Callable[[str], str] | None = None) -> None:
        self._lane = lane or (lambda _address: "")
        self._salt = blake2b(campaign.encode(), digest_size=16).digest()
        # An empty name makes SQLite create a file that only this connection can see and that goes with it.
        self._database = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._database.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA temp_store = FILE; PRAGMA cache_size = -256;" + _SCHEMA
        )

    def add(self, people: Sequence[Person]) -> int:
        """Add people and return how many were new: the first of a key wins."""
        rows = [self._row(person) for person in people]
        before = self._database.total_changes
        self.do_many("INSERT OR IGNORE INTO people VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
        return self._database.total_changes - before

    def _row(self, person: Person) -> tuple[object, ...]:
        recipient = person.recipient
        rank = blake2b(recipient.key.encode(), digest_size=_RANK_BITS // 8, key=self._salt).digest()
        return (
            recipient.key,
            recipient.address,
            recipient.line,
            pickle.dumps(recipient.fields, protocol=5),
            recipient.variant,
            int.from_bytes(rank, signed=True),
            person.standing,
            person.due,
            person.attempts,
            person.first,
            self._lane(recipient.address),
        )

    def keep_first(self, count: int, standing: str = PENDING) -> None:
        """Leave only the first `count` by rank, those with nothing to send included, so that a second run agrees.

        `standing` is that of the people who may be left out.
        """
        self.do(
            "UPDATE people SET standing = 'beyond take' WHERE standing = ? AND position NOT IN "
            "(SELECT position FROM people ORDER BY rank, key LIMIT ?)",
            standing,
            count,
        )

    def keep_share(self, share: float, standing: str = PENDING) -> None:
        """Leave only the part of the people, `share` from 0 to 1, whose ranks are lowest; `standing` as before."""
        border = math.ceil(share * 2**_RANK_BITS) - 2 ** (_RANK_BITS - 1)
        if share < 1:
            self.do("UPDATE people SET standing = 'outside sample' WHERE standing = ? AND rank >= ?", standing, border)

    def keep_next(self, count: int) -> None:
        """Leave only the next `count` people to whom something is sent, in the order of the source."""
        self.do(
            "UPDATE people SET standing = 'left for later' WHERE standing = ? AND position NOT IN "
            "(SELECT position FROM people WHERE standing = ? ORDER BY position LIMIT ?)",
            PENDING,
            PENDING,
            count,
        )

    def standings(self) -> dict[str, int]:
        """Count people by standing."""
        return dict(self.do("SELECT standing, count(*) FROM people GROUP BY standing"))

    def variants(self) -> dict[str, int]:
        """Count the people to whom something is sent by variant."""
        return dict(self.do("SELECT variant, count(*) FROM people WHERE standing = 'pending' GROUP BY variant"))

    def lanes(self, named: Sequence[str]) -> dict[str, int]:
        """Count the people to whom something is sent by lane: in those that are named, and in the fullest other one."""
        query = (
            "SELECT lane, count(*) FROM people WHERE lane != '' AND standing = 'pending' GROUP BY lane "
            "ORDER BY lane IN (SELECT value FROM json_each(?)) DESC, count(*) DESC, lane LIMIT ?"
        )
        return dict(self.do(query, json.dumps(named), len(named) + 1))

    def waiting(self) -> int:
        """Count those of the pending who were tried before and wait to be tried again."""
        query = "SELECT count(*) FROM people WHERE attempts > 0 AND standing = 'pending'"
        return int(self.do(query)[0][0])

    def pending(self, after: int = 0, limit: int = 500) -> list[Person]:
        """Return the next people outside of all lanes who may be written to at once, by position."""
        return self._people(
            "WHERE position > ? AND due = 0 AND standing = 'pending' AND lane = '' ORDER BY position LIMIT ?",
            after,
            limit,
        )

    def due(self, now: float, limit: int) -> list[Person]:
        """Take people outside of all lanes whose waiting is over, those who have waited longest first."""
        over = "WHERE due > 0 AND due <= ? AND standing = 'pending' AND lane = '' ORDER BY due LIMIT ?"
        found = self._people(over, now, limit)
        self._note_taken(person.position for person in found)
        return found

    def take(self, positions: Sequence[int]) -> list[Person]:
        """Take the people at these places, in the order of the source."""
        self._note_taken(positions)
        return self._people(
            "WHERE position IN (SELECT value FROM json_each(?)) ORDER BY position", json.dumps(positions)
        )

    def _note_taken(self, positions: Iterable[int]) -> None:
        self.do_many("UPDATE people SET due = -1 WHERE position = ?", [(position,) for position in positions])

    def next_due(self) -> float | None:
        """Return when the next waiting ends; None when nobody waits."""
        query = "SELECT due FROM people WHERE due > 0 AND standing = 'pending' ORDER BY due LIMIT 1"
        rows = self.do(query)
        return float(rows[0][0]) if rows else None

    def defer(self, position: int, due: float, attempts: int, first: float) -> None:
        """Let somebody wait until `due`."""
        change = "UPDATE people SET due = ?, attempts = ?, first = ? WHERE position = ?"
        self.do(change, due, attempts, first, position)

    def everybody(self) -> Iterator[Person]:
        """Go through all people to whom something is sent, in the order of the source, waiting or not."""
        after = 0
        while people := self._people("WHERE position > ? AND standing = 'pending' ORDER BY position LIMIT 500", after):
            yield from people
            after = people[-1].position

    def page(self, after: int, limit: int) -> list[Person]:
        """Return the next people behind a place, in the order of the source, whether something is sent or not."""
        return self._people("WHERE position > ? ORDER BY position LIMIT ?", after, limit)

    def lines(self, keys: Sequence[str]) -> dict[str, int]:
        """Return the lines of those who have one of these keys."""
        query = "SELECT key, line FROM people WHERE key IN (SELECT value FROM json_each(?))"
        return dict(self.do(query, json.dumps(keys)))

    def keys(self, standing: str = PENDING) -> Iterator[str]:
        """Go through the keys of all people of one standing, in no order."""
        with _told():
            for (key,) in self._database.execute("SELECT key FROM people WHERE standing = ?", (standing,)):
                yield key

    def find(self, key: str) -> Person | None:
        """Return the person with this key, whether something is sent or not; None where there is none."""
        return next(iter(self._people("WHERE key = ?", key)), None)

    def sample(self, count: int) -> Iterator[Person]:
        """Go through the first `count` by rank of all people to whom something is sent: the same at each time."""
        query = "SELECT position FROM people WHERE standing = 'pending' ORDER BY rank, key LIMIT ?"
        positions = sorted(position for (position,) in self.do(query, count))
        for start in range(0, len(positions), 500):  # a place is small, a person is not: memory must not grow
            some = json.dumps(positions[start : start + 500])
            yield from self._people("WHERE position IN (SELECT value FROM json_each(?)) ORDER BY position", some)

    def chosen(self, count: int) -> list[Person]:
        """Return a few people by rank, `count` or more: of each variant at least one; the same at each time."""
        query = (
            "SELECT position FROM people WHERE standing = 'pending' "
            "ORDER BY row_number() OVER (PARTITION BY variant ORDER BY rank, key) > 1, rank, key LIMIT ?"
        )
        wanted = max(count, len(self.variants()))
        return [self._people("WHERE position = ?", position)[0] for (position,) in self.do(query, wanted)]

    def close(self) -> None:
        """Drop the database. May be called twice."""
        self._database.close()

    def _people(self, where: str, *values: float | str) -> list[Person]:
        return [
            Person(
                Recipient(key=key, address=address, line=line, fields=pickle.loads(cells), variant=variant),
                *rest,
            )
            for key, address, line, cells, variant, *rest in self.do(_PERSON + where, *values)
        ]

    def do(self, statement: str, *values: object) -> list[Any]:
        """Run a statement on the people's table and return its rows; for those who keep an order of their own."""
        with _told():
            return self._database.execute(statement, values).fetchall()

    def do_many(self, statement: str, rows: Sequence[tuple[object, ...]]) -> None:
        """Run a statement for each row, all in one transaction."""
        with _told():
            self._database.execute("BEGIN")
            self._database.executemany(statement, rows)
            self._database.execute("COMMIT")


@contextmanager
def _told() -> Iterator[None]:
    """Say what is wrong: with a private file it can only be its disk."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise LedgerError(
            f"the audience cannot be kept on disk: {error}",
            hint=f"make room in {tempfile.gettempdir()}, or point SQLITE_TMPDIR to a folder with room",
        ) from error
