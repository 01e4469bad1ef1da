"""Literals: from a token's characters to the value that it stands for."""

import re
from calendar import month_name, monthrange
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction

from mailgrid.language.ast import Kind, Literal, Value
from mailgrid.language.diagnostics import Diagnostics, Edit
from mailgrid.language.text import Span
from mailgrid.language.values import Percent, Rate, Size

__all__ = ["LITERALS", "as_rate", "literal"]

_ESCAPES = {"n": "\n", "t": "\t", '"': '"', "\\": "\\"}
_ESCAPE = re.compile(r"\\(u\{([0-9A-Fa-f]{1,6})\}|.)")
_BLANKS = re.compile(r"[ \t]*")
_COMPARED = re.compile(r"[\w`-]+ *(?:!=|=) *$")

_RATES = {"s": 1, "sec": 1, "min": 60, "m": 60, "h": 3600, "hour": 3600, "d": 86400, "day": 86400}
_RATE_NAMES = {1: "s", 60: "min", 3600: "h", 86400: "day"}
_SIZES = {"B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30}
_DURATIONS = {"ms": 1_000, "s": 10**6, "m": 60 * 10**6, "h": 3600 * 10**6, "d": 86400 * 10**6, "w": 604800 * 10**6}
_COUNT = re.compile(r"\d+(?:\.\d+)?")
_AMOUNT = re.compile(r"(\d+(?:\.\d+)?)([A-Za-z]+)")

# A longer number is a mistake, and Python refuses to read very long ones.
_LONGEST_NUMBER = 30

Reader = Callable[[str, Span, Diagnostics], tuple[Kind, Value]]


def literal(terminal: str, span: Span, diagnostics: Diagnostics) -> Literal:
    """Return what is written at `span`, a token of the type `terminal`.

    A literal with a mistake is reported and gets some value of its kind, so that checking can go on.
    """
    written = span.source
    if terminal in _NUMERIC and len(written) > _LONGEST_NUMBER:
        diagnostics.add("MG127", span, found=f"{written[:10]}...")
        written = _NUMERIC[terminal]
    kind, value = LITERALS[terminal](written, span, diagnostics)
    return Literal(span, kind, value)


# ---- texts -----------------------------------------------------------------------------------------------------


def _string(written: str, span: Span, diagnostics: Diagnostics) -> tuple[Kind, Value]:
    """Read `"..."`, in which a backslash begins an escape."""

    def unescape(match: re.Match[str]) -> str:
        sign, digits = match[1], match[2]
        if sign in _ESCAPES:
            return _ESCAPES[sign]
        if digits and (character := _character(int(digits, 16))):
            return character
        place = Span(span.text, span.start + 1 + match.start(), span.start + 1 + match.end())
        diagnostics.add("MG124", place, found=match[0], edit=Edit(place, "\\" + match[0]))
        return match[0]

    return Kind.TEXT, _ESCAPE.sub(unescape, written[1:-1])


def _character(code: int) -> str:
    """Return the character of that code in Unicode; empty where there is none, as for a surrogate."""
    try:
        return chr(code).encode("utf-8").decode("utf-8")
    except ValueError:
        return ""


def _raw_string(written: str, _span: Span, _diagnostics: Diagnostics) -> tuple[Kind, Value]:
    """Read `'...'`, in which every character stands for itself."""
    return Kind.TEXT, written[1:-1]


def _long_string(written: str, _span: Span, _diagnostics: Diagnostics) -> tuple[Kind, Value]:
    """Read a text of many lines, moved left by the indentation of the line that closes it."""
    lines = written[3:-3].replace("\r\n", "\n").split("\n")
    if len(lines) > 1 and not lines[0].strip():
        del lines[0]
        if not lines[-1].strip():
            indentation = len(lines[-1])
            lines = [line[min(indentation, _blanks(line)) :] for line in lines[:-1]] + [""]
    return Kind.TEXT, "\n".join(lines)


def _blanks(line: str) -> int:
    match = _BLANKS.match(line)
    return match.end() if match else 0


# ---- numbers and units -----------------------------------------------------------------------------------------


def _number(written: str, span: Span, diagnostics: Diagnostics) -> tuple[Kind, Value]:
    digits = written.replace("_", "")
    if digits[0] == "0" and digits[1:2].isdigit():
        before = span.text.content[max(span.start - 100, 0) : span.start]
        compared = _COMPARED.search(before)
        text = f'{compared[0] if compared else ""}"{written}"'
        diagnostics.add("MG303", span, instead=text, edit=Edit(span, f'"{written}"'))
    return Kind.NUMBER, Decimal(digits)


def _percent(written: str, _span: Span, _diagnostics: Diagnostics) -> tuple[Kind, Value]:
    return Kind.PERCENT, Percent(Decimal(written[:-1]))


def _rate(written: str, _span: Span, _diagnostics: Diagnostics) -> tuple[Kind, Value]:
    rate = as_rate(written)
    assert rate
    return Kind.RATE, rate


def as_rate(written: str) -> Rate | None:
    """Read `10/s`; None where it is no rate."""
    count, _, unit = written.partition("/")
    if unit not in _RATES or not _COUNT.fullmatch(count) or len(written) > _LONGEST_NUMBER:
        return None
    seconds = _RATES[unit]
    return Rate(Fraction(count), seconds, _RATE_NAMES[seconds])


def _size(written: str, _span: Span, _diagnostics: Diagnostics) -> tuple[Kind, Value]:
    (count, unit), *_ = _AMOUNT.findall(written)
    return Kind.SIZE, Size(int(Fraction(count) * _SIZES[unit]))


def _duration(written: str, span: Span, diagnostics: Diagnostics) -> tuple[Kind, Value]:
    microseconds = sum(Fraction(count) * _DURATIONS[unit] for count, unit in _AMOUNT.findall(written))
    try:
        return Kind.DURATION, timedelta(microseconds=int(microseconds))
    except OverflowError:
        diagnostics.add("MG127", span, found=written)
        return Kind.DURATION, timedelta()


# ---- days and times --------------------------------------------------------------------------------------------


def _date(written: str, span: Span, diagnostics: Diagnostics) -> tuple[Kind, Value]:
    """Read a date, or a date with a time of day (ISO 8601)."""
    try:
        if len(written) == len("2026-01-31"):
            return Kind.DATE, date.fromisoformat(written)
        return Kind.DATETIME, datetime.fromisoformat(written)
    except ValueError:
        diagnostics.add("MG304", span, found=written, what=_what(written), suggestion=_why_no_day(written))
        if len(written) == len("2026-01-31"):
            return Kind.DATE, date.min
        return Kind.DATETIME, datetime.combine(date.min, time.min)


def _time(written: str, span: Span, diagnostics: Diagnostics) -> tuple[Kind, Value]:
    try:
        return Kind.TIME, time.fromisoformat(written)
    except ValueError:
        diagnostics.add("MG304", span, found=written, what="time of day", suggestion=_DAY)
        return Kind.TIME, time.min


_DAY = "a day goes from 00:00 to 23:59"


def _what(written: str) -> str:
    return "day" if _why_no_day(written) != _DAY else "time of day"


def _why_no_day(written: str) -> str:
    year, month, day = int(written[:4]), int(written[5:7]), int(written[8:10])
    if year == 0:
        return "years begin with 0001"
    if month not in range(1, 13):
        return f"there is no month {month}"
    length = monthrange(year, month)[1]
    if 1 <= day <= length:
        return _DAY
    return f"{month_name[month]} {year} has {length} days"


def _yes_no(written: str, _span: Span, _diagnostics: Diagnostics) -> tuple[Kind, Value]:
    return Kind.YES_NO, written.lower() == "true"


#: How each terminal of the grammar that is a literal is read.
LITERALS: dict[str, Reader] = {
    "STRING": _string,
    "RAW_STRING": _raw_string,
    "LONG_STRING": _long_string,
    "NUMBER": _number,
    "PERCENT": _percent,
    "RATE": _rate,
    "SIZE": _size,
    "DURATION": _duration,
    "DATE": _date,
    "TIME": _time,
    "TRUE": _yes_no,
    "FALSE": _yes_no,
}

# What stands in for a number that is too long to be meant.
_NUMERIC = {"NUMBER": "1", "PERCENT": "1%", "RATE": "1/s", "SIZE": "1B", "DURATION": "1s"}
