"""How times look to people: how long something takes, when a campaign begins, the hours that it keeps to."""

from collections.abc import Iterator
from datetime import datetime

from mailgrid.pipeline.forecast import Forecast
from mailgrid.planning.start import Start

__all__ = ["duration", "left_out", "time_remarks"]

_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def left_out(campaign: str, start: Start, now: float) -> str:
    """Return the line about a campaign of all of a file's whose time is not now."""
    when = f"is to begin at {start}" if start.ahead(now) else f"was to begin at {start}, and that has expired"
    return f"{campaign} is left out: it {when}"


def time_remarks(forecast: Forecast) -> Iterator[tuple[str, str]]:
    """Yield, as label and text, when sending begins, where that is not at once, and the hours that it keeps to."""
    plan, now = forecast.plan, forecast.plan.now.timestamp()
    start = plan.start
    if start and start.expired(now):
        yield ("expired", f"it was to begin at {start}; `apply` will refuse")
    elif start and start.ahead(now):
        until = "" if start.seconds is None else f", or up to {duration(start.seconds)} later"
        yield ("begins", f"at {start}, in {duration(start.moment - now)}{until}")
    if plan.hours:
        opens = datetime.fromtimestamp(forecast.begins, plan.hours.zone)
        later = f"; they begin next on {opens:%Y-%m-%d %H:%M}" if forecast.begins > max(now, _moment(start)) else ""
        yield ("hours", f"{plan.hours}{later}")


def _moment(start: Start | None) -> float:
    return start.moment if start else 0.0


def duration(seconds: float) -> str:
    """Return a time in words that are short and not more exact than it is: `45 s`, `20 min`, `3 h 20 min`."""
    if seconds < _MINUTE:
        return f"{max(1, round(seconds))} s"
    if seconds < _HOUR:
        return f"{round(seconds / _MINUTE)} min"
    hours, minutes = divmod(round(seconds / _MINUTE), 60)
    if seconds < _DAY:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    return f"{seconds / _DAY:.1f} days"
