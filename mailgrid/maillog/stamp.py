"""Stamps: the moment at the start of a log's line, in the ways in which servers and syslog write it."""

import re
from datetime import date, datetime, time, timedelta, tzinfo

__all__ = ["Stamps"]

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SYSLOG = re.compile(r"(?:<\d{1,3}>)?([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d{2}):(\d{2}):(\d{2}) (\S+) ", re.ASCII)
# RFC 3339 with the host behind it as syslog daemons write it, or Exim's own form, with or without an offset.
_FULL = re.compile(r"(\d{4}-\d{2}-\d{2})([T ])(\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?) ?(Z|[+-]\d{2}:?\d{2})? ?", re.ASCII)
_HOST = re.compile(r"\S+ ")
_EXIM = re.compile(r"exim4?(?:\[\d+\])?: ")
_DAY = timedelta(days=1)


class Stamps:
    """Reads stamps.

    Args:
        until: no line is younger than this: when the file was last written to. It gives the year that syslog leaves
            out.
        zone: of stamps that name none; None for this machine's.
    """

    def __init__(self, until: datetime, zone: tzinfo | None = None) -> None:
        self._until = until.astimezone(zone)
        self._zone = zone

    def __call__(self, line: str) -> tuple[float, str] | None:
        """Return the moment in seconds since 1970, and the rest of the line; None where it begins with no stamp."""
        try:
            found = self._full(line) or self._syslog(line)
        except (ValueError, OverflowError, OSError):  # the 31st of February, the year 0
            return None
        if found is None:
            return None
        moment, rest = found
        # Exim may write through syslog, with a stamp of its own behind it or without.
        if exim := _EXIM.match(rest):
            return self(rest[exim.end() :]) or (moment, rest[exim.end() :])
        return moment, rest

    def _syslog(self, line: str) -> tuple[float, str] | None:
        found = _SYSLOG.match(line)
        if found is None or found[1] not in _MONTHS:
            return None
        day, hour, minute, second = map(int, found.group(2, 3, 4, 5))
        clock = time(hour, minute, min(second, 59), tzinfo=self._zone)
        moment = self._in_year(self._until.year, _MONTHS.index(found[1]) + 1, day, clock)
        return moment.timestamp(), line[found.end() :]

    def _in_year(self, year: int, month: int, day: int, clock: time) -> datetime:
        """Return the moment of this year, or of the last one that had it and does not lie ahead."""
        for candidate in range(year, year - 5, -1):
            try:
                moment = datetime.combine(date(candidate, month, day), clock).astimezone(self._zone)
            except ValueError:  # the 29th of February
                continue
            if moment <= self._until + _DAY:
                return moment
        raise ValueError

    def _full(self, line: str) -> tuple[float, str] | None:
        found = _FULL.match(line)
        if found is None:
            return None
        moment = datetime.fromisoformat(f"{found[1]}T{found[3]}{found[4] or ''}")
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=self._zone).astimezone(self._zone)
        rest = line[found.end() :]
        host = _HOST.match(rest) if found[2] == "T" else None
        return moment.timestamp(), rest[host.end() :] if host else rest
