"""Waiting: campaigns that begin at a time: which are left out, which are refused, and the waiting for the rest."""

import time
from collections.abc import Callable, Sequence

from mailgrid.errors import Refused
from mailgrid.language.campaign import Campaign
from mailgrid.library.watcher import Watcher
from mailgrid.pipeline.forecast import Forecast
from mailgrid.planning.hours import Hours
from mailgrid.planning.start import Start, start_of
from mailgrid.planning.zone import zone_of
from mailgrid.project import Project

__all__ = ["Waiting", "refuse_untimely", "timely"]

_STEP = 1.0


def timely(
    campaigns: Sequence[Campaign], project: Project, now: float, left_out: Callable[[str, Start], None]
) -> tuple[Campaign, ...]:
    """Leave out of all campaigns of a file those whose time lies ahead, or is over.

    Args:
        campaigns: all of them.
        project: says in which zone they are meant where they do not.
        now: seconds since the epoch.
        left_out: is called with the name of each that is left out, and its time.
    """
    found = []
    for campaign in campaigns:
        start = start_of(campaign, zone_of(campaign, project))
        if start and (start.ahead(now) or start.expired(now)):
            left_out(campaign.name, start)
        else:
            found.append(campaign)
    return tuple(found)


def refuse_untimely(forecasts: Sequence[Forecast], now: float, *, wait: bool) -> None:
    """Refuse campaigns with somebody to write to whose time is over, or is not yet and nobody waits for it.

    Args:
        forecasts: what gathering found.
        now: seconds since the epoch.
        wait: whether to wait for a time that lies ahead.

    Raises:
        Refused: MG640, too late to begin; MG641, too early.
    """
    for forecast in forecasts:
        plan = forecast.plan
        if not forecast.tally.to_send:
            continue
        if plan.start and plan.start.expired(now):
            raise _expired(plan.name, plan.start)
        begins = _begins(plan.start, plan.hours, now)
        if not wait and begins > now:
            why = f"its hours are {plan.hours}" if plan.hours else ""
            when = f"begins at {plan.start}" if plan.start and plan.start.ahead(now) else why
            raise Refused(
                f"`{plan.name}` {when}, and `--no-wait` does not wait",
                hint="run it again then; or leave out `--no-wait`",
                code="MG641",
            )


def _expired(campaign: str, start: Start) -> Refused:
    """Return the refusal, MG640, of a campaign that may not begin any more."""
    return Refused(
        f"`{campaign}` was to begin at {start}, and that has expired",
        hint="set another time with `schedule`, or take the line out to send it now",
        code="MG640",
    )


def _begins(start: Start | None, hours: Hours | None, now: float) -> float:
    moment = max(now, start.moment) if start else now
    return hours.opens(moment) if hours else moment


class Waiting:
    """Waits for the time at which a campaign begins.

    Args:
        watcher: sees how long it takes.
        now: seconds since the epoch, by the system's clock: unlike a run's it follows corrections, and goes on while
            the machine sleeps.
        sleep: waits so many seconds.
    """

    def __init__(
        self,
        watcher: Watcher,
        *,
        now: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._watcher = watcher
        self._now = now
        self._sleep = sleep

    def __call__(self, campaign: str, start: Start | None, go_on: Callable[[], None] = lambda: None) -> None:
        """Return when the time has come; `go_on` is called once a second meanwhile, and may raise.

        Raises:
            Refused: MG640, it is over: others were sent first, or nobody confirmed in time.
        """
        if start is None:
            return
        if start.expired(self._now()):
            raise _expired(campaign, start)
        if not start.ahead(self._now()):
            return
        try:
            while (left := start.moment - self._now()) > 0:
                go_on()
                self._watcher.waiting(campaign, start, left)
                self._sleep(min(left, _STEP))
        finally:
            self._watcher.waiting(campaign, start, 0.0)
