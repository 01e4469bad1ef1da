"""Hours: the part of each day in which messages are handed out, on the clocks of a zone."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, tzinfo
from itertools import count

from mailgrid.value import value

__all__ = ["Hours", "first_moment"]

_DAY = timedelta(days=1)
_SATURDAY = 5


@value
class Hours:
    """`window 09:00 to 18:00 on weekdays`, in a zone.

    It opens when the zone's clocks first show `start` and closes when they first show `end`; an `end` that is not
    after `start` is one of the next day. With `weekdays` it opens on Monday to Friday only; one over midnight belongs
    to the day on which it opens. Moments are seconds since the epoch.
    """

    start: time
    end: time
    zone: tzinfo
    weekdays: bool = False

    def __str__(self) -> str:
        """Return it as it is written, with its zone."""
        days = " on weekdays" if self.weekdays else ""
        return f"{self.start:%H:%M} to {self.end:%H:%M}{days} ({self.zone})"

    def opens(self, moment: float) -> float:
        """Return when messages may be handed out: at once inside the hours, else when they next begin."""
        return max(moment, self.period(moment)[0])

    def period(self, moment: float) -> tuple[float, float]:
        """Return when the hours that a moment is in open and close, outside of them those of the next."""
        return next(self._periods(moment))

    def passed(self, since: float, until: float) -> float:
        """Return how many of the seconds between two moments are inside the hours."""
        inside = 0.0
        for opens, closes in self._periods(since):
            if opens >= until:
                break
            inside += min(closes, until) - max(opens, since)
        return inside

    def after(self, moment: float, seconds: float) -> float:
        """Return when so many seconds inside the hours are over, counted from a moment."""
        for opens, closes in self._periods(moment):
            begin = max(opens, moment)
            if seconds <= closes - begin:
                return begin + seconds
            seconds -= closes - begin
        raise AssertionError("days never end")

    def _periods(self, moment: float) -> Iterator[tuple[float, float]]:
        """Go through the hours of all days that are not over at a moment, as (opens, closes)."""
        yesterday = datetime.fromtimestamp(moment, self.zone).date() - _DAY
        for number in count():
            day = yesterday + number * _DAY
            if self.weekdays and day.weekday() >= _SATURDAY:
                continue
            opens = first_moment(day, self.start, self.zone)
            closes = first_moment(day if self.end > self.start else day + _DAY, self.end, self.zone)
            if moment < closes and opens < closes:  # where clocks jump over the whole of it, it does not open
                yield opens, closes


def first_moment(day: date, clock: time, zone: tzinfo) -> float:
    """Return when the clocks of a zone first show that time of that day, or a later one where they jump over it."""
    wanted = datetime.combine(day, clock)  # of two such moments, when clocks go back, the first
    late = wanted.replace(tzinfo=zone).timestamp()
    early = wanted.replace(tzinfo=zone, fold=1).timestamp()
    if early > late or _shown(late, zone) == wanted:
        return late
    while late - early > 1:  # the jump is between the two, which are the same wish before it and after it
        middle = (early + late) // 2
        if _shown(middle, zone) < wanted:
            early = middle
        else:
            late = middle
    return late


def _shown(moment: float, zone: tzinfo) -> datetime:
    """Return what the zone's clocks show."""
    return datetime.fromtimestamp(moment, zone).replace(tzinfo=None)
