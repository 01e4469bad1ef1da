"""The functions that a condition may call, besides those of plugins: a closed list.

Any function of an empty argument is empty, and of an unreadable one unreadable; `coalesce` alone looks further.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal

from mailgrid.language.ast import Kind
from mailgrid.language.expressions.calendar import Calendar
from mailgrid.language.expressions.cells import UNREADABLE, is_empty
from mailgrid.value import value

__all__ = ["FUNCTIONS", "GUEST_KINDS", "NAMES", "Function", "first", "guest", "strict"]

Call = Callable[..., object]


@value
class Function:
    """A function of one argument of the kind `takes`. `make` gets the calendar and returns the act itself."""

    takes: Kind
    gives: Kind
    make: Callable[[Calendar], Call]


def domain(address: str) -> str:
    """Return what stands after the last `@`, in lower case and ASCII (IDNA, RFC 5890); empty where there is no `@`."""
    name = address.rpartition("@")[2].strip().lower() if "@" in address else ""
    return name if name.isascii() else to_ascii(name)


def to_ascii(name: str) -> str:
    """Return a domain name as it goes over the wire; one that has no such form stays as it is."""
    # Comes with the package that checks addresses, so that both know the same domains; few lists ever need it.
    import idna

    try:
        return idna.encode(name, uts46=True).decode()
    except idna.IDNAError:
        return name


def _local(address: str) -> str:
    return address.rpartition("@")[0].strip()


def _years(calendar: Calendar, born: date) -> int:
    today = calendar.today
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _text(act: Call, gives: Kind = Kind.TEXT) -> Function:
    return Function(Kind.TEXT, gives, lambda _calendar: act)


def _of_day(act: Callable[[Calendar, date], int]) -> Function:
    return Function(Kind.DATE, Kind.NUMBER, lambda calendar: lambda value: act(calendar, calendar.day(value)))


FUNCTIONS: dict[str, Function] = {
    "lower": _text(str.lower),
    "upper": _text(str.upper),
    "trim": _text(str.strip),
    "length": _text(len, Kind.NUMBER),
    "domain": _text(domain),
    "local": _text(_local),
    "days_since": _of_day(lambda calendar, day: (calendar.today - day).days),
    "days_until": _of_day(lambda calendar, day: (day - calendar.today).days),
    "year": _of_day(lambda _calendar, day: day.year),
    "month": _of_day(lambda _calendar, day: day.month),
    "day": _of_day(lambda _calendar, day: day.day),
    "weekday": _of_day(lambda _calendar, day: day.isoweekday()),
    "age": _of_day(_years),
}

#: Every name, with those whose arguments follow rules of their own.
NAMES = (*FUNCTIONS, "number", "date", "today", "now", "coalesce", "lines", "env")


def strict(act: Call, empty: object) -> Call:
    """Return the act for any arguments: `empty` where one is empty, UNREADABLE where it cannot be done."""

    def call(*values: object) -> object:
        if UNREADABLE in values:
            return UNREADABLE
        if None in values or "" in values:
            return empty
        try:
            return act(*values)
        except OverflowError:
            return UNREADABLE

    return call


#: What a plugin's function may say that it gives, and what that is in Python.
GUEST_KINDS = {kind.value: kind for kind in (Kind.TEXT, Kind.NUMBER, Kind.YES_NO, Kind.DATE, Kind.DATETIME)}
_TYPES: Mapping[Kind, tuple[type, ...]] = {
    Kind.TEXT: (str,),
    Kind.NUMBER: (Decimal, int),
    Kind.YES_NO: (bool,),
    Kind.DATE: (date,),
    Kind.DATETIME: (datetime,),
}


def guest(act: Call, kind: Kind | None = None) -> Call:
    """Return a plugin's function, which gets texts; None is its word for unknown, and so is whatever it raises.

    Where its `kind` is known an answer of another one is unknown too.
    """
    types = None if kind is None else _TYPES[kind]

    def call(*values: object) -> object:
        try:
            answer = act(*values)
        except Exception:  # noqa: BLE001 - a stranger's mistake costs the row its certainty, not the run
            return UNREADABLE
        return UNREADABLE if answer is None or not (types is None or type(answer) in types) else answer

    return call


def first(*values: object) -> object:
    """Return the first value that is not empty, or None."""
    return next((value for value in values if not is_empty(value)), None)
