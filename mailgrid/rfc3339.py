"""Moments as machines read them: RFC 3339, in UTC, like `2026-05-04T09:08:12Z`."""

from datetime import UTC, datetime

__all__ = ["rfc3339"]


def rfc3339(moment: datetime | float, *, exact: bool = False) -> str:
    """Write a moment.

    Args:
        moment: aware, or in seconds since the epoch.
        exact: to the millisecond, otherwise to the second.
    """
    when = moment.astimezone(UTC) if isinstance(moment, datetime) else datetime.fromtimestamp(moment, UTC)
    return when.isoformat(timespec="milliseconds" if exact else "seconds").replace("+00:00", "Z")
