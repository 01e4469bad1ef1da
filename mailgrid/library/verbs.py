"""The verbs: plan and apply."""

import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from dataclasses import replace
from functools import partial
from pathlib import Path

from mailgrid.errors import LedgerError, Refused, Stopped
from mailgrid.ledger import lockfile
from mailgrid.library.engine import Engine
from mailgrid.library.former import identity_of
from mailgrid.library.loading import Loaded, load
from mailgrid.library.order import order
from mailgrid.library.planned import Planned, saved_plan
from mailgrid.library.preparing import Prepared, prepare
from mailgrid.library.settings import Settings
from mailgrid.library.stopping import Stopping
from mailgrid.library.time_of import clock_of
from mailgrid.library.waiting import Waiting, refuse_untimely, timely
from mailgrid.library.watcher import Watcher
from mailgrid.pipeline.event import Event
from mailgrid.pipeline.executor import Executor
from mailgrid.pipeline.fates import Fates
from mailgrid.pipeline.forecast import Forecast
from mailgrid.pipeline.gather import Again
from mailgrid.pipeline.lanes import Lanes
from mailgrid.pipeline.observers import Observers
from mailgrid.pipeline.preflight import preflight
from mailgrid.pipeline.running import Running
from mailgrid.pipeline.shares import Shares, take_shares
from mailgrid.planning.limits import read_rate
from mailgrid.planning.plan import Plan
from mailgrid.report import CampaignReport, Report

__all__ = ["apply", "plan"]


def plan(
    path: str | Path,
    *campaigns: str,
    every: bool = False,
    render: bool = True,
    take: int | None = None,
    settings: Settings | None = None,
) -> Planned:
    """Find out what `apply` would do; nothing is sent. The plan can be saved, and applied later.

    Nothing is written, unless `settle_from` in `mailgrid.toml` names a log that knows of somebody in doubt.

    Args:
        path: the campaign file.
        campaigns: their names; none for the file's only one.
        every: all campaigns of the file.
        render: whether to try the messages too.
        take: at most so many people of each campaign, the next ones.
        settings: what is set from outside.
    """
    settings = settings or Settings()
    loaded = load(path, settings)
    with ExitStack() as stack:
        chosen = loaded.choose(campaigns, every=every)
        if every:
            chosen = timely(chosen, loaded.world.project, loaded.world.now.timestamp(), lambda _name, _start: None)
        prepared = [stack.enter_context(prepare(loaded, each, sending=False, take=take)) for each in chosen]
        saved = saved_plan(loaded, prepared, settings, take=take)
        return Planned([one.forecast(render=render) for one in prepared], saved)


