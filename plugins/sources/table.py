"""A table: rows of cells of any type, of which the first that is not empty names the columns."""

from collections.abc import Callable, Iterator, Sequence

from mailgrid.errors import SourceError
from mailgrid.hookspecs import Column, Row, Test

from .header import check_names

__all__ = ["TableSource"]


class TableSource:
    """The rows of one table.

    Args:
        rows: the rows, each with its number; one that is too short is filled up.
        title: how messages call the table.
        name: how they call where it is.
        dates: how dates in texts are written; empty: ISO 8601.
        close: gives back what the rows are read from.

    Raises:
        SourceError: there is no header.
    """

    complete = True

    def __init__(
        self,
        rows: Iterator[tuple[int, Sequence[object]]],
        title: str,
        name: str,
        *,
        dates: str = "",
        close: Callable[[], None] = lambda: None,
    ) -> None:
        self.dates = dates
        self._name = name
        self._rows = rows
        self._close = close
        self._names = self._header(title)
        self.columns = tuple(Column(name=each) for each in self._names)

    def rows(self, wanted: Sequence[str], tests: Sequence[Test] = ()) -> Iterator[Row]:  # noqa: ARG002 - may be ignored
        """Yield the rows that are not empty, by their numbers.

        Raises:
            SourceError: a row cannot be read.
        """
        places = [self._names.index(name) for name in wanted]
        for number, cells in self._rows:
            if any(cell != "" for cell in cells):
                width = len(cells)
                yield number, [_cell(cells[place]) if place < width else "" for place in places]

    def close(self) -> None:
        """Give back what the rows are read from."""
        self._rows = iter(())
        self._close()

    def _header(self, title: str) -> list[str]:
        for number, cells in self._rows:
            names = [str(_cell(cell)).strip() for cell in cells]
            while names and not names[-1]:
                names.pop()
            if names:
                check_names(names, self._error, number)
                return names
        raise self._error(f"{title} is empty", hint="its first row holds the names of the columns")

    def _error(self, message: str, *, hint: str = "", line: int = 0) -> SourceError:
        return SourceError(message, hint=hint, file=self._name, line=line)


def _cell(cell: object) -> object:
    """Return a cell as people see it: every number of a spreadsheet has a fraction, if only one of nothing."""
    return int(cell) if isinstance(cell, float) and cell.is_integer() else cell
