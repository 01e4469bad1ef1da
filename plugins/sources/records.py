"""Records: JSON objects as rows. A field within a field is a column of its own: `address.city`."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import chain, islice
from typing import Any

from mailgrid.errors import SourceError
from mailgrid.hookspecs import Column, Row, Test

__all__ = ["Record", "Records"]

#: The line on which a record begins, and the record.
Record = tuple[int, Mapping[str, Any]]

#: So many records are looked at for the columns that there are.
_SAMPLE = 1000


class Records:
    """Rows made of records; what a record lacks is empty.

    Args:
        records: the records, read as they are asked for.
        close: gives back what they are read from.
        error: makes an error that names where they are from.
        dates: how dates in texts are written, like `DD/MM/YYYY`; empty: ISO 8601.

    Raises:
        SourceError: there is no record, so that nobody knows the columns; or the first ones cannot be read.
    """

    complete = False

    def __init__(
        self,
        records: Iterable[Record],
        close: Callable[[], None],
        error: Callable[..., SourceError],
        *,
        dates: str = "",
    ) -> None:
        self.dates = dates
        self._close = close
        self._error = error
        rest = iter(records)
        sample = list(islice(rest, _SAMPLE))
        if not sample:
            raise error("has no record, so its columns are not known")
        self._records = chain(sample, rest)
        self.columns = tuple(self._columns(sample))

    def rows(self, wanted: Sequence[str], tests: Sequence[Test] = ()) -> Iterator[Row]:  # noqa: ARG002 - may be ignored
        """Yield the line on which each record begins, and its wanted fields.

        Raises:
            SourceError: a record cannot be read.
        """
        picks = [_picker(name) for name in wanted]
        for line, record in self._records:
            yield line, [pick(record) for pick in picks]

    def close(self) -> None:
        """Give back what the records are read from."""
        self._close()

    def _columns(self, sample: Sequence[Record]) -> Iterator[Column]:
        types: dict[str, set[str | None]] = {}
        for line, record in sample:
            try:
                for name, cell in _flat(record, ""):
                    types.setdefault(name, set()).update(_type(cell))
            except RecursionError:
                raise self._error("this record has fields within fields without end", line=line) from None
        for name, found in types.items():
            yield Column(name=name, type=next(iter(found)) if len(found) == 1 else None)


def _flat(record: Mapping[str, Any], within: str) -> Iterator[tuple[str, object]]:
    for name, value in record.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{within}{name}.")
        else:
            yield within + name, value


def _type(cell: object) -> Iterator[str | None]:
    """Yield what a cell says about its column. A text says nothing: it may be a date, or a number, all the same."""
    if cell is not None:
        yield {bool: "yes/no", int: "number", Decimal: "number", list: "list"}.get(type(cell))


def _picker(name: str) -> Callable[[Mapping[str, Any]], object]:
    """Return what takes one field of a record."""
    path = name.split(".")

    def within(record: Mapping[str, Any]) -> object:
        value: object = record.get(name)
        if value is None and len(path) > 1:
            value = _reach(record, path)
        return None if isinstance(value, dict) else value

    return within


def _reach(record: Mapping[str, Any], path: Sequence[str]) -> object:
    """Follow a path; a name in it may hold dots itself."""
    for end in range(1, len(path)):
        inner = record.get(".".join(path[:end]))
        if isinstance(inner, dict):
            rest = path[end:]
            value = inner.get(".".join(rest))
            if value is None and len(rest) > 1:
                value = _reach(inner, rest)
            if value is not None:
                return value
    return None