def apply(
    path_or_plan: str | Path | Planned,
    *campaigns: str,
    every: bool = False,
    maximum: int | None = None,
    take: int | None = None,
    rate: str = "",
    wait: bool = True,
    strict: bool = False,
    again: Again | None = None,
    new_ledger: bool = False,
    events: Callable[[str, Event], None] | None = None,
    watcher: Watcher | None = None,
    settings: Settings | None = None,
    engine: Engine | None = None,
) -> Report:
    """Send to everybody who matches and was not written to yet, and return how it ended.

    Args:
        path_or_plan: the campaign file; or a saved plan's file, or what `plan` gave: nobody else is written to then.
        campaigns: their names; none for the file's only one, or for all of a plan.
        every: all campaigns of the file.
        maximum: refuse when there are more messages than this.
        take: at most so many people of each campaign, the next ones.
        rate: like `10/s`, in place of the campaigns' own, burst included; empty for theirs.
        wait: whether to wait for those whom the server deferred.
        strict: refuse when people came or went since the plan was made.
        again: whom to write to again.
        new_ledger: start over where the ledger that `mailgrid.lock` names is not here.
        events: is called with a campaign's name and each outcome once it is durable, on another thread.
        watcher: sees and decides.
        settings: what is set from outside.
        engine: lets other hosts send; None: this process sends.

    Raises:
        MailgridError: whatever stands in the way before the first message; nothing was sent.
    """
    watcher = watcher or Watcher()
    pace = read_rate(rate) if rate else None
    wanted = order(path_or_plan, campaigns, every=every, settings=settings)
    chosen = wanted.campaigns
    if every:
        chosen = timely(chosen, wanted.loaded.world.project, time.time(), watcher.left_out)
    with ExitStack() as stack:
        prepared = []
        sender = _Sender(wanted.loaded, watcher, events, wait=wait, engine=engine)
        going_on = []
        for campaign in chosen:
            if engine and (run := engine.going_on(wanted.loaded, campaign, stack)):
                going_on.append(run)
                continue

            def tick(rows: int, name: str = campaign.name) -> None:
                watcher.gathering(name, rows)

            one = prepare(
                wanted.loaded,
                campaign if pace is None else replace(campaign, rate=pace, burst=None),
                sending=True,
                again=again,
                take=take,
                use=wanted.use(campaign),
                new_ledger=new_ledger,
                tick=tick,
            )
            prepared.append(stack.enter_context(one))
        forecasts = [one.forecast() for one in prepared]
        watcher.planned(forecasts)
        wanted.check(forecasts, strict=strict)
        _refuse_above(maximum, forecasts)
        refuse_untimely(forecasts, time.time(), wait=wait)
        busy = [one for one in prepared if one.tally.to_send]
        for one in busy:
            one.down = preflight(one.plan, one.audience)
        if busy:
            watcher.confirm(forecasts)
        elif not going_on:
            watcher.idle()
        return Report((*(sender.watch(*run) for run in going_on), *(sender(one) for one in prepared)))


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
        self,
        loaded: Loaded,
        watcher: Watcher,
        events: Callable[[str, Event], None] | None,
        *,
        wait: bool,
        engine: Engine | None = None,
    ) -> None:
        self._engine = engine
        self._loaded = loaded
        self._watcher = watcher
        self._events = events
        self._wait = wait
        self._waiting = Waiting(watcher)
        self._clock = clock_of(loaded.ledger)
        self._interrupted = False

    def __call__(self, prepared: Prepared) -> CampaignReport:
        report = self._not_begun(prepared) or self._sent(prepared)
        self._interrupted |= report.interrupted
        self._watcher.sent(report)
        return report

    def watch(self, plan: Plan, running: Running) -> CampaignReport:
        """Watch a run that goes on."""
        self._watcher.sending(running, plan)
        report = running.run(self._watcher.progress)
        self._interrupted |= report.interrupted
        self._watcher.sent(report)
        return report

    def _not_begun(self, prepared: Prepared) -> CampaignReport | None:
        """Wait for the campaign's time; return a report where it does not begin: interrupted, or too late."""
        plan, nothing = prepared.plan, prepared.forecast().not_sent()
        if not prepared.tally.to_send:
            return None
        if self._interrupted:
            return replace(nothing, interrupted=True)
        try:
            self._waiting(plan.name, plan.start, Stopping(plan.name, prepared.wish))
        except KeyboardInterrupt:
            return replace(nothing, interrupted=True)
        except (Refused, Stopped) as ended:
            return replace(nothing, error=ended)
        return None

    def _sent(self, prepared: Prepared) -> CampaignReport:
        plan = prepared.plan
        if plan.reaches_people and prepared.tally.to_send and prepared.store.id:
            today = plan.now.date()
            environment = self._loaded.world.project.environment
            lockfile.record(prepared.root, plan.name, plan.edition, prepared.store.id, today, environment)
        if prepared.use is not None and not self._interrupted:
            prepared.use.begin(prepared.store, self._clock.now())
        with ExitStack() as stack:
            observers = self._observers(prepared, stack)
            return self._finished(self._run(self._running(prepared, observers, stack), prepared), prepared)

    def _running(self, prepared: Prepared, observers: Observers, stack: ExitStack) -> Running:
        plan = prepared.plan
        if self._engine is not None:
            return self._engine.begin(self._loaded, prepared, observers, wait=self._wait)
        return Executor(
            plan,
            prepared.tally,
            prepared.audience,
            prepared.store,
            former=prepared.former,
            observers=observers,
            events=self._named(plan.name),
            wait=self._wait,
            shares=self._shares(prepared, stack),
            down=prepared.down,
            gate=prepared.gate,
            lanes=self._lanes(prepared, stack),
            wish=prepared.wish,
            clock=self._clock,
        )

    def _observers(self, prepared: Prepared, stack: ExitStack) -> Observers:
        """Return who is told; `stack` waits for them, and lets none read on that were left behind."""
        plan, hooks = prepared.plan, self._loaded.world.registry.hooks
        if prepared.left_out is None:
            return stack.enter_context(closing(Observers(hooks, plan.observers)))
        rehearsal = not plan.reaches_people
        ledger = partial(self._loaded.ledger.store, identity_of(plan), rehearsal=rehearsal, write=False)
        fates = stack.enter_context(closing(Fates(prepared.audience, prepared.left_out, ledger)))
        return stack.enter_context(closing(Observers(hooks, plan.observers, fates)))

    def _shares(self, prepared: Prepared, stack: ExitStack) -> list[Shares]:
        """Take part in what is shared of the campaign's transports, until `stack` is left."""
        if not prepared.tally.to_send:
            return []
        ledgers, now = self._loaded.ledger, self._clock.now
        return [take_shares(carrier, ledgers, now, stack) for carrier in prepared.plan.carriers]

    def _lanes(self, prepared: Prepared, stack: ExitStack) -> Lanes | None:
        """Return the lanes of domains that are limited; their buckets are the project's."""
        plan = prepared.plan
        if not (plan.domains and prepared.tally.to_send):
            return None
        project = stack.enter_context(closing(self._loaded.ledger.project()))
        project.forget_domains(self._clock.now())
        exchange = partial(project.exchange_domains, rehearsal=not plan.reaches_somebody)
        return Lanes(prepared.audience, plan.domains, plan.cost, exchange, self._clock.now)

    def _run(self, running: Running, prepared: Prepared) -> CampaignReport:
        if not prepared.tally.to_send:
            return running.idle()
        self._watcher.sending(running, prepared.plan)
        return running.run(self._watcher.progress)

    def _finished(self, report: CampaignReport, prepared: Prepared) -> CampaignReport:
        """Note that a saved plan is done where it is: nobody of it is left to be written to."""
        standings = prepared.tally.standings
        left = report.not_tried or report.deferred or standings["left for later"] or standings["did not fail"]
        if prepared.use is None or self._interrupted or left or report.error or report.interrupted:
            return report
        try:
            prepared.use.finish(prepared.store, self._clock.now())
        except LedgerError as error:
            return replace(report, error=error)
        return report

    def _named(self, campaign: str) -> Callable[[Event], None] | None:
        events = self._events
        return None if events is None else lambda event: events(campaign, event)
