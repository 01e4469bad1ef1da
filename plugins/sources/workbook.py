"""A sheet of a workbook as rows: the numbers, dates and texts of its cells, and the rows as the program counts them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import islice
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from mailgrid.errors import SourceError
from mailgrid.hookspecs import Column, Context, Row, Test

from .header import check_names
from .zip_guard import check_zip

__all__ = ["Range", "SheetSource", "open_sheet"]

_RANGE = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6}):([A-Z]{1,3})([1-9]\d{0,6})?")


@dataclass(frozen=True, slots=True)
class Range:
    """A part of a sheet, counted from 0, both ends included; `bottom` and `right` are None where it has no end."""

    top: int = 0
    left: int = 0
    bottom: int | None = None
    right: int | None = None


class SheetSource:
    """The rows of one sheet.

    Args:
        sheet: the sheet, whose empty rows and columns at its start are not there.
        part: which part of it is read.
        name: the file as the user named it.
        dates: how dates in texts are written; empty: ISO 8601.

    Raises:
        SourceError: there is no header.
    """

    complete = True

    def __init__(self, sheet: CalamineSheet, part: Range, name: str, *, dates: str = "") -> None:
        self.dates = dates
        self._name = name
        self._rows = _rows(sheet, part)
        header: list[str] = []
        for line, cells in self._rows:
            header = [str(_cell(cell)).strip() for cell in cells]
            while header and not header[-1]:
                header.pop()
            if header:
                check_names(header, self._error, line)
                break
        if not header:
            raise self._error(f"the sheet `{sheet.name}` is empty", hint="its first row holds the names of the columns")
        self._names = header
        self.columns = tuple(Column(name=each) for each in header)

    def rows(self, wanted: Sequence[str], tests: Sequence[Test] = ()) -> Iterator[Row]:  # noqa: ARG002 - may be ignored
        """Yield the rows that are not empty, by the numbers that they have in the sheet."""
        places = [self._names.index(name) for name in wanted]
        for line, cells in self._rows:
            if any(cell != "" for cell in cells):
                width = len(cells)
                yield line, [_cell(cells[place]) if place < width else "" for place in places]

    def close(self) -> None:
        """Let go of the sheet."""
        self._rows = iter(())

    def _error(self, message: str, *, hint: str = "", line: int = 0) -> SourceError:
        return SourceError(message, hint=hint, file=self._name, line=line)


def open_sheet(location: str, options: Mapping[str, Any], context: Context) -> SheetSource:
    """Open the workbook at `location`.

    Raises:
        SourceError: it cannot be read, or has no such sheet.
    """
    part = _range(options["range"], location)
    path = context.resolve(location)
    check_zip(path, options["max_size"], location)
    try:
        with CalamineWorkbook.from_path(path) as book:
            sheet = book.get_sheet_by_name(_sheet(options["sheet"], book.sheet_names, location))
    except CalamineError as error:
        raise SourceError(f"is no workbook: {error}", file=location) from None
    return SheetSource(sheet, part, location, dates=options["dates"])


def _sheet(wanted: str, names: Sequence[str], location: str) -> str:
    if wanted in names or (names and not wanted):
        return wanted or names[0]
    near = get_close_matches(wanted, names, n=1)
    hint = f"did you mean `{near[0]}`?" if near else f"it has: {', '.join(names)}"
    raise SourceError(f"there is no sheet `{wanted}`", hint=hint, file=location)


def _range(written: str, location: str) -> Range:
    if not written:
        return Range()
    found = _RANGE.fullmatch(written.upper().replace("$", ""))
    if not found:
        raise SourceError('`range` is written like "B3:F900" or "B3:F"', file=location)
    left, top, right, bottom = found.groups()
    part = Range(int(top) - 1, _column(left), int(bottom) - 1 if bottom else None, _column(right))
    if _column(right) < part.left or (part.bottom is not None and part.bottom < part.top):
        raise SourceError(f"`range` `{written}` ends before it begins", file=location)
    return part


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _rows(sheet: CalamineSheet, part: Range) -> Iterator[tuple[int, Sequence[object]]]:
    """Yield the rows of a part, each with its number in the sheet.

    The reader begins with the first row of all, but with the first column that is not empty.
    """
    left = (sheet.start or (0, 0))[1]
    before: list[Any] = [""] * (left - part.left)
    first = max(0, part.left - left)
    last = None if part.right is None else max(0, part.right - left + 1)
    end = None if part.bottom is None else part.bottom + 1
    for number, cells in enumerate(islice(sheet.iter_rows(), end), 1):
        if number > part.top:
            yield number, cells if last is None else [*before, *cells[first:last]]


def _cell(cell: object) -> object:
    """Return a cell as people see it: every number of Excel has a fraction, if only one of nothing."""
    return int(cell) if isinstance(cell, float) and cell.is_integer() else cell
