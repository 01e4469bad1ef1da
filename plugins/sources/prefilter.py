"""Prefilter: which rows a database may leave out, in SQL that drops none that Mailgrid might take.

Mailgrid compares texts without the blanks around them, and its blanks are all those of Unicode; NULL, an empty text and
blanks only are one. So a test becomes a comparison of the trimmed text, and where the database does not know for sure
that a cell is a text, the row is kept.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, bindparam, cast, func, or_

from mailgrid.hookspecs import Test

from .blanks import BLANKS, can_be_said

__all__ = ["conditions"]

#: A longer list of values costs a database more than the rows that it saves.
_MOST = 500


def conditions(
    database: str, columns: Mapping[str, ColumnElement[Any]], texts: Iterable[str], tests: Sequence[Test]
) -> list[ColumnElement[bool]]:
    """Return what every row fulfils that may pass all of `tests`.

    Args:
        database: `postgresql` or `sqlite`.
        columns: the columns by name.
        texts: those that hold texts; of the others a test is only asked where it is about being empty.
        tests: the tests.
    """
    known = set(texts)
    found = []
    for test in tests:
        column = columns.get(test.column)
        if column is None or len(test.values) > _MOST or not all(map(can_be_said, test.values)):
            continue
        if database == "sqlite":
            found.append(_untyped(column, test))
        elif test.column in known:
            found.append(_asked(func.btrim(cast(column, Text), _bind("blanks", BLANKS)), test))
        elif test.operator == "is not empty":
            found.append(column.is_not(None))
    return found


def _untyped(column: ColumnElement[Any], test: Test) -> ColumnElement[bool]:
    """Return a test of SQLite's cells, each of which has a type of its own."""
    trimmed = func.trim(column, _bind("blanks", BLANKS))
    kind = func.typeof(column)
    return or_(kind.not_in(["text", "null"]), and_(kind == "text", _asked(trimmed, test)))


def _asked(trimmed: ColumnElement[Any], test: Test) -> ColumnElement[bool]:
    if test.operator == "is not empty":
        return trimmed != ""
    wanted = [_bind("wanted", value.strip()) for value in test.values]
    return trimmed == wanted[0] if len(wanted) == 1 else trimmed.in_(wanted)


def _bind(name: str, value: str) -> ColumnElement[str]:
    return bindparam(name, value, unique=True)
