"""DateHeader: the `Date` of messages that are written now. All of one second have the same."""

from collections.abc import Callable
from datetime import datetime, timedelta

from mailgrid.message import headers

__all__ = ["DateHeader"]

_SECOND = timedelta(seconds=1)
_NONE = timedelta(0)


class DateHeader:
    """Writes `Date` (RFC 5322, 3.6.1). It may be used by many threads at once.

    Args:
        clock: tells the time; aware.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._last: tuple[datetime, bytes] | None = None  # in one piece, for other threads

    def __call__(self) -> bytes:
        """Return the header for this moment."""
        moment, last = self._clock(), self._last
        # Two moments of one zone are subtracted as its clocks show them: an hour may come twice (PEP 495).
        if last and _NONE <= moment - last[0] < _SECOND and moment.fold == last[0].fold:
            return last[1]
        header = headers.date(moment)
        self._last = moment.replace(microsecond=0), header
        return header
