"""Days and moments in order: a day beside a moment is that day's start in the campaign's zone."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo

__all__ = ["Calendar"]

_DAY = timedelta(days=1)


class Calendar:
    """The plan's moment and the campaign's zone.

    A day is a `date`, a moment a `datetime` in UTC: two of one zone would be compared by their clocks, which is
    wrong in the hour that summer time repeats.

    Args:
        now: the plan's moment, aware.
        zone: the campaign's zone.
    """

    def __init__(self, now: datetime, zone: tzinfo) -> None:
        self.now = now.astimezone(UTC)
        self.zone = zone
        self.today = self.day(self.now)

    def moment(self, value: datetime) -> datetime:
        """Return the moment in UTC; one without an offset is meant in the zone.

        Raises:
            OverflowError: it is at one of the ends of time.
        """
        return (value if value.tzinfo else value.replace(tzinfo=self.zone)).astimezone(UTC)

    def start(self, day: date) -> datetime:
        """Return the moment at which a day starts."""
        try:
            return self.moment(datetime.combine(day, time.min))
        except OverflowError:
            return datetime.combine(day, time.min, UTC)

    def day(self, value: date) -> date:
        """Return the day on which a moment falls in the zone; a day is itself."""
        if not isinstance(value, datetime):
            return value
        try:
            return value.astimezone(self.zone).date()
        except OverflowError:
            return value.date()

    def sign(self, left: date, right: date) -> int:
        """Return -1, 0 or 1: left is before, equal to or after right."""
        if type(left) is not type(right):
            left, right = self._moment_of(left), self._moment_of(right)
        return (left > right) - (left < right)

    def same(self, left: date | None, right: date | None) -> bool:
        """Whether both are the same moment, or both empty."""
        if left is None or right is None:
            return left is right
        return self.sign(left, right) == 0

    def within(self, value: date, last: date) -> bool:
        """Whether `value` is not after `last`, all of which counts when it is a day."""
        if isinstance(value, datetime) and not isinstance(last, datetime):
            return last == date.max or value < self.start(last + _DAY)
        return self.sign(value, last) <= 0

    def shift(self, value: date, by: timedelta) -> date:
        """Add to a moment, or to a day, which stays a day if it is by whole days.

        Raises:
            OverflowError: that is beyond one of the ends of time.
        """
        if isinstance(value, datetime) or by % _DAY == timedelta():
            return value + by
        return self.start(value) + by

    def _moment_of(self, value: date) -> datetime:
        return value if isinstance(value, datetime) else self.start(value)
