"""The verbs: plan and apply."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

from mailgrid.errors import Refused
from mailgrid.ledger import lockfile
from mailgrid.library.loading import Loaded, load
from mailgrid.library.preparing import Prepared, prepare
from mailgrid.library.settings import Settings
from mailgrid.library.watcher import Watcher
from mailgrid.pipeline.event import Event
from mailgrid.pipeline.executor import Executor
from mailgrid.pipeline.forecast import Forecast
from mailgrid.pipeline.gather import Again
from mailgrid.pipeline.observers import Observers
from mailgrid.report import CampaignReport, Report

__all__ = ["apply", "plan"]


def plan(
    path: str | Path,
    *campaigns: str,
    every: bool = False,
    render: bool = True,
    settings: Settings | None = None,
) -> tuple[Forecast, ...]:
    """Find out what `apply` would do; nothing is sent and nothing written.

    Args:
        path: the campaign file.
        campaigns: their names; none for the file's only one.
        every: all campaigns of the file.
        render: whether to try the messages too.
        settings: what is set from outside.
    """
    loaded = load(path, settings)
    forecasts = []
    for campaign in loaded.choose(campaigns, every=every):
        with prepare(loaded, campaign, sending=False) as prepared:
            forecasts.append(prepared.forecast(render=render))
    return tuple(forecasts)


def apply(
    path: str | Path,
    *campaigns: str,
    every: bool = False,
    maximum: int | None = None,
    take: int | None = None,
    wait: bool = True,
    again: Again | None = None,
    new_ledger: bool = False,
    events: Callable[[str, Event], None] | None = None,
    watcher: Watcher | None = None,
    settings: Settings | None = None,
) -> Report:
    """Send to everybody who matches and was not written to yet, and return how it ended.

    Args:
        path: the campaign file.
        campaigns: their names; none for the file's only one.
        every: all campaigns of the file.
        maximum: refuse when there are more messages than this.
        take: at most so many people of each campaign, the next ones.
        wait: whether to wait for those whom the server deferred.
        again: whom to write to again.
        new_ledger: start over where the ledger that `mailgrid.lock` names is not here.
        events: is called with a campaign's name and each outcome once it is durable, on another thread.
        watcher: sees and decides.
        settings: what is set from outside.

    Raises:
        MailgridError: whatever stands in the way before the first message; nothing was sent.
    """
    watcher = watcher or Watcher()
    loaded = load(path, settings)
    with ExitStack() as stack:
        prepared = []
        for campaign in loaded.choose(campaigns, every=every):

            def tick(rows: int, name: str = campaign.name) -> None:
                watcher.gathering(name, rows)

            one = prepare(loaded, campaign, sending=True, again=again, take=take, new_ledger=new_ledger, tick=tick)
            prepared.append(stack.enter_context(one))
        forecasts = [one.forecast() for one in prepared]
        watcher.planned(forecasts)
        _refuse_above(maximum, forecasts)
        busy = [one for one in prepared if one.tally.to_send]
        for one in busy:
            one.plan.transport.check()
        if busy:
            watcher.confirm(forecasts)
        sender = _Sender(loaded, watcher, events, wait=wait)
        return Report(tuple(sender(one) for one in prepared))


def _refuse_above(maximum: int | None, forecasts: Sequence[Forecast]) -> None:
    messages = sum(forecast.tally.to_send for forecast in forecasts)
    if maximum is not None and messages > maximum:
        raise Refused(
            f"{messages:,} messages are more than --max {maximum:,}",
            hint=f"if that is right, give --max {messages} or more",
            code="MG618",
        )


class _Sender:
    """Sends one prepared campaign after the other; after an interruption none of the rest."""

    def __init__(
        self, loaded: Loaded, watcher: Watcher, events: Callable[[str, Event], None] | None, *, wait: bool
    ) -> None:
        self._loaded = loaded
        self._watcher = watcher
        self._events = events
        self._wait = wait
        self._interrupted = False

    def __call__(self, prepared: Prepared) -> CampaignReport:
        plan = prepared.plan
        if plan.reaches_people and prepared.tally.to_send:
            today = plan.now.date()
            lockfile.record(prepared.root, plan.name, plan.edition, prepared.store.id, today)
        observers = Observers(self._loaded.world.registry.hooks)
        executor = Executor(
            plan,
            prepared.tally,
            prepared.audience,
            prepared.store,
            observers=observers,
            events=self._named(plan.name),
            wait=self._wait,
        )
        try:
            report = self._run(executor, prepared)
        finally:
            observers.close()
        self._interrupted = report.interrupted
        self._watcher.sent(report)
        return report

    def _run(self, executor: Executor, prepared: Prepared) -> CampaignReport:
        if self._interrupted or not prepared.tally.to_send:
            return executor.idle(interrupted=self._interrupted and bool(prepared.tally.to_send))
        self._watcher.sending(executor, prepared.plan)
        return executor.run(self._watcher.progress)

    def _named(self, campaign: str) -> Callable[[Event], None] | None:
        events = self._events
        return None if events is None else lambda event: events(campaign, event)
