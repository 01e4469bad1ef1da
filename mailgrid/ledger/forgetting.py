"""Forgetting: takes one person out of a ledger, so that no byte of its files tells who it was."""

import re
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

from mailgrid.ledger import schema, statements
from mailgrid.ledger.faults import told
from mailgrid.ledger.former import is_settled
from mailgrid.ledger.states import State
from mailgrid.ledger.store import Entry, Known

__all__ = ["SETTLED", "Remembering", "erase", "without"]

#: What stands in a reply in place of an address.
_GONE = "forgotten"

#: Who is settled keeps a row without a name, by which nobody is sent anything twice; of others nothing is kept.
SETTLED = (State.SENT, State.IN_DOUBT, State.FAILED)
_WHO = "SELECT id, edition, state IN (?, ?, ?) AND NOT gave_up, folded(key) = ? FROM recipients"
_BY_ADDRESS = f"{_WHO} WHERE folded(address) = ? OR folded(key) = ?"
_BLANK = """
    UPDATE recipients SET key = coalesce(?, key), address = '', reply = '', message_id = '', warning = '' WHERE id = ?
"""
_BLANK_ATTEMPTS = "UPDATE attempts SET reply = '', warning = '' WHERE recipient = ?"
_DROP_ATTEMPTS = "DELETE FROM attempts WHERE recipient = ?"
_DROP = "DELETE FROM recipients WHERE id = ?"
_NAMESAKE = "SELECT id FROM recipients WHERE edition = ? AND key = ?"
_MENTIONS = {
    "recipients": (
        "SELECT id, reply, warning FROM recipients WHERE instr(folded(reply || ' ' || warning), ?)",
        "UPDATE recipients SET reply = ?, warning = ? WHERE id = ?",
    ),
    "attempts": (
        "SELECT id, reply, warning FROM attempts WHERE instr(folded(reply || ' ' || warning), ?)",
        "UPDATE attempts SET reply = ?, warning = ? WHERE id = ?",
    ),
}


def erase(path: Path, address: str, pseudonym: str) -> int:
    """Take a person out of a ledger; hold its run lock. Also what other people's replies say of them.

    Args:
        path: the ledger's file.
        address: as it is compared.
        pseudonym: what stands in its place where it is a key.

    Returns:
        How many entries there were.

    Raises:
        LedgerError: the ledger cannot be read or written.
    """
    with told(path), closing(schema.open_writer(path)) as connection:
        connection.create_function("folded", 1, str.casefold, deterministic=True)
        connection.execute("PRAGMA secure_delete = ON")
        with schema.transaction(connection):
            connection.execute(statements.CRASH)
            values = (*(state.value for state in SETTLED), address, address, address)
            found = connection.execute(_BY_ADDRESS, values).fetchall()
            for number, edition, settled, named in found:
                _forget(connection, number, edition, pseudonym if named else None, settled=settled)
            for search, change in _MENTIONS.values():
                rows = connection.execute(search, (address,)).fetchall()
                connection.executemany(
                    change, [(*(without(address, text) for text in row[1:]), row[0]) for row in rows]
                )
        connection.execute("VACUUM")  # what was deleted is not even left between the rows
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return len(found)


def _forget(connection: sqlite3.Connection, number: int, edition: int, pseudonym: str | None, *, settled: bool) -> None:
    before = connection.execute(_NAMESAKE, (edition, pseudonym)).fetchall() if settled else [(number,)]
    for namesake in before:  # one who was forgotten, came back, and is forgotten again
        connection.execute(_DROP_ATTEMPTS, namesake)
        connection.execute(_DROP, namesake)
    connection.execute(_BLANK, (pseudonym, number))
    connection.execute(_BLANK_ATTEMPTS, (number,))


def without(address: str, text: str) -> str:
    """Return a text without an address, however that is written; one that cannot be cut is dropped as a whole."""
    rest = re.sub(re.escape(address), _GONE, text, flags=re.IGNORECASE)
    return "" if address in rest.casefold() else rest


class Remembering:
    """Knows people who were forgotten, too, where they are met again: nobody is sent anything twice.

    Args:
        known: the ledger.
        pseudonym: returns what stands in a ledger in place of a key that was an address.
    """

    def __init__(self, known: Known, pseudonym: Callable[[str], str]) -> None:
        self._known = known
        self._pseudonym = pseudonym

    def states(self, keys: Sequence[str]) -> dict[str, Entry]:
        """Return what is known about these keys.

        Raises:
            LedgerError: the ledger cannot be read.
        """
        known = self._known.states(keys)
        hidden = {self._pseudonym(key): key for key in keys if not is_settled(known.get(key))}
        known.update((hidden[name], entry) for name, entry in self._known.states(list(hidden)).items())
        return known
