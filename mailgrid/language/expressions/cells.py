"""A cell, read as what it is compared with: text, number, yes/no, date or duration.

Empty (NULL, a missing key, `""`, blanks only) is None for every kind but text, whose empty value is `""`. What cannot
be read is UNREADABLE: the test that asked for it is unknown. Reading never raises.
"""

import json
import math
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from functools import lru_cache

from mailgrid.language.ast import Kind
from mailgrid.language.expressions.calendar import Calendar
from mailgrid.language.expressions.dates import DateForm, read_iso

__all__ = ["UNREADABLE", "Cells", "is_empty", "text_of"]


class _Unreadable(Enum):
    UNREADABLE = "unreadable"


UNREADABLE = _Unreadable.UNREADABLE

#: Texts of a column repeat, so each reader remembers this many.
_REMEMBERED = 4096
#: As many digits as are surely read quickly; longer ones become a Decimal, which has no limit.
_SHORT = 18

_TRUE = frozenset({"true", "yes", "y", "t", "on", "1"})
_FALSE = frozenset({"false", "no", "n", "f", "off", "0"})
_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|[smhdw])", re.ASCII)
_UNITS = {"ms": "milliseconds", "s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def text_of(cell: object) -> object:
    """Return any cell as trimmed text; every value has one, so only UNREADABLE stays what it is."""
    if isinstance(cell, str):
        return cell.strip()
    if cell is None:
        return ""
    if cell is UNREADABLE:
        return cell
    if isinstance(cell, list | tuple | set | frozenset):
        return ", ".join(str(text_of(item)) for item in cell)
    return _scalar_text(cell).strip()


def _scalar_text(cell: object) -> str:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, Decimal) and cell.is_finite():
        return f"{cell:f}"
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, dict):
        return json.dumps(cell, default=str, ensure_ascii=False)
    return cell.decode(errors="backslashreplace") if isinstance(cell, bytes) else str(cell)


def is_empty(cell: object) -> bool:
    """Whether a cell is empty: nothing, blanks only, or a list without items."""
    return text_of(cell) == ""


def _yes_no(text: str) -> object:
    word = text.strip().lower()
    if word in _TRUE:
        return True
    return None if not word else False if word in _FALSE else UNREADABLE


def _duration(text: str) -> object:
    written = text.strip()
    pieces = _DURATION.findall(written)
    if not written or "".join(map("".join, pieces)) != written:
        return UNREADABLE if written else None
    try:
        return sum((timedelta(**{_UNITS[unit]: float(count)}) for count, unit in pieces), timedelta())
    except OverflowError:
        return UNREADABLE


class Cells:
    """Reads the cells of one source.

    Args:
        calendar: what dates and times without an offset are meant in.
        form: how the source writes dates besides ISO 8601.
        decimal: the source's decimal mark.
        iso: whether ISO 8601 is read at all.
    """

    def __init__(
        self, calendar: Calendar, form: DateForm | None = None, decimal: str = ".", *, iso: bool = True
    ) -> None:
        self._calendar = calendar
        self._dates = [read for read in (read_iso if iso else None, form) if read]
        self._decimal = decimal
        self._number = re.compile(rf"[+-]?[0-9]+(?:{re.escape(decimal)}[0-9]+)?")
        self._texts: dict[Kind, Callable[[str], object]] = {
            Kind.NUMBER: lru_cache(_REMEMBERED)(self._number_text),
            Kind.YES_NO: lru_cache(_REMEMBERED)(_yes_no),
            Kind.DATE: lru_cache(_REMEMBERED)(self._moment_text),
            Kind.DURATION: lru_cache(_REMEMBERED)(_duration),
        }
        self._others: dict[Kind, Callable[[object], object]] = {
            Kind.NUMBER: _number_value,
            Kind.YES_NO: _yes_no_value,
            Kind.DATE: self._moment_value,
            Kind.DURATION: lambda cell: cell if isinstance(cell, timedelta) else UNREADABLE,
        }

    def of_text(self, kind: Kind) -> Callable[[str], object]:
        """Return the reader of cells that are texts; not for TEXT, which is `str.strip`."""
        return self._texts[kind]

    def of_any(self, kind: Kind) -> Callable[[object], object]:
        """Return the reader of cells of any type."""
        if kind is Kind.TEXT:
            return text_of
        texts, others = self._texts[kind], self._others[kind]

        def read(cell: object) -> object:
            if isinstance(cell, str):
                return texts(cell)
            return cell if cell is None or cell is UNREADABLE else others(cell)

        return read

    def _number_text(self, text: str) -> object:
        digits = text.strip()
        if digits.isdigit() and digits.isascii() and len(digits) <= _SHORT:
            return int(digits)
        digits = "".join(digits.split())
        if not digits:
            return None
        if not self._number.fullmatch(digits):
            return UNREADABLE
        return Decimal(digits.replace(self._decimal, "."))

    def _moment_text(self, text: str) -> object:
        written = text.strip()
        if not written:
            return None
        for read in self._dates:
            try:
                return self._moment_value(read(written))
            except ValueError:
                continue
        return UNREADABLE

    def _moment_value(self, cell: object) -> object:
        try:
            return self._calendar.moment(cell) if isinstance(cell, datetime) else _day(cell)
        except OverflowError:
            return UNREADABLE


def _day(cell: object) -> object:
    return cell if isinstance(cell, date) else UNREADABLE


def _number_value(cell: object) -> object:
    if isinstance(cell, bool):
        return UNREADABLE
    if isinstance(cell, int):
        return cell
    if isinstance(cell, float) and math.isfinite(cell):
        return Decimal(repr(float(cell)))
    return cell if isinstance(cell, Decimal) and cell.is_finite() else UNREADABLE


def _yes_no_value(cell: object) -> object:
    if isinstance(cell, bool):
        return cell
    return bool(cell) if isinstance(cell, int) and cell in (0, 1) else UNREADABLE
