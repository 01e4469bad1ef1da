"""A source: rows of people."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

__all__ = ["Column", "Row", "Source", "Test"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a source: `type` is `text`, `number`, `yes/no`, `date`, `datetime`, `list`, or None: untyped text."""

    name: str
    type: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Test:
    """A simple condition that every wanted row fulfils: `column` `operator` (`=`, `in`, `is not empty`) `values`."""

    __test__ = False  # pytest would collect it by its name

    column: str
    operator: str
    values: tuple[str, ...] = ()


#: A row: its line in the source (1-based), and its cells, one for each wanted column, in the order asked for.
Row = tuple[int, Sequence[Any]]


class Source(Protocol):
    """Rows of people, read once from start to end."""

    @property
    def columns(self) -> Sequence[Column]:
        """The columns, in the source's order, known as soon as it is open."""

    @property
    def complete(self) -> bool:
        """Whether no row has a column besides these; records of JSON may."""

    def rows(self, wanted: Sequence[str], tests: Sequence[Test] = ()) -> Iterator[Row]:
        """Yield the rows. One that surely fails one of `tests` may be left out; each is tested again by the caller.

        Raises:
            SourceError: the source cannot be read any further; it names the line.
        """

    def close(self) -> None:
        """Give back what is held. May be called twice."""
