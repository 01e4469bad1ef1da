"""Sender: sends what was prepared, or watches a run that goes on, and notes how it ended."""

from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import replace
from functools import partial

from mailgrid.errors import LedgerError, Refused, Stopped
from mailgrid.ledger import lockfile
from mailgrid.library.engine import Engine
from mailgrid.library.former import identity_of
from mailgrid.library.loading import Loaded
from mailgrid.library.prepared import Prepared
from mailgrid.library.stopping import Stopping
from mailgrid.library.time_of import clock_of
from mailgrid.library.waiting import Waiting
from mailgrid.library.watcher import Watcher
from mailgrid.pipeline.domain_claims import domain_claims
from mailgrid.pipeline.event import Event
from mailgrid.pipeline.executor import Executor
from mailgrid.pipeline.fates import Fates
from mailgrid.pipeline.lanes import Lanes
from mailgrid.pipeline.observers import Observers
from mailgrid.pipeline.running import Running
from mailgrid.pipeline.shares import Shares, take_shares
from mailgrid.planning.plan import Plan
from mailgrid.report import CampaignReport

__all__ = ["Sender"]


class Sender:
    """Sends one prepared campaign after the other; after an interruption none of the rest.

    Args:
        loaded: the campaigns' file.
        watcher: sees and decides.
        events: is called with a campaign's name and each outcome once it is durable; None for nobody.
        wait: whether to wait for those whom the server deferred.
        engine: lets other hosts send; None: this process sends.
    """

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
        """Send a campaign, once its time has come, and return how it ended."""
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
        turns = domain_claims(plan, project, self._clock.now)
        return Lanes(prepared.audience, plan.domains, plan.cost, exchange, self._clock.now, turns)

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
