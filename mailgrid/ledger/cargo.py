"""Cargo: what a ledger holds, as it is when it is moved from one store to another: tables, columns, checksums.

A row is the same in both stores but for its numbers, which are shifted where several ledgers come into one database. A
transport stands in it by its title.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import Any, Protocol

from mailgrid.value import value

__all__ = ["LEDGER", "PROJECT", "Berth", "Row", "Sum", "Table", "plain", "shifted", "summed", "truths"]

Row = tuple[Any, ...]


@value
class Table:
    """A table: its name, its columns, and of those with a row's number the table that it is a number of."""

    name: str
    columns: tuple[str, ...]
    numbers: Mapping[str, str]


def _table(name: str, columns: str, **numbers: str) -> Table:
    return Table(name, tuple(columns.split()), numbers)


#: The tables of one campaign's ledger, each behind those that its numbers are of.
LEDGER = (
    _table("editions", "id name key_expression", id="editions"),
    _table(
        "runs",
        "id edition transport to_send started ended sent failed deferred in_doubt exit",
        id="runs",
        edition="editions",
    ),
    _table(
        "recipients",
        "id edition key address state origin attempt started attempts first_attempt due gave_up code enhanced reply "
        "message_id time warning variant run seconds filed transport",
        id="recipients",
        edition="editions",
        run="runs",
    ),
    _table(
        "attempts",
        "id recipient run attempt state code enhanced reply started time seconds warning transport",
        id="attempts",
        recipient="recipients",
        run="runs",
    ),
    _table("plans", "id started finished by"),
)

#: The tables of what campaigns share. What is wanted of runs is for those that are under way, and there are none.
PROJECT = (
    _table("buckets", "transport due wanted"),
    _table("domains", "rehearsal domain due"),
    _table("quotas", "transport ending used"),
    _table("suppressed", "address class reason since source"),
    _table("forgotten", "hash since"),
    _table("revision", "suppression"),
)

#: What is a truth value in one store and a number in the other.
_TRUTHS = frozenset({"filed", "gave_up", "rehearsal"})


@value
class Sum:
    """How many rows there are, and a checksum of all of them, in whatever order they come."""

    rows: int
    checksum: int


class Berth(Protocol):
    """One side of a move. Every method raises LedgerError where something cannot be read or written."""

    def ledgers(self) -> Sequence[Row]:
        """Return the ledgers: campaign, whether it is that of rehearsals, id, path, and the state of the bucket."""
        ...

    def read(self, table: Table, ledger: tuple[str, bool] | None) -> Iterator[Row]:
        """Go through a table's rows, those of one ledger, or of what campaigns share."""
        ...

    def titles(self, ledger: tuple[str, bool]) -> Sequence[str]:
        """Return the titles of the transports through which a ledger's messages went."""
        ...

    def introduce(self, ledger: Row, titles: Sequence[str]) -> None:
        """Write down a ledger, as `ledgers` gives it, with the titles of its transports, before its rows are loaded."""
        ...

    def load(self, table: Table, rows: Iterable[Row], ledger: tuple[str, bool] | None) -> None:
        """Write a table's rows, of a ledger that was introduced, or of what campaigns share."""
        ...

    def finish(self) -> None:
        """Make ready what was loaded for those who write after it."""
        ...

    def secret(self) -> str:
        """Return the key of the hashes of those who were forgotten; empty where there are none."""
        ...

    def keep_secret(self, key: str) -> None:
        """Keep that key."""
        ...


def shifted(table: Table, row: Row, by: Mapping[str, int]) -> Row:
    """Return a row with its numbers shifted, each by as much as those of its table are."""
    if not any(by.values()):
        return row
    return tuple(
        value + by[table.numbers[column]] if column in table.numbers and value is not None else value
        for column, value in zip(table.columns, row, strict=True)
    )


def plain(table: Table, row: Row) -> Row:
    """Return a row as both stores can hold it: truth values as numbers, no text with a NUL in it."""
    return tuple(
        int(value)
        if column in _TRUTHS
        else value.replace("\0", "\\x00")
        if isinstance(value, str)
        else bytes(value)
        if isinstance(value, memoryview)
        else value
        for column, value in zip(table.columns, row, strict=True)
    )


def truths(table: Table, row: Row) -> Row:
    """Return a row with its truth values as such."""
    return tuple(bool(value) if column in _TRUTHS else value for column, value in zip(table.columns, row, strict=True))


def summed(rows: Iterable[Row]) -> Sum:
    """Count rows, and make their checksum."""
    count = total = 0
    for count, row in enumerate(rows, 1):  # noqa: B007  # counted while they are gone through
        total += int.from_bytes(blake2b(repr(row).encode(), digest_size=8).digest())
    return Sum(count, total % 2**64)
