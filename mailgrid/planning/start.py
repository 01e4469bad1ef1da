"""Start: when a campaign begins to send, and until when it may begin."""

from datetime import UTC, datetime, tzinfo

from mailgrid.language.campaign import Campaign
from mailgrid.language.diagnostics import Diagnostics
from mailgrid.planning.hours import Hours, first_moment
from mailgrid.value import value

__all__ = ["Start", "check_start", "hours_of", "start_of"]


@value
class Start:
    """`schedule at 2026-05-04 09:00 expires 4h`.

    `at` is the moment, in the campaign's zone or the one that was written with it; of two moments that the clocks
    show alike, when they go back, the first. `seconds` is for how long after it sending may begin; None: for ever.
    """

    at: datetime
    seconds: float | None = None

    def __str__(self) -> str:
        """Return it with its zone: `2026-05-04 09:00 (Europe/Paris)`."""
        return f"{self.at:%Y-%m-%d %H:%M} ({self.at.tzinfo})"

    @property
    def moment(self) -> float:
        """When it begins, in seconds since the epoch."""
        return self.at.timestamp()

    @property
    def until(self) -> float:
        """Until when it may begin, in seconds since the epoch."""
        return float("inf") if self.seconds is None else self.moment + self.seconds

    def ahead(self, now: float) -> bool:
        """Tell whether it has not come yet."""
        return now < self.moment

    def expired(self, now: float) -> bool:
        """Tell whether it is too late to begin."""
        return now > self.until


def start_of(campaign: Campaign, zone: tzinfo) -> Start | None:
    """Return when a campaign begins; None where it does not say."""
    schedule = campaign.schedule
    if schedule is None:
        return None
    at = schedule.at if schedule.at.tzinfo else schedule.at.replace(tzinfo=zone)
    return Start(at, None if schedule.expires is None else schedule.expires.total_seconds())


def hours_of(campaign: Campaign, zone: tzinfo) -> Hours | None:
    """Return the hours in which a campaign hands out messages; None for all day."""
    window = campaign.window
    return None if window is None else Hours(window.start, window.end, zone, weekdays=window.weekdays)


def check_start(campaign: Campaign, start: Start | None, hours: Hours | None, diagnostics: Diagnostics) -> None:
    """Report a time that never comes: MG642, the clocks jump over it; MG643, there are no hours before it expires."""
    if start is None:
        return
    place = campaign.places["schedule"][0]
    if _skipped(start.at):
        assert start.at.tzinfo
        found = start.at.replace(tzinfo=None)
        moment = first_moment(found.date(), found.time(), start.at.tzinfo)
        shown = datetime.fromtimestamp(moment, start.at.tzinfo)
        diagnostics.add("MG642", place, found=f"{found:%Y-%m-%d %H:%M}", zone=start.at.tzinfo, after=f"{shown:%H:%M}")
    elif hours and hours.opens(start.moment) > start.until:
        diagnostics.add("MG643", place, hours=hours)


def _skipped(at: datetime) -> bool:
    """Tell whether the clocks jump over a time: there and back again it is another."""
    return at.astimezone(UTC).astimezone(at.tzinfo).replace(tzinfo=None) != at.replace(tzinfo=None)
