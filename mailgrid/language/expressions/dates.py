"""Dates and times as texts: ISO 8601, and the form that a source says it uses, like `DD/MM/YYYY`."""

import re
from datetime import date, datetime

__all__ = ["DateForm", "read_iso"]

_ISO = re.compile(
    r"(\d{4}-\d\d-\d\d|\d{8})([T ]\d\d:?\d\d(:?\d\d([.,]\d+)?)?(Z|[+-]\d\d(:?\d\d)?)?)?",
    re.ASCII,
)

#: What the letters of a form stand for: the part of a date, and how it is written.
_PARTS = {
    "YYYY": ("year", r"\d{4}"),
    "MM": ("month", r"\d\d"),
    "M": ("month", r"\d\d?"),
    "DD": ("day", r"\d\d"),
    "D": ("day", r"\d\d?"),
    "hh": ("hour", r"\d\d"),
    "mm": ("minute", r"\d\d"),
    "ss": ("second", r"\d\d"),
}
_TOKEN = re.compile("|".join(_PARTS))


def read_iso(text: str) -> date | datetime:
    """Read a date, or a date with a time (ISO 8601).

    Raises:
        ValueError: it is neither.
    """
    if not _ISO.fullmatch(text):
        raise ValueError("not a date")
    # Only the form without a time has at most ten characters.
    return date.fromisoformat(text) if len(text) <= len("2026-05-01") else datetime.fromisoformat(text)


class DateForm:
    """A way to write dates: `DD` `MM` `YYYY`, `D` and `M` of one or two digits, `hh` `mm` `ss`, the rest as it stands.

    Args:
        form: the form, like `DD/MM/YYYY`.

    Raises:
        ValueError: the form has no day, no month or no year, or one of them twice.
    """

    def __init__(self, form: str) -> None:
        pieces, last = [], 0
        for token in _TOKEN.finditer(form):
            name, digits = _PARTS[token.group()]
            pieces.append(f"{re.escape(form[last : token.start()])}(?P<{name}>{digits})")
            last = token.end()
        try:
            self._pattern = re.compile("".join(pieces) + re.escape(form[last:]), re.ASCII)
        except re.error:
            raise ValueError("a part of the date stands twice") from None
        if not {"year", "month", "day"} <= self._pattern.groupindex.keys():
            raise ValueError("a date needs day, month and year")

    def __call__(self, text: str) -> date | datetime:
        """Read a date. Raises ValueError when it is not written exactly so."""
        found = self._pattern.fullmatch(text)
        if not found:
            raise ValueError("not written so")
        parts = {name: int(digits) for name, digits in found.groupdict().items()}
        return datetime(**parts) if "hour" in parts else date(**parts)  # type: ignore[arg-type]  # noqa: DTZ001 - meant in the zone
