"""Times: what `schedule`, `window` and `zone` say has to be possible, wherever on earth it is meant."""

from datetime import datetime, time
from zoneinfo import ZoneInfo, available_timezones

from mailgrid.language.arguments import Arguments, quoted
from mailgrid.language.ast import Argument, Literal
from mailgrid.language.diagnostics import Diagnostics, Edit
from mailgrid.language.suggest import nearest

__all__ = ["check_time"]

#: A zone moves none of their moments before the epoch, or out of the calendar.
_YEARS = range(1971, 9999)


def check_time(keyword: str, arguments: Arguments, diagnostics: Diagnostics) -> None:
    """Report what cannot be: MG220, no such zone; MG226, hours that are none; MG304, a year that nobody can wait for.

    Args:
        keyword: `schedule`, `window` or `zone`.
        arguments: of that setting.
        diagnostics: where mistakes are reported.
    """
    match keyword:
        case "schedule":
            _check_year(arguments.clauses["at"], diagnostics)
        case "window":
            _check_hours(arguments.plain[0], arguments.clauses["to"], diagnostics)
        case "zone":
            _check_zone(arguments.plain[0], diagnostics)


def _check_year(at: Argument, diagnostics: Diagnostics) -> None:
    assert isinstance(at, Literal)
    assert isinstance(at.value, datetime)
    written = at.span.source
    # A day that there is not was reported already, and another stands for it.
    if at.value.year not in _YEARS and written.startswith(at.value.date().isoformat()):
        years = f"years go from {_YEARS[0]} to {_YEARS[-1]}"
        diagnostics.add("MG304", at.span, found=written, what="time for `schedule`", suggestion=years)


def _check_hours(start: Argument, end: Argument, diagnostics: Diagnostics) -> None:
    assert isinstance(start, Literal)
    assert isinstance(end, Literal)
    if start.value == end.value and _is_time(start) and _is_time(end):
        diagnostics.add("MG226", start.span, found=start.span.source)


def _is_time(literal: Literal) -> bool:
    """Tell whether it is as it was written: a time that there is not was reported, and another stands for it."""
    assert isinstance(literal.value, time)
    return literal.span.source.partition(":")[0] in {f"{literal.value:%H}", str(literal.value.hour)}


def _check_zone(argument: Argument, diagnostics: Diagnostics) -> None:
    zone = quoted(argument)
    try:
        ZoneInfo(zone.value)
    except (LookupError, ValueError, OSError):
        meant = nearest(zone.value, available_timezones())
        hint = f"did you mean `{meant}`?" if meant else 'write one like `"Europe/Paris"`, or `"UTC"`'
        edit = Edit(zone.span, f'"{meant}"') if meant else None
        diagnostics.add("MG220", zone.span, edit=edit, found=zone.value, suggestion=hint)
