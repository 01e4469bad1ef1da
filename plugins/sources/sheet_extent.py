"""How far the cells of a sheet reach, found while its file is unpacked: who reads it makes room for all between them.

A cell in the last corner of an empty sheet takes a few bytes in the file and hundreds of GB in memory, so this is
looked at before. What a sheet says about its own size is not believed.
"""

import re
from typing import Protocol

__all__ = ["Extent", "OdsExtent", "XlsxExtent"]

#: A cell with something in it (ECMA-376, part 1, 18.3.1.4); one without is not kept by who reads it.
_CELL = re.compile(rb"""<(?:[\w.-]+:)?c\s[^<>]*?\br\s*=\s*["']([A-Za-z]{1,3})(\d{1,7})["'][^<>]*(?<!/)>""")
#: A row or cell of OpenDocument 1.3, part 3, 9.1; either may stand for many like it.
_TAG = re.compile(rb"<(?:table:table-(row|cell)|(table:covered-table-cell)|(table:table))\b([^<>]*)>")
_REPEATED = re.compile(rb"""table:number-(?:rows|columns)-repeated\s*=\s*["'](\d{1,18})""")


class Extent(Protocol):
    """Is shown a part of a file piece by piece."""

    @property
    def cells(self) -> int:
        """How many cells there is to be room for so far."""

    def read(self, piece: bytes) -> None:
        """Take the next piece."""


class _Pieces:
    """Puts pieces together so that no tag is cut in two."""

    def __init__(self) -> None:
        self._held = b""

    def whole(self, piece: bytes) -> bytes:
        """Return what can be read by now."""
        joined = self._held + piece
        cut = joined.rfind(b"<") if joined.rfind(b">") < joined.rfind(b"<") else len(joined)
        self._held = joined[cut:]
        return joined[:cut]


class XlsxExtent:
    """The extent of a part of an xlsx file."""

    def __init__(self) -> None:
        self._pieces = _Pieces()
        self._columns: set[bytes] = set()
        self._first_row = self._last_row = 0

    @property
    def cells(self) -> int:
        """How many cells there is to be room for so far."""
        columns = [_number(column) for column in self._columns] or [0]
        return (self._last_row - self._first_row + 1) * (max(columns) - min(columns) + 1)

    def read(self, piece: bytes) -> None:
        """Take the next piece."""
        found = _CELL.findall(self._pieces.whole(piece))
        if found:
            self._columns.update(column for column, _ in found)
            rows = list(map(int, {row for _, row in found}))
            self._last_row = max(self._last_row, *rows)
            self._first_row = min(self._first_row or self._last_row, *rows)


class OdsExtent:
    """The extent of the sheets of an ods file, which are all read together."""

    def __init__(self) -> None:
        self._pieces = _Pieces()
        self._before = self._rows = self._last_row = self._last_column = 0
        self._column = self._filled = self._repeated = 0

    @property
    def cells(self) -> int:
        """How many cells there is to be room for so far."""
        last_row = self._rows + self._repeated if self._filled else self._last_row
        return self._before + last_row * max(self._last_column, self._filled)

    def read(self, piece: bytes) -> None:
        """Take the next piece."""
        for kind, covered, table, attributes in _TAG.findall(self._pieces.whole(piece)):
            if kind == b"cell" or covered:
                self._column += _times(attributes)
                self._filled = self._column if b"value-type" in attributes else self._filled
                continue
            self._end_row()
            if table:
                self._before, self._rows, self._last_row, self._last_column = self.cells, 0, 0, 0
            else:
                self._repeated = _times(attributes)

    def _end_row(self) -> None:
        self._rows += self._repeated
        if self._filled:
            self._last_row, self._last_column = self._rows, max(self._last_column, self._filled)
        self._column = self._filled = self._repeated = 0


def _times(attributes: bytes) -> int:
    found = _REPEATED.search(attributes) if b"repeated" in attributes else None
    return int(found[1]) if found else 1


def _number(column: bytes) -> int:
    number = 0
    for letter in column.upper():
        number = number * 26 + letter - ord("A") + 1
    return number
