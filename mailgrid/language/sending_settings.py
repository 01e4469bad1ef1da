"""What a campaign says about how, when and how fast it is sent."""

from datetime import datetime, time, timedelta

from mailgrid.language.values import Percent, Rate
from mailgrid.language.written import Quoted
from mailgrid.value import value

__all__ = ["Limit", "Retry", "Schedule", "Stop", "Window"]


@value
class Retry:
    """How temporary refusals are tried again: at most `attempts` (None: as time allows) within `period`.

    Waits begin at `backoff`, double, end at `longest`; `jitter` is the share of each wait that is random (1: all).
    """

    attempts: int | None = None
    period: timedelta = timedelta(hours=1)
    backoff: timedelta = timedelta(seconds=5)
    longest: timedelta = timedelta(minutes=10)
    jitter: float = 1.0


@value
class Stop:
    """`stop after 2% failures` or `stop after 50 failures`: the circuit breaker."""

    failures: int | Percent


@value
class Limit:
    """`limit domain "gmail.com" 10/s [burst N]`: a rate to one domain; `domain` is None for each by itself."""

    domain: Quoted | None
    rate: Rate
    burst: int | None = None


@value
class Schedule:
    """`schedule at DATETIME [expires DURATION]`; a naive `at` is meant in the campaign's zone."""

    at: datetime
    expires: timedelta | None = None


@value
class Window:
    """`window TIME to TIME [on weekdays]`: the hours of sending, in the campaign's zone."""

    start: time
    end: time
    weekdays: bool = False
