"""What databases call the types of their columns, and what of their values is a cell."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

__all__ = ["plain", "type_of"]

#: The numbers that PostgreSQL has for its own types; they never change (src/include/catalog/pg_type.dat).
_POSTGRESQL = {
    **dict.fromkeys((18, 19, 25, 1042, 1043), "text"),
    **dict.fromkeys((20, 21, 23, 26, 700, 701, 1700), "number"),
    **dict.fromkeys((1114, 1184), "datetime"),
    **dict.fromkeys((1000, 1005, 1007, 1009, 1015, 1016, 1021, 1022, 1231), "list"),
    16: "yes/no",
    1082: "date",
}


def type_of(database: str, code: Any) -> str | None:  # noqa: ANN401  # each driver has its own
    """Return the type of a column that a cursor describes; None where its cells say what they are."""
    return _POSTGRESQL.get(code) if database == "postgresql" else None


def plain(cell: object) -> object:
    """Return a value of a database as a cell: what is no kind of cell is its text."""
    if isinstance(cell, Decimal | date | timedelta | list | dict | bytes):
        return cell
    return bytes(cell) if isinstance(cell, memoryview | bytearray) else str(cell)
