"""A workbook, and the part of one of its sheets that is read."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import islice
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from mailgrid.errors import SourceError
from mailgrid.hookspecs import Context

from .table import TableSource
from .zip_guard import check_workbook

__all__ = ["Range", "open_sheet"]

_RANGE = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6}):([A-Z]{1,3})([1-9]\d{0,6})?")


@dataclass(frozen=True, slots=True)
class Range:
    """A part of a sheet, counted from 0, both ends included; `bottom` and `right` are None where it has no end."""

    top: int = 0
    left: int = 0
    bottom: int | None = None
    right: int | None = None


def open_sheet(location: str, options: Mapping[str, Any], context: Context) -> TableSource:
    """Open the workbook at `location`.

    Raises:
        SourceError: it cannot be read, or has no such sheet.
    """
    part = _range(options["range"], location)
    path = context.resolve(location)
    check_workbook(path, options["max_size"], location)
    try:
        with CalamineWorkbook.from_path(path) as book:
            sheet = book.get_sheet_by_name(_sheet(options["sheet"], book.sheet_names, location))
    except CalamineError as error:
        raise SourceError(f"is no workbook: {error}", file=location) from None
    return TableSource(_rows(sheet, part), f"the sheet `{sheet.name}`", location, dates=options["dates"])


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
